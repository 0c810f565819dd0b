"""Errors as ClickHouse gives them: a number, a name, a text, and the HTTP status that goes with it."""

import re

CODE = re.compile(r"Code: (\d+)\. DB::Exception: ")
NAME = re.compile(r"\(([A-Z][A-Z0-9_]+)\)\s*$")

UNKNOWN_SETTING = 115
SYNTAX_ERROR = 62
READONLY = 164
TIMEOUT_EXCEEDED = 159
TOO_MANY_SIMULTANEOUS_QUERIES = 202
SUPPORT_IS_DISABLED = 344
SESSION_NOT_FOUND = 372
SESSION_IS_LOCKED = 373
CANNOT_DECOMPRESS = 271
INCORRECT_DATA = 117
NOT_IMPLEMENTED = 48
QUERY_IS_TOO_LARGE = 177
NOT_ENOUGH_SPACE = 243
AUTHENTICATION_FAILED = 516
ACCESS_DENIED = 497
UNKNOWN = 1002

NAMES = {
    UNKNOWN_SETTING: "UNKNOWN_SETTING",
    SYNTAX_ERROR: "SYNTAX_ERROR",
    READONLY: "READONLY",
    TIMEOUT_EXCEEDED: "TIMEOUT_EXCEEDED",
    TOO_MANY_SIMULTANEOUS_QUERIES: "TOO_MANY_SIMULTANEOUS_QUERIES",
    SUPPORT_IS_DISABLED: "SUPPORT_IS_DISABLED",
    SESSION_NOT_FOUND: "SESSION_NOT_FOUND",
    SESSION_IS_LOCKED: "SESSION_IS_LOCKED",
    CANNOT_DECOMPRESS: "CANNOT_DECOMPRESS",
    INCORRECT_DATA: "INCORRECT_DATA",
    NOT_IMPLEMENTED: "NOT_IMPLEMENTED",
    QUERY_IS_TOO_LARGE: "QUERY_IS_TOO_LARGE",
    NOT_ENOUGH_SPACE: "NOT_ENOUGH_SPACE",
    AUTHENTICATION_FAILED: "AUTHENTICATION_FAILED",
    ACCESS_DENIED: "ACCESS_DENIED",
    UNKNOWN: "UNKNOWN_EXCEPTION",
}

# As ClickHouse's server maps them (HTTPHandler, exceptionCodeToHTTPStatus); all others are 500.
BAD_REQUEST = {
    6,
    26,
    27,
    33,
    36,
    38,
    41,
    42,
    43,
    44,
    53,
    62,
    69,
    70,
    72,
    117,
    130,
    131,
    271,
    344,
    350,
    374,
    457,
}
NOT_FOUND = {16, 46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 372}
STATUS = {
    **dict.fromkeys(BAD_REQUEST, 400),
    **dict.fromkeys(NOT_FOUND, 404),
    AUTHENTICATION_FAILED: 403,
    ACCESS_DENIED: 403,
    QUERY_IS_TOO_LARGE: 413,
    NOT_IMPLEMENTED: 501,
    TIMEOUT_EXCEEDED: 408,
    TOO_MANY_SIMULTANEOUS_QUERIES: 503,
}


class EngineError(Exception):
    """What ClickHouse answers when it cannot: `code` is its number, the text starts with it."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return STATUS.get(self.code, 500)


class OwnedError(Exception):
    """Another process owns the folder; the text is one line."""


def refusal(code: int, reason: str) -> EngineError:
    """An error of our own, worded as ClickHouse words its errors."""
    return EngineError(code, f"Code: {code}. DB::Exception: {reason} ({NAMES[code]})")


def from_engine(error: BaseException) -> EngineError:
    """An error of the engine, of which only the text is known."""
    text = str(error)
    codes = list(CODE.finditer(text))
    if not codes:
        return EngineError(UNKNOWN, f"Code: {UNKNOWN}. DB::Exception: {text} ({NAMES[UNKNOWN]})")
    return EngineError(int(codes[0].group(1)), text[codes[-1].start() :])
