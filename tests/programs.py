"""Programs of the system that tests start: a laptop may lack them, the CI may not."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest


def in_ci() -> bool:
    """Whether this is a run of CI, which leaves nothing out."""
    return os.environ.get("CI") == "true"


def require(program: str) -> str:
    """The path of `program`; without it the test is skipped, or fails where CI is "true"."""
    return shutil.which(program) or missing(program)


def missing(program: str) -> NoReturn:
    """Skip the test, or let it fail where CI is "true"."""
    reason = f"{program} is not installed"
    if in_ci():
        pytest.fail(reason)
    pytest.skip(reason)
