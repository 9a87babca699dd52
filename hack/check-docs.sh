#!/usr/bin/env bash
# Copyright AgentTask Authors. SPDX-License-Identifier: Apache-2.0
# Fails when the documentation names what does not exist: a test, written as ✔ `Suite: title`, or a file, written as a link;
# and when it calls something better than elsewhere without naming a test.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
cd "$repository"

begin "Check what the documentation names"
page=docs/controller-runtime-comparison.md
missing=0

miss() {
    printf '%s\n' "$*" >&2
    missing=$((missing + 1))
}

# Two targets may have suites of one name.
declare -A files
while IFS= read -r file; do
    suite=${file##*/}
    files[${suite%.swift}]+="$file "
done < <(find Tests -name '*.swift')

marks=0
while IFS= read -r name; do
    marks=$((marks + 1))
    suite=${name%%: *}
    title=${name#*: }
    file=${files[$suite]:-}
    if [ -z "$file" ]; then
        miss "$page: there is no suite $suite (Tests/*/$suite.swift), named with the test \"$title\""
    elif ! grep -qF "\"$title\"" $file; then
        miss "$page: ${file% } has no test \"$title\"; give the page its new title"
    fi
done < <(grep -o '✔ `[^`]*`' "$page" | sed 's/^✔ `//; s/`$//' | sort -u)
while IFS= read -r row; do miss "$page: better, but by which test? $row"; done < <(grep '| better |$' "$page" | grep -v '✔' || true)
[ "$marks" -gt 0 ] || fail "$page names no test any more; is its mark still ✔?"

while IFS=: read -r source link; do
    target=${link%%#*}
    case "$target" in '' | http*://*) continue ;; esac
    [ -e "$(dirname "$source")/$target" ] || miss "$source: the link to $target leads nowhere"
done < <(grep -oHE '\]\([^)]+\)' README.md CONTRIBUTING.md docs/*.md | sed -E 's/\]\(([^)]+)\)$/\1/')

[ "$missing" -eq 0 ] || fail "$missing names lead nowhere; they are above"
echo "$marks tests and all links of the documentation exist"
