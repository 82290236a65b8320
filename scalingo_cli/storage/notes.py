"""Notes that save a later run some work: a small JSON file each, kept in private for a while."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from scalingo_cli import settings
from scalingo_cli.errors import Failed

if TYPE_CHECKING:
    from pathlib import Path


class Notes(NamedTuple):
    """Words under keys, in a file of this `name` in the cache directory, each for `seconds`.

    Nothing here fails: a note that cannot be written or read is as good as none.
    """

    name: str
    seconds: float

    def find(self, key: str) -> list[str] | None:
        """Return what was noted under `key`, None if nothing was, or too long ago."""
        from scalingo_cli.storage import private_file

        try:
            moment, *words = private_file.read(self._path)[key]
            fresh = 0 <= time.time() - moment < self.seconds
            return [str(word) for word in words] if fresh else None
        except (Failed, KeyError, TypeError, ValueError):
            return None

    def keep(self, key: str, *words: str) -> None:
        """Note the words under `key`; those whose time is up go."""
        from scalingo_cli.storage import private_file

        now = time.time()
        with (
            suppress(AttributeError, Failed, IndexError, OSError, TypeError),
            private_file.editing(self._path) as noted,
        ):
            for other in [name for name, entry in noted.items() if now - entry[0] >= self.seconds]:
                del noted[other]
            noted[key] = [now, *words]

    def forget(self) -> None:
        """Forget all of them."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    @property
    def _path(self) -> Path:
        return settings.cache_dir() / self.name
