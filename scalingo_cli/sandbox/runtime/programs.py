"""Programs that the sandbox puts on a PATH: scripts beside this module, as executable files."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def install(name: str, module: str, directory: Path, *arguments: str) -> Path:
    """Make an executable file that runs a module of this folder.

    Args:
        name: What the program is called.
        module: The name of the module, which imports nothing of the sandbox.
        directory: Where the file is made.
        arguments: What precedes the arguments of the program.

    Returns:
        The path of the file.
    """
    file = directory / name
    script = Path(__file__).with_name(f"{module}.py")
    line = shlex.join([sys.executable, "-IS", str(script), *arguments])
    file.write_text(f'#!/bin/sh\nexec {line} "$@"\n')
    file.chmod(0o755)
    return file
