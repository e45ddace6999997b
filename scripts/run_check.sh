#!/usr/bin/env bash
# The nightly check of every shop, for cron: one run at a time, with a log.
#
#   scripts/run_check.sh                    stock run-check --all-tenants
#   scripts/run_check.sh --no-agent         what follows goes to stock run-check
#   scripts/run_check.sh --batch submit    ask the model in one batch, at half price ...
#   scripts/run_check.sh --batch collect   ... and carry out what came back, hours later
#
# Its words go to logs/run-check.log below STOCK_HOME; only a failure speaks on stderr, so that cron
# sends mail when there is something to do. Exit codes: 0 all well, or another run is under way;
# 1 some shop failed, the log could not be written, or another run has gone on for 6 hours; 2 wrong
# use. Settings come from the environment and from .env of the checkout. TERM ends the check in order.
#
# With STOCK_LOG_FORMAT=json in the environment the log holds one JSON object a line, and no tables:
# what each shop came to stands in its line. With STOCK_METRICS_FILE set, the check leaves figures
# for Prometheus there at its end; stock_check_last_success_timestamp_seconds tells of a check that
# never ran.
#
# At 10 MB the log becomes run-check.log.1 here. Where logrotate is at hand, this does it better:
#   /var/lib/stock/logs/run-check.log {
#       weekly
#       rotate 8
#       compress
#       missingok
#       notifempty
#   }

set -euo pipefail
# shellcheck source=scripts/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

stock="$checkout/.venv/bin/stock"
largest_log_bytes=$((10 * 1024 * 1024))
longest_run_minutes=$((6 * 60))
style="${STOCK_LOG_FORMAT:-text}"
style="$(tr '[:upper:]' '[:lower:]' <<<"$style")"

# Where the program keeps its things, by the program's own rule; or why it does not know.
stock_home() {
    "$checkout/.venv/bin/python" -c 'from stockcli.settings import load_settings; print(load_settings().home)' 2>&1
}

# Open the log as 8, or stderr in its place: without a log the shops are checked all the same.
unlogged=0
open_log() {
    if mkdir -p "$home/logs" 2>/dev/null && rotate && { : >>"$log"; } 2>/dev/null; then
        exec 8>>"$log"
    else
        exec 8>&2
        unlogged=1
        say "run_check.sh: $log cannot be written: the check goes on, and speaks here."
    fi
}

rotate() {
    [[ -f "$log" ]] || return 0
    if (($(wc -c <"$log") > largest_log_bytes)); then mv -f "$log" "$log.1" 2>/dev/null || true; fi
}

# Write stdin to the log, each line with the time it came; what the log does not take goes to stderr.
stamp_lines() {
    local line stamped refused=0
    while IFS= read -r line || [[ -n "$line" ]]; do
        stamped="$line"  # a line of JSON has its time in it
        [[ $style == json && $line == "{"* ]] || stamped="$(in_style "$line")"
        if ! printf '%s\n' "$stamped" 2>/dev/null >&8; then
            say "$stamped"
            refused=1
        fi
    done
    return "$refused"
}

# Return a line of words as the log has it: with the time before it, or as JSON.
in_style() {
    local now words
    now="$(date '+%Y-%m-%dT%H:%M:%S%z')"
    if [[ $style == json ]]; then
        words="$(tr -d '\000-\037' <<<"$1" | sed 's/[\\"]/\\&/g')"
        printf '{"at": "%s", "level": "info", "logger": "run_check.sh", "message": "%s"}' "$now" "$words"
    else
        printf '%s %s' "$now" "$1"
    fi
}

note() { echo "$*" | stamp_lines || unlogged=1; }

# Take the lock, kept until this script ends, or return 1. Without flock (macOS) a folder is the lock,
# and one whose owner is gone is taken over.
lock() {
    if command -v flock >/dev/null; then
        lock_place="$home/run-check.lock"
        { : >>"$lock_place"; } 2>/dev/null || fail "$lock_place cannot be made; set STOCK_HOME to a folder this user may write to."
        exec 9>>"$lock_place"
        flock --nonblock 9 || return 1
        touch "$lock_place"
        return
    fi
    lock_place="$home/run-check.lock.d"
    if ! mkdir "$lock_place" 2>/dev/null; then
        [[ -d "$lock_place" ]] || fail "$lock_place cannot be made; set STOCK_HOME to a folder this user may write to."
        if kill -0 "$(cat "$lock_place/pid" 2>/dev/null || echo "$$")" 2>/dev/null; then return 1; fi
    fi
    echo "$$" >"$lock_place/pid"
    touch "$lock_place"
    locked_folder="$lock_place"
}

# Run the check with its words going to the log, and return its exit code. It runs in the background,
# because bash answers a signal at once only while it waits.
check() {
    local code=0
    mkfifo "$scratch/words"
    # Whoever ends the whole group of processes still finds the last words in the log.
    { trap "" TERM INT HUP && stamp_lines; } <"$scratch/words" 9>&- &
    local logger=$!
    local results="$scratch/words"
    if [[ $style == json ]]; then results=/dev/null; fi
    "$stock" run-check --all-tenants "$@" </dev/null 2>"$scratch/words" >"$results" 8>&- 9>&- &
    local checking=$!
    trap 'kill -TERM '"$checking"' 2>/dev/null || true' TERM INT HUP
    wait "$checking" || code=$?
    while kill -0 "$checking" 2>/dev/null; do
        code=0
        wait "$checking" || code=$?
    done
    wait "$logger" || unlogged=1
    return "$code"
}

if [[ "${1:-}" == -h || "${1:-}" == --help ]]; then show_help && exit 0; fi
[[ -x "$stock" ]] || fail "$stock is missing; run $checkout/scripts/setup first."

cd "$checkout"
home="$(stock_home)" || fail "the settings cannot be read: ${home##*Error: }"
mkdir -p "$home" 2>/dev/null || fail "$home cannot be made; set STOCK_HOME to a folder this user may write to."
log="$home/logs/run-check.log"
open_log
locked_folder=""
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch" ${locked_folder:+"$locked_folder"}' EXIT
if ! lock; then
    note "another run is under way: nothing done"
    if [[ -n "$(find "$lock_place" -prune -mmin "+$longest_run_minutes" 2>/dev/null)" ]]; then
        fail "another run has held $lock_place for more than 6 hours: nothing was checked; look for a stock that hangs, and end it."
    fi
    exit "$unlogged"
fi

note "start: stock run-check --all-tenants $*"
# A log has no width, so the tables may be as wide as they are; unbuffered, its lines keep their order.
export COLUMNS="${COLUMNS:-160}" PYTHONUNBUFFERED=1
code=0
check "$@" || code=$?
note "end: exit code $code"
if ((code)); then say "run_check.sh: the check of the shops ended with exit code $code; see $log."; fi
if ((code == 0 && unlogged)); then code=1; fi
exit "$code"
