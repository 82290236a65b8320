"""A stand-in for dbclient-fetcher, which installs the client program of a database in a container.

If a variable leads to a database of this machine, it leaves the program to this machine. Otherwise
it installs one that says that there is no database, so that a script can be rehearsed.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

# What it is asked for: the programs, and how the addresses of such databases begin.
CLIENTS = {
    "influx": (["influx"], ["http:", "https:"]),
    "influxdb": (["influx"], ["http:", "https:"]),
    "mongo": (["mongosh", "mongo"], ["mongodb:"]),
    "mysql": (["mysql"], ["mysql:", "mysql2:"]),
    "pgsql": (["psql"], ["postgres:", "postgresql:", "postgis:"]),
    "redis": (["redis-cli"], ["redis:", "rediss:"]),
}
STAND_IN = """#!/bin/sh
echo "The sandbox has no database at {host}: what {program} does here has no effect."
case " $* " in
*" -c "* | *" -f "* | *" -e "* | *" --eval "*) ;;
*) exec cat > /dev/null ;;
esac
"""


def main(arguments: list[str]) -> int:
    """Install the program named by the second argument in the first. Returns an exit code."""
    directory, kind = Path(arguments[0]), "".join(arguments[1:2])
    if kind not in CLIENTS:
        _say(f"Usage: dbclient-fetcher {'|'.join(CLIENTS)} [VERSION]")
        return 1
    programs, schemes = CLIENTS[kind]
    hosts = list(_hosts(schemes))
    if any(host in {"localhost", "::1"} or host.startswith("127.") for host in hosts):
        if any(map(shutil.which, programs)):
            return 0
        _say(f"{programs[0]} is not installed on this machine.")
        return 1
    for program in programs:
        file = directory / program
        file.write_text(STAND_IN.format(host=(hosts or ["such an address"])[0], program=program))
        file.chmod(0o755)
    _say(f"Installed {programs[0]}.")
    return 0


def _hosts(schemes: list[str]) -> Iterator[str]:
    """Yield the hosts of the addresses in the environment."""
    for value in os.environ.values():
        if value.startswith(tuple(schemes)):
            place = urlsplit(value).netloc.rpartition("@")[2]
            yield place.split(",")[0].partition(":")[0]


def _say(words: str) -> None:
    print(words)  # noqa: T201 - a program's own stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
