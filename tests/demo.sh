#!/bin/sh
# The main job on the sandbox: scalingo sandbox -- sh tests/demo.sh
# What the legacy API has of it: scalingo sandbox --legacy -- sh tests/demo.sh
set -eu

SCALINGO_FORCE_TTY=${SCALINGO_FORCE_TTY:-${COLUMNS:-100}}
export SCALINGO_FORCE_TTY

demo() {
    printf '\n$ %s\n' "$1"
    sh -c "$1" 2>&1
}

demo "printf '%s\n' \"\$SCALINGO_SANDBOX_PASSWORD\" | scalingo login --email \"\$SCALINGO_SANDBOX_EMAIL\" --password-stdin --insecure-storage"
demo 'scalingo apps'
demo 'scalingo scale web:3 --wait'
demo 'scalingo events'
if [ -n "$SCALINGO_REGION" ]; then
    demo 'scalingo env set GREETING=hello && scalingo env'
    demo 'scalingo restart web --wait'
    demo "scalingo run 'echo \"\$GREETING from \$APP\"'"
    demo 'scalingo logs --lines 3'
    demo 'scalingo deployments'
    demo "scalingo apps --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)[\"apps\"]), \"apps\")'"
fi
