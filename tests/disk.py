"""What lies on a disk: the bytes of files, and what is in the blocks that ClickHouse compresses."""

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import lz4.block
import zstandard
from clickhouse_connect.driver.client import Client

CHECKSUM_BYTES, HEADER_BYTES = 16, 9
NUMBER_BYTES = 8


def folders_of(client: Client) -> list[Path]:
    """The folders in which the database of a client keeps its tables."""
    paths = "SELECT DISTINCT arrayJoin(data_paths) FROM system.tables WHERE database = currentDatabase()"
    return [Path(path) for (path,) in client.query(paths).result_rows]


def found_in(folders: Iterable[Path], words: Collection[str]) -> set[str]:
    """Those words that stand in any file of these folders, as it is or unpacked.

    A database merges and renames its parts meanwhile: the folders are listed until nothing in them is new.
    """
    left = {word.encode() for word in words}
    for folder in folders:
        read: set[Path] = set()
        while new := _files_of(folder) - read:
            for file in new:
                for content in _contents(file):
                    left -= {word for word in left if word in content}
            read |= new
    return {word for word in words if word.encode() not in left}


def _files_of(folder: Path) -> set[Path]:
    """The files under a folder, without those whose own folder went away meanwhile."""
    return {Path(at, name) for at, _, names in os.walk(folder, onerror=_pass_over_gone) for name in names}


def _pass_over_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _contents(file: Path) -> Iterator[bytes]:
    try:
        raw = file.read_bytes() if file.is_file() else b""
    except FileNotFoundError:
        return  # a part that was merged or renamed: under its new name it is in the next list
    yield raw
    for name, content in _members(raw) if file.suffix == ".packed" else [(file.name, raw)]:
        if name.endswith(".bin"):
            yield b"".join(_unpacked(content))


def _members(raw: bytes) -> Iterator[tuple[str, bytes]]:
    """The files of a small part, which lies in one: after a byte and their number the length of each name,
    the name, where it begins and how long it is."""
    at = 1 + NUMBER_BYTES
    for _ in range(int.from_bytes(raw[1:at], "little")):
        named = at + 1
        told = named + raw[at]
        at = told + 2 * NUMBER_BYTES
        start = int.from_bytes(raw[told : told + NUMBER_BYTES], "little")
        size = int.from_bytes(raw[told + NUMBER_BYTES : at], "little")
        yield raw[named:told].decode(), raw[start : start + size]


def _unpacked(raw: bytes) -> Iterator[bytes]:
    at = 0
    while at + CHECKSUM_BYTES + HEADER_BYTES <= len(raw):
        head = raw[at + CHECKSUM_BYTES : at + CHECKSUM_BYTES + HEADER_BYTES]
        method, size = head[0], int.from_bytes(head[1:5], "little")
        body = raw[at + CHECKSUM_BYTES + HEADER_BYTES : at + CHECKSUM_BYTES + size]
        plain_size = int.from_bytes(head[5:], "little")
        match method:
            case 0x82:
                yield lz4.block.decompress(body, uncompressed_size=plain_size)
            case 0x90:
                yield zstandard.decompress(body, max_output_size=plain_size)
            case 0x02:
                yield body
            case _:
                raise ValueError(f"a block of method {method:#x}")
        at += CHECKSUM_BYTES + size
