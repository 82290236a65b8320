"""Command lines of a shell, shown without what may be a secret in them."""

from __future__ import annotations

import re

from scalingo_cli.text.escape import MASK

# What may be a secret on a command line: the password of a URL, the value of an option, of a
# variable or of a header that is called like one, and what some tools take without such a name.
_NAME = r"[\w-]{0,40}(?:pass|pwd|secret|token|key|credential|auth|dsn)[\w-]{0,40}"
_SECRETS = rf"""(?ix)
    (?P<before>
        ://[^\s/?\#@:"']*:
        | \b{_NAME}["']?(?:=|:\s+)
        | (?<!\S)--?{_NAME}\s+
        | (?<!\S)-u\s+[^\s:"']{{1,64}}:(?!//)
        | \bredis-cli\b[^|;&]{{0,200}}?\s-a\s+
        | \b(?:mysql|mariadb)\w{{0,10}}\b[^|;&]{{0,200}}?\s-p(?=\S)
    )
    (?P<secret>
        "[^"]*" | '[^']*'
        | \S+?(?=@[^\s/@]+(?:[/\s"']|$))
        | (?:(?:basic|bearer)\s+)?[^\s"']+
    )
"""


def masked(command: str) -> str:
    """Return a command line without what may be a secret."""
    return re.sub(_SECRETS, rf"\g<before>{MASK}", command)
