"""aimock, a scripted server from npm: installed once, started once, told what to say."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.integration.agent.foreign.local_http import sent

PACKAGE, VERSION = "@copilotkit/aimock", "1.43.0"
START_SECONDS = 20.0
INSTALL_SECONDS = 120.0
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass(frozen=True, kw_only=True)
class Scripted:
    """The server, as a test sees it."""

    url: str

    def will(self, *replies: Mapping[str, Any]) -> None:
        """Answer the next requests with these fixtures, one a request."""
        sent(f"{self.url}/__aimock/reset", method="POST")
        numbered = [
            {"match": {"endpoint": "chat", "sequenceIndex": number}, **reply}
            for number, reply in enumerate(replies)
        ]
        sent(f"{self.url}/__aimock/fixtures", {"fixtures": numbered})

    def fails_once(self, status: int, error_type: str) -> None:
        """Refuse the next request, whatever it was to say."""
        body = {"message": "said by aimock", "type": error_type}
        sent(f"{self.url}/__aimock/error", {"status": status, "body": body})

    def asked(self) -> list[dict[str, Any]]:
        """The requests that came since the last script, in the server's own shape."""
        journal: list[dict[str, Any]] = sent(f"{self.url}/__aimock/journal", method="GET")
        return [entry["body"] for entry in journal if entry["path"].startswith("/v1/messages")]


@contextmanager
def running() -> Iterator[Scripted]:
    """Run the server until the block ends."""
    command = ["node", str(installed() / "dist" / "cli.js"), "--port", "0"]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.json"
        nothing = {"match": {"userMessage": "(nobody says this)"}, "response": {"content": "."}}
        script.write_text(json.dumps({"fixtures": [nothing]}))
        server = subprocess.Popen(
            [*command, "--fixtures", str(script)], stdout=subprocess.PIPE, text=True
        )
        try:
            yield Scripted(url=_address(server))
        finally:
            server.terminate()
            server.wait(START_SECONDS)
            assert server.stdout
            server.stdout.close()


def _address(server: subprocess.Popen[str]) -> str:
    assert server.stdout
    for line in server.stdout:
        if found := _ADDRESS.search(line):
            return found.group()
    message = f"{PACKAGE} {VERSION} ended before it listened"
    raise RuntimeError(message)


def installed() -> Path:
    """Return the package's folder in this environment, after installing it there once."""
    home = Path(sys.prefix) / "share" / "stock-tests" / f"aimock-{VERSION}"
    if not home.exists():
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent) as folder:
            _install(Path(folder))
            # Another worker may have been quicker.
            with contextlib.suppress(OSError):
                Path(folder, "node_modules").rename(home)
    return home / PACKAGE


def _install(folder: Path) -> None:
    options = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix", str(folder)]
    try:
        done = subprocess.run(
            ["npm", "install", *options, f"{PACKAGE}@{VERSION}"],
            cwd=folder,
            env={**os.environ, "npm_config_update_notifier": "false"},
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
        said = done.stderr.strip().splitlines()[-3:] if done.returncode else []
    except subprocess.TimeoutExpired:
        said = [f"no answer within {INSTALL_SECONDS:.0f} seconds"]
    if not (folder / "node_modules" / PACKAGE).exists():
        message = (
            f"npm could not install {PACKAGE} {VERSION}, which these tests talk to: "
            f"{' '.join(said)}; reach its registry once, or run without this folder"
        )
        raise RuntimeError(message)


def has_node() -> bool:
    """Return whether Node and npm are here."""
    return bool(shutil.which("node") and shutil.which("npm"))
