"""Bring the generated parts of the docs up to date, or check that they are.

    .venv/bin/python scripts/generate_docs.py            writes them
    .venv/bin/python scripts/generate_docs.py --check    writes nothing; exit code 1 if stale

A generated part is a cog block in README.md or docs/*.md. It is written by the code above it, so
that the reference of the commands cannot say what the program does not do.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cogapp import Cog

CHECKOUT = Path(__file__).resolve().parent.parent


def documents() -> list[str]:
    """Return the files that may hold generated parts, README first."""
    pages = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
    return [str(page) for page in pages if page.is_file()]


def main() -> int:
    """Run cog over the documents; return its exit code."""
    mode = ["--check", "--diff"] if "--check" in sys.argv[1:] else ["-r"]
    # -P: what a block prints goes into the document; -U: line ends are the same everywhere.
    return int(Cog().main(["cog", "-P", "-U", "--verbosity=1", *mode, *documents()]) or 0)


if __name__ == "__main__":
    sys.exit(main())
