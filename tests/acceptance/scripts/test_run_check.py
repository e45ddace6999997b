from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} ")


def run_check(checkout: Path, home: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the script as cron does: from elsewhere, with hardly any environment."""
    return subprocess.run(
        [checkout / "scripts/run_check.sh", *options],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "STOCK_HOME": str(home)},
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def log_lines(home: Path) -> list[str]:
    return (home / "logs/run-check.log").read_text().splitlines()


def test_every_line_of_the_log_carries_its_time(checkout: Path, stock_home: Path) -> None:
    run_check(checkout, stock_home, "--no-agent", "--dry-run")
    assert all(STAMP.match(line) for line in log_lines(stock_home))
    assert "start: stock run-check --all-tenants --no-agent --dry-run" in log_lines(stock_home)[0]


def test_a_failure_keeps_its_exit_code_and_says_where_to_read(
    checkout: Path, stock_home: Path
) -> None:
    ended = run_check(checkout, stock_home, "--no-such-option")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == (
        "run_check.sh: the check of the shops ended with exit code 2; "
        f"see {stock_home}/logs/run-check.log.\n"
    )


@pytest.mark.skipif(shutil.which("flock") is None, reason="without flock a folder is the lock")
def test_a_second_run_beside_the_first_does_nothing_and_is_no_failure(
    checkout: Path, stock_home: Path
) -> None:
    with (stock_home / "run-check.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ended = run_check(checkout, stock_home)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert log_lines(stock_home)[-1].endswith("another run is under way: nothing done")


def test_a_log_past_ten_megabytes_is_put_aside(checkout: Path, stock_home: Path) -> None:
    log = stock_home / "logs/run-check.log"
    log.parent.mkdir()
    log.touch()
    os.truncate(log, 10 * 1024 * 1024 + 1)
    run_check(checkout, stock_home, "--no-such-option")
    assert log.with_name("run-check.log.1").stat().st_size > 10 * 1024 * 1024
    assert len(log_lines(stock_home)) < 100


def test_every_command_of_the_crontab_example_is_there(checkout: Path) -> None:
    lines = (checkout / "crontab.example").read_text().splitlines()
    scripts = re.findall(r"\$CHECKOUT/(scripts/\S+?)\"", "\n".join(lines))
    assert scripts
    assert all(os.access(checkout / script, os.X_OK) for script in scripts)


def test_no_setting_of_the_crontab_example_leans_on_another(checkout: Path) -> None:
    lines = (checkout / "crontab.example").read_text().splitlines()
    settings = [line for line in lines if re.match(r"#?[A-Z_]+=", line)]
    assert settings
    assert not [line for line in settings if "$" in line]
