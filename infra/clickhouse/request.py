"""What an HTTP request asks for, by ClickHouse's rules: URL, headers and form together.

Every URL parameter that is not ClickHouse's own is a setting; `param_…` are values for {name:Type}.
"""

import base64
import binascii
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from infra.clickhouse.access import Credentials, Headers
from infra.clickhouse.errors import AUTHENTICATION_FAILED, INCORRECT_DATA, NOT_IMPLEMENTED, refusal

# Parameters of the HTTP interface itself; they are no settings of a query.
TRANSPORT = frozenset(
    [
        "add_http_cors_header",
        "buffer_size",
        "cancel_http_readonly_queries_on_client_close",
        "client_protocol_version",
        "close_session",
        "compress",
        "database",
        "decompress",
        "default_format",
        "enable_http_compression",
        "http_headers_progress_interval_ms",
        "http_native_compression_disable_checksumming_on_decompress",
        "http_response_buffer_size",
        "http_write_exception_in_output_format",
        "http_zlib_compression_level",
        "password",
        "query",
        "query_id",
        "quota_key",
        "role",
        "send_progress_in_http_headers",
        "session_check",
        "session_id",
        "session_timeout",
        "stacktrace",
        "user",
        "wait_end_of_query",
    ]
)
MAX_PARAMETERS = 1000
DEFAULT_FORMAT = "TabSeparated"
DEFAULT_SESSION_SECONDS = 60
MAX_SESSION_SECONDS = 3600
QUERY_ID = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True)
class SessionWish:
    """The session asked for: its name, how long it may idle, and whether it must exist already."""

    name: str
    idle_seconds: int
    must_exist: bool


@dataclass(frozen=True)
class Request:
    """A request without its body.

    `query` is the SQL of the URL, to which the body is added.  `wants_compression` is HTTP's, of the answer,
    `wants_blocks` ClickHouse's own.
    """

    query: bytes
    query_id: str
    database: str
    default_format: str
    parameters: Mapping[str, str]
    settings: Mapping[str, str]
    session: SessionWish | None
    credentials: Credentials
    wants_compression: bool
    wants_blocks: bool
    waits_for_end: bool


def read_request(target: str, headers: Headers, form: Mapping[str, str] | None = None) -> Request:
    """Read URL, headers (ClickHouse's X-ClickHouse-…, Authorization) and the fields of a form.

    Raises EngineError for what is malformed, or sends ClickHouse's own compressed blocks.
    """
    values = {**_url_parameters(target), **(form or {})}
    if _says_yes(values, "decompress"):
        raise refusal(NOT_IMPLEMENTED, "decompress is not offered here; use Content-Encoding")
    query_id = values.get("query_id", "")
    return Request(
        query=values.get("query", "").encode(errors="surrogateescape"),
        query_id=query_id if QUERY_ID.fullmatch(query_id) else str(uuid.uuid4()),
        database=values.get("database") or headers.get("X-ClickHouse-Database", ""),
        default_format=values.get("default_format") or headers.get("X-ClickHouse-Format", DEFAULT_FORMAT),
        parameters={key[6:]: value for key, value in values.items() if key.startswith("param_")},
        settings={key: value for key, value in values.items() if not _is_transport(key)},
        session=_session(values),
        credentials=_credentials(values, headers),
        wants_compression=_says_yes(values, "enable_http_compression"),
        wants_blocks=_says_yes(values, "compress"),
        waits_for_end=_says_yes(values, "wait_end_of_query"),
    )


def _says_yes(values: Mapping[str, str], name: str) -> bool:
    return values.get(name, "0") not in ("0", "false")


def _is_transport(key: str) -> bool:
    return key in TRANSPORT or key.startswith("param_")


def _url_parameters(target: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            urlsplit(target).query,
            keep_blank_values=True,
            max_num_fields=MAX_PARAMETERS,
            errors="surrogateescape",
        )
    except ValueError as error:
        raise refusal(INCORRECT_DATA, f"The URL may have {MAX_PARAMETERS} parameters") from error
    return dict(pairs)


def _session(values: Mapping[str, str]) -> SessionWish | None:
    name = values.get("session_id", "")
    if not name:
        return None
    wish = values.get("session_timeout", "")
    seconds = min(int(wish), MAX_SESSION_SECONDS) if wish.isdecimal() else DEFAULT_SESSION_SECONDS
    return SessionWish(name, seconds, values.get("session_check", "0") == "1")


def _credentials(values: Mapping[str, str], headers: Headers) -> Credentials:
    """ClickHouse's order: headers of its own, then Authorization, then the URL."""
    if "X-ClickHouse-User" in headers:
        return Credentials(headers["X-ClickHouse-User"], headers.get("X-ClickHouse-Key", ""))
    scheme, _, encoded = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise refusal(AUTHENTICATION_FAILED, "The Authorization header is malformed") from error
        return Credentials(user, password)
    return Credentials(values.get("user", ""), values.get("password", ""))


def read_form(content_type: str, body: bytes) -> dict[str, str]:
    """The fields of a multipart/form-data body.  Raises EngineError for files in it (external tables)."""
    match = re.search(r'boundary="?([^";,]{1,100})"?', content_type)
    if not match:
        raise refusal(INCORRECT_DATA, "The form has no boundary")
    fields = {}
    for part in body.split(b"--" + match.group(1).encode())[1:-1]:
        head, _, value = (
            part.strip(b"\r\n").partition(b"\r\n\r\n") if b"\r\n\r\n" in part else (part, b"", b"")
        )
        disposition = re.search(rb'name="([^"]*)"(.*)', head)
        if not disposition:
            raise refusal(INCORRECT_DATA, "A field of the form has no name")
        if b"filename=" in disposition.group(2):
            raise refusal(NOT_IMPLEMENTED, "External tables are not offered here")
        fields[disposition.group(1).decode()] = value.decode(errors="surrogateescape")
    return fields
