"""Files of keys and secrets: made once, for their owner alone."""

import os
from pathlib import Path


def make_private(file: Path, content: bytes) -> bool:
    """Make a file that only its owner may read, unless it is there already; whether it was made."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as private:
        private.write(content)
    return True
