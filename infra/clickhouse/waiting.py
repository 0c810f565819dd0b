"""Reading and writing with two clocks: one for each wait, one for the whole of what is read or written.

And a look at whether somebody is there who waits for what is written.
"""

import io
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class PatientReader(io.RawIOBase):
    """Reads a socket.  Each wait may take `idle_seconds`; what was begun must end by a deadline.

    The deadline of a request's head starts with its first byte (`head_seconds`), so that a connection may
    idle between requests; `allow` sets another one, for a body.  Raises TimeoutError.
    """

    def __init__(
        self,
        connection: socket.socket,
        idle_seconds: float,
        head_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._idle_seconds = idle_seconds
        self._head_seconds = head_seconds
        self._clock = clock
        self._deadline: float | None = None
        self._waits = True

    def allow(self, seconds: float) -> None:
        """Set the time for what is read from now on."""
        self._deadline = self._clock() + seconds

    def rest(self) -> None:
        """Wait for the next request."""
        self._deadline = None

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Do not wait meanwhile: where nothing is, reading raises BlockingIOError or SSLWantReadError."""
        self._waits = False
        try:
            yield
        finally:
            self._waits = True

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        left = self._idle_seconds if self._deadline is None else self._deadline - self._clock()
        if left <= 0:
            raise TimeoutError("the request takes too long")
        self._connection.settimeout(min(left, self._idle_seconds) if self._waits else 0)
        size = self._connection.recv_into(buffer)
        if self._deadline is None:
            self.allow(self._head_seconds)
        return size


def is_still_there(received: "io.BufferedReader[PatientReader]") -> bool:
    """Tell whether a client has not gone; what it sent meanwhile stays for the next request.

    What it gave up on while it waited for a place is not to run behind its back.
    """
    try:
        with received.raw.at_once():
            return bool(received.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return True
    except OSError:
        return False


def send_patiently(
    connection: socket.socket,
    piece: bytes | memoryview,
    idle_seconds: float,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Send a piece to whoever reads on, something within each `idle_seconds`, all of it within `seconds`.

    `sendall` would give the whole piece the time of one wait. Raises OSError, TimeoutError among it.
    """
    left, deadline = memoryview(piece).cast("B"), clock() + seconds
    while left:
        if (remaining := deadline - clock()) <= 0:
            raise TimeoutError("the answer is read too slowly")
        connection.settimeout(min(remaining, idle_seconds))
        left = left[connection.send(left) :]
