"""Real keyrings for tests: each fixture is the environment of a child process that would use it.

D-Bus connections and keyring's choice of a backend last as long as a process, so use a child:
`subprocess.run([...], env=secret_service)`. Each fixture has its own bus, daemon and home.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import secretstorage
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy, open_dbus_connection

from tests.programs import require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECRETS = "org.freedesktop.secrets"
PROMPTER = "org.gnome.keyring.SystemPrompter"

# No service directories: nothing of the machine's own desktop is started or asked.
BUS = """
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={directory}</listen>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


@pytest.fixture
def no_keyring(tmp_path: Path) -> dict[str, str]:
    """A machine without D-Bus."""
    if sys.platform != "linux":
        pytest.skip("elsewhere this would be the user's own keyring")
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(home),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/no-bus",
        "SCALINGO_KEYRING_TIMEOUT": "60",  # a machine that is busy is not a silent one
    }


@pytest.fixture
def session_bus(no_keyring: dict[str, str]) -> Iterator[dict[str, str]]:
    """A session bus, and nobody on it."""
    with bus(no_keyring) as environment:
        yield environment


@contextmanager
def bus(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """Start a session bus, and yield the environment that leads to it."""
    dbus_daemon = require("dbus-daemon")
    with tempfile.TemporaryDirectory(prefix="bus-") as runtime:  # socket paths must be short
        config = Path(runtime, "bus.conf")
        config.write_text(BUS.strip().format(directory=runtime))
        command = [dbus_daemon, f"--config-file={config}", "--nofork", "--print-address=1"]
        with _running(command, Path(runtime, "bus.log")) as daemon:
            assert daemon.stdout is not None
            address = daemon.stdout.readline().decode().strip()
            assert address, Path(runtime, "bus.log").read_text()
            yield environment | {"DBUS_SESSION_BUS_ADDRESS": address, "XDG_RUNTIME_DIR": runtime}


@pytest.fixture
def secret_service(session_bus: dict[str, str]) -> Iterator[dict[str, str]]:
    """GNOME Keyring, unlocked."""
    with gnome_keyring(session_bus, "--unlock"):
        yield session_bus


@pytest.fixture
def locked_secret_service(secret_service: dict[str, str]) -> dict[str, str]:
    """GNOME Keyring with its collection locked, and nobody to ask for the password."""
    with open_dbus_connection(secret_service["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        secretstorage.get_default_collection(connection).lock()
    return secret_service


@pytest.fixture
def new_secret_service(session_bus: dict[str, str]) -> Iterator[dict[str, str]]:
    """GNOME Keyring that was never unlocked, so that it has no collection yet."""
    with gnome_keyring(session_bus):
        yield session_bus


@pytest.fixture
def silent_secret_service(session_bus: dict[str, str]) -> Iterator[dict[str, str]]:
    """A Secret Service that never answers."""
    session_bus["SCALINGO_KEYRING_TIMEOUT"] = "0.5"
    with _silent(session_bus, SECRETS):
        yield session_bus


@pytest.fixture
def silent_prompter(locked_secret_service: dict[str, str]) -> Iterator[dict[str, str]]:
    """GNOME Keyring, locked, whose prompt for the password is never answered."""
    locked_secret_service["SCALINGO_KEYRING_TIMEOUT"] = "0.5"
    with _silent(locked_secret_service, PROMPTER):
        yield locked_secret_service


@contextmanager
def gnome_keyring(environment: dict[str, str], *options: str) -> Iterator[None]:
    """Start GNOME Keyring on the bus of this environment."""
    command = [require("gnome-keyring-daemon"), "--foreground", "--components=secrets", *options]
    log = Path(environment["XDG_RUNTIME_DIR"], "gnome-keyring.log")
    with (
        _running(command, log, environment) as daemon,
        open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"]) as connection,
    ):
        assert daemon.stdin is not None
        daemon.stdin.write(b"the login password")
        daemon.stdin.close()
        bus = Proxy(message_bus, connection)
        _wait(lambda: bool(bus.NameHasOwner(SECRETS)[0]), daemon, log)
        yield


@contextmanager
def _silent(environment: dict[str, str], name: str) -> Iterator[None]:
    """Own `name` on the bus, and leave every message to it unread."""
    with open_dbus_connection(environment["DBUS_SESSION_BUS_ADDRESS"]) as connection:
        Proxy(message_bus, connection).RequestName(name)
        yield


@contextmanager
def _running(
    command: list[str], log: Path, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    pipe = subprocess.PIPE
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=errors) as child,
    ):
        try:
            yield child
        finally:
            child.kill()


def _wait(ready: Callable[[], bool], daemon: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while not ready():
        assert daemon.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.01)
