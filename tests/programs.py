"""Programs of the system that tests start: a laptop may lack them, the CI may not."""

from __future__ import annotations

import os
import shutil

import pytest


def require(program: str) -> str:
    """The path of `program`; without it the test is skipped, or fails where CI is "true"."""
    if path := shutil.which(program):
        return path
    missing = f"{program} is not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)
