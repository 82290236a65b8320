#!/bin/sh
# Asks a vulnerability service (PyPI's, or PIP_AUDIT_VULNERABILITY_SERVICE=osv) about every package
# that is installed for the Python $2, with the tools in $1. Ends with 0 only when all were asked
# about and nothing is known: pip-audit itself calls those that it could not ask about free of
# known vulnerabilities.
set -eu
tools=$1 python=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$tools/python" -m pip --python "$python" --disable-pip-version-check \
    freeze --exclude scalingo-cli >"$work/installed"
if "$tools/pip-audit" --strict --no-deps --disable-pip --progress-spinner off \
    --requirement "$work/installed" --output "$work/found" 2>"$work/log"; then
    echo "audit: no known vulnerability in $(grep -c . "$work/installed") packages"
elif [ -s "$work/found" ]; then
    cat "$work/found"
    echo "audit: known vulnerabilities, listed above" >&2
    exit 1
else
    tail -n 1 "$work/log" >&2
    echo "audit: the vulnerability service could not be asked: NOTHING IS KNOWN of vulnerabilities" >&2
    exit 2
fi
