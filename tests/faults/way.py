"""The way from the workers to the database: a TCP proxy on loopback that can do what networks do.

It knows nothing of HTTP but how to say that something is wrong. What it is told holds for the next piece of
data on every connection.
"""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

from infra.processes import LOOPBACK

from .rows.row import Blow

PIECE_BYTES = 1 << 16
RESET_AT_ONCE = struct.pack("ii", 1, 0)
ERROR = b"Code: 999. DB::Exception: the harness says no (KEEPER_EXCEPTION)\n"
ERROR_REPLY = (
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    b"X-ClickHouse-Exception-Code: 999\r\nContent-Length: %d\r\n\r\n%b" % (len(ERROR), ERROR)
)


class Way:
    """Passes everything on to a port, until a blow strikes it."""

    def __init__(self, port: int, halved: Callable[[], None]) -> None:
        """`halved` is called when a request has been broken in its middle."""
        self._there, self._halved = port, halved
        self._blow: Blow | None = None
        self._healed = threading.Event()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="way", daemon=True).start()

    def strike(self, blow: Blow) -> Callable[[], None]:
        """Suffer a blow; return what ends it."""
        self._healed.clear()
        self._blow = blow
        if blow is Blow.RESET:
            self._break_all()
        return self._heal

    def close(self) -> None:
        """Let nobody through any more."""
        self._heal()
        self._listener.close()
        self._break_all()

    def _heal(self) -> None:
        if self._blow is not Blow.HALVE:  # which ends by itself
            self._blow = None
        self._healed.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        """Carry one connection until either side ends it."""
        try:
            server = socket.create_connection((LOOPBACK, self._there))
        except OSError:
            _reset(client)
            return
        self._open |= {client, server}
        back = threading.Thread(target=self._pass_on, args=(server, client, self._reply), daemon=True)
        back.start()
        self._pass_on(client, server, self._request)
        back.join()
        self._open -= {client, server}

    def _pass_on(
        self,
        source: socket.socket,
        sink: socket.socket,
        carried: Callable[[bytes, socket.socket, socket.socket], bool],
    ) -> None:
        with suppress(OSError):
            while (piece := source.recv(PIECE_BYTES)) and carried(piece, source, sink):
                pass
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _request(self, piece: bytes, client: socket.socket, server: socket.socket) -> bool:
        """Carry a piece of a request; False if the connection is over."""
        match self._blow:
            case Blow.ERR:
                client.sendall(ERROR_REPLY)
                return False
            case Blow.HANG:
                self._healed.wait()
                return False
            case Blow.RESET:
                server.sendall(piece[: len(piece) // 2])
            case Blow.HALVE if b"INSERT" in piece:
                self._blow = None
                server.sendall(piece[: len(piece) // 2])
                self._halved()
            case _:
                server.sendall(piece)
                return True
        _reset(client)
        return False

    def _reply(self, piece: bytes, server: socket.socket, client: socket.socket) -> bool:
        """Carry a piece of a reply; False if the connection is over."""
        if self._blow is Blow.HANG:
            self._healed.wait()
            return False
        if self._blow is Blow.FORGET:
            _reset(client)
            return False
        client.sendall(piece)
        return True

    def _break_all(self) -> None:
        for one in list(self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)


def _reset(connection: socket.socket) -> None:
    """Close a connection as a network does that breaks: without a farewell."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
        connection.shutdown(socket.SHUT_RD)  # whoever waits for it lets go, else it would stay open
    connection.close()
