"""A command line in a time of its own: where it waits for the rate limit, the sandbox's clock runs.

Run as a program, it does what `scalingo` does with the same words.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import requests

from scalingo_cli.main import main
from scalingo_cli.process.clock import Clock
from scalingo_cli.process.signals import as_ctrl_c
from scalingo_cli.sandbox import Sandbox
from tests.command_line import CommandLine


def start(scalingo: CommandLine, sandbox: Sandbox, *words: str) -> subprocess.Popen[str]:
    """Start a command line in a process and in a time of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", __name__, *words],
        env={
            **scalingo.environment,
            "SCALINGO_SANDBOX_SECRET": sandbox.secret,
            "PYTHONPATH": str(Path(__file__).parent.parent),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


class Time:
    """Time that passes only while somebody sleeps: until the first of them would wake up."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = f"{url}/_sandbox/clock"
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._now = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        end = self._now + seconds
        with self._lock:
            if (ahead := end - self._now) > 0:
                body = {"seconds": ahead}
                requests.post(self._url, json=body, headers=self._headers, timeout=60)
                self._now = end


if __name__ == "__main__":
    time = Time(os.environ["SCALINGO_API_URL"], os.environ.pop("SCALINGO_SANDBOX_SECRET"))
    with as_ctrl_c():
        sys.exit(main(sys.argv[1:], Clock(time.now, time.sleep)))
