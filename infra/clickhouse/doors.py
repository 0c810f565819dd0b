"""Where the engine listens, and what it asks for when others than this machine can reach it."""

import ipaddress
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.clickhouse.identities import Known, open_doors
from infra.processes import LOOPBACK


class DoorError(Exception):
    """The engine must not listen there; the text is one line."""


@dataclass(frozen=True)
class Door:
    """An address, and the files of a certificate and its key if TLS is spoken there."""

    host: str = LOOPBACK
    port: int = 0
    certificate: Path | None = None
    key: Path | None = None

    @property
    def address(self) -> str:
        """Host and port."""
        return f"{self.host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can come in."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def require_safe(self, identities: Iterable[Known]) -> None:
        """Raise DoorError if others could come in without TLS, or without a secret."""
        known = list(identities)
        if self.is_local:
            return
        if self.certificate is None or self.key is None:
            raise DoorError(f"to listen on {self.host} needs TLS: a certificate and its key")
        if not known or open_doors(known):
            raise DoorError(f"to listen on {self.host} needs a secret for every identity")

    def context(self) -> ssl.SSLContext | None:
        """What speaks TLS here, if it is spoken.  Raises OSError for files that do not fit."""
        if self.certificate is None:
            return None
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, self.key)
        return context
