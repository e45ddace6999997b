from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import time
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


@pytest.fixture
def odd_checkout(tmp_path: Path, checkout: Path) -> Path:
    """A checkout whose `stock` says what it is told to do, in place of a check of some seconds."""
    odd = tmp_path / "checkout"
    shutil.copytree(checkout / "scripts", odd / "scripts")
    (odd / ".venv/bin").mkdir(parents=True)
    python = odd / ".venv/bin/python"
    python.write_text('#!/bin/bash\necho "$STOCK_HOME"\n')
    stock = odd / ".venv/bin/stock"
    stock.write_text(
        "#!/bin/bash\n"
        "trap 'sleep 0.3; echo ended in order; exit 143' TERM\n"
        "echo begun; [[ $3 == --linger ]] && while true; do sleep 0.1; done; exit 0\n"
    )
    for program in (python, stock):
        program.chmod(0o755)
    return odd


def test_a_log_that_cannot_be_written_does_not_stop_the_check(
    odd_checkout: Path, stock_home: Path
) -> None:
    (stock_home / "logs").write_text("a file where the folder should be")
    ended = run_check(odd_checkout, stock_home)
    assert ended.returncode == 1
    assert f"{stock_home}/logs/run-check.log cannot be written" in ended.stderr
    assert " begun" in ended.stderr
    assert "end: exit code 0" in ended.stderr


def test_a_full_disk_lets_the_check_speak_on_stderr(odd_checkout: Path, stock_home: Path) -> None:
    (stock_home / "logs").mkdir()
    (stock_home / "logs/run-check.log").symlink_to("/dev/full")
    ended = run_check(odd_checkout, stock_home)
    assert ended.returncode == 1
    assert " begun" in ended.stderr


def test_a_term_reaches_the_check_and_is_waited_for(odd_checkout: Path, stock_home: Path) -> None:
    child = subprocess.Popen(
        [odd_checkout / "scripts/run_check.sh", "--linger"],
        env={"PATH": "/usr/bin:/bin", "STOCK_HOME": str(stock_home)},
        stderr=subprocess.PIPE,
        text=True,
    )
    log = stock_home / "logs/run-check.log"
    for _ in range(100):
        if log.exists() and "begun" in log.read_text():
            break
        time.sleep(0.1)
    child.terminate()
    _, said = child.communicate(timeout=30)
    assert child.returncode == 143
    assert "ended with exit code 143" in said
    assert [line.split(" ", 1)[1] for line in log_lines(stock_home)[-2:]] == [
        "ended in order",
        "end: exit code 143",
    ]


@pytest.mark.skipif(shutil.which("flock") is None, reason="without flock a folder is the lock")
def test_a_run_that_holds_the_lock_for_too_long_is_told(checkout: Path, stock_home: Path) -> None:
    lock = stock_home / "run-check.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        os.utime(lock, (time.time() - 7 * 3600,) * 2)
        ended = run_check(checkout, stock_home)
    assert ended.returncode == 1
    assert f"another run has held {lock} for more than 6 hours" in ended.stderr


def test_settings_that_cannot_be_read_are_told_with_the_reason(
    odd_checkout: Path, checkout: Path, stock_home: Path
) -> None:
    python = odd_checkout / ".venv/bin/python"
    python.write_text(
        f'#!/bin/bash\nPYTHONPATH="{checkout}" exec "{checkout}/.venv/bin/python" "$@"\n'
    )
    (odd_checkout / ".env").write_bytes(b"STOCK_MODEL=\xff\n")
    ended = run_check(odd_checkout, stock_home)
    assert ended.returncode == 1
    assert ended.stderr == (
        "run_check.sh: the settings cannot be read: "
        f"{odd_checkout}/.env cannot be read: it is no UTF-8 text\n"
    )


def test_a_log_of_json_is_json_on_every_line(checkout: Path, stock_home: Path) -> None:
    ended = subprocess.run(
        [checkout / "scripts/run_check.sh", "--no-agent"],
        env={
            "HOME": str(stock_home),
            "PATH": "/usr/bin:/bin",
            "STOCK_HOME": str(stock_home),
            "STOCK_LOG_FORMAT": "json",
        },
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    told = [json.loads(line) for line in log_lines(stock_home)]
    assert ended.returncode == 1  # there is no shop yet
    assert told[0]["message"] == "start: stock run-check --all-tenants --no-agent"
    assert "there is no shop in" in told[1]["message"]
    assert told[-1]["message"] == "end: exit code 1"
    assert all({"at", "level", "logger", "message"} <= line.keys() for line in told)


def test_odd_words_of_a_json_log_are_still_json(odd_checkout: Path, stock_home: Path) -> None:
    (odd_checkout / ".venv/bin/stock").write_text("#!/bin/bash\necho 'say \"no\" \\ to\t{' >&2\n")
    subprocess.run(
        [odd_checkout / "scripts/run_check.sh"],
        env={"PATH": "/usr/bin:/bin", "STOCK_HOME": str(stock_home), "STOCK_LOG_FORMAT": "json"},
        check=True,
    )
    told = [json.loads(line)["message"] for line in log_lines(stock_home)]
    assert told[1] == 'say "no" \\ to{'
