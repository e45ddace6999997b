"""`python -m stockcli` is `stock`."""

from __future__ import annotations

from stockcli.cli.main import main

if __name__ == "__main__":
    main()
