"""Programs of others, run in the foreground: what the command line cannot bring about."""

from __future__ import annotations

import pytest

from scalingo_cli.errors import Failed
from scalingo_cli.process import foreground


def test_invalid_text_is_refused_without_repeating_it() -> None:
    with pytest.raises(Failed, match="A cannot be passed to a program") as error:
        foreground.run(["true"], {"A": "hunter2\ud800"})
    assert "hunter2" not in str(error.value)
