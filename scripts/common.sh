#!/usr/bin/env bash
# What the scripts of this folder share; sourced, not run. Needs bash.

checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"

# Remarks go to stderr: what a command prints on stdout stays its own.
say() { printf '%s\n' "$*" >&2; }

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Print the comment at the top of the calling script, which is its help.
show_help() {
    sed -n -e 1d -e '/^$/q' -e 's/^# \{0,1\}//p' "$0"
}
