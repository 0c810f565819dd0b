"""A small disk of its own under a server's folder, in memory. Making one needs the right to mount."""

import errno
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .rows.row import Blow

MEGABYTES = 512
PIECE = bytes(1 << 20)


class Disk:
    """The disk under a folder; `freed` is called when there is room again."""

    def __init__(self, folder: Path, freed: Callable[[], None]) -> None:
        self._filler, self._freed = folder / "filler", freed

    def strike(self, blow: Blow) -> Callable[[], None]:
        """Be full to the last byte; return what makes room again."""
        assert blow is Blow.FILL
        with self._filler.open("wb", buffering=0) as filler:
            try:
                while filler.write(PIECE):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
        return self._free

    def _free(self) -> None:
        self._filler.unlink()
        self._freed()


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own under a folder. Raises CalledProcessError where mounting is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "vincle", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
