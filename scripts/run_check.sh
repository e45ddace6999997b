#!/usr/bin/env bash
# The nightly check of every shop, for cron: one run at a time, with a log.
#
#   scripts/run_check.sh               stock run-check --all-tenants
#   scripts/run_check.sh --no-agent    what follows goes to stock run-check
#
# Its words go to logs/run-check.log below STOCK_HOME; only a failure speaks on stderr, so that cron
# sends mail when there is something to do. Exit codes: 0 all well, or another run is under way;
# 1 some shop failed; 2 wrong use. Settings come from the environment and from .env of the checkout.
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

# Where the program keeps its things, by the program's own rule.
stock_home() {
    "$checkout/.venv/bin/python" -c 'from stockcli.settings import load_settings; print(load_settings().home)' 2>/dev/null
}

rotate() {
    [[ -f "$log" ]] || return 0
    if (($(wc -c <"$log") > largest_log_bytes)); then mv -f "$log" "$log.1"; fi
}

# Write stdin to the log, each line with the time it came.
stamp_lines() {
    local line
    while IFS= read -r line || [[ -n "$line" ]]; do
        printf '%s %s\n' "$(date '+%Y-%m-%dT%H:%M:%S%z')" "$line"
    done >>"$log"
}

# Take the lock, kept until this script ends, or return 1. Without flock (macOS) a folder is the lock,
# and one whose owner is gone is taken over.
lock() {
    if command -v flock >/dev/null; then
        exec 9>"$home/run-check.lock"
        flock --nonblock 9
        return
    fi
    local folder="$home/run-check.lock.d"
    if ! mkdir "$folder" 2>/dev/null; then
        if kill -0 "$(cat "$folder/pid" 2>/dev/null || echo "$$")" 2>/dev/null; then return 1; fi
    fi
    echo "$$" >"$folder/pid"
    trap 'rm -rf "$home/run-check.lock.d"' EXIT
}

if [[ "${1:-}" == -h || "${1:-}" == --help ]]; then show_help && exit 0; fi
[[ -x "$stock" ]] || fail "$stock is missing; run $checkout/scripts/setup first."

cd "$checkout"
home="$(stock_home)" || fail "the settings cannot be read; run \"$stock doctor\" to see why."
mkdir -p "$home/logs" || fail "$home/logs cannot be made; set STOCK_HOME to a folder this user may write to."
log="$home/logs/run-check.log"
rotate
if ! lock; then
    echo "another run is under way: nothing done" | stamp_lines
    exit 0
fi

echo "start: stock run-check --all-tenants $*" | stamp_lines
# A log has no width, so the tables may be as wide as they are; unbuffered, its lines keep their order.
export COLUMNS="${COLUMNS:-160}" PYTHONUNBUFFERED=1
code=0
"$stock" run-check --all-tenants "$@" </dev/null 2>&1 9>&- | stamp_lines || code=$?
echo "end: exit code $code" | stamp_lines
if ((code)); then say "run_check.sh: the check of the shops ended with exit code $code; see $log."; fi
exit "$code"
