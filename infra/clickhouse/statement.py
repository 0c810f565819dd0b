"""What kind of SQL statement a text is, and where the rows of an INSERT begin.

A lexer, no parser: it knows comments, quotes, words and brackets as ClickHouse does, which is enough to
route a statement.  It is no gate: what an identity may ask is judged elsewhere, on parsed SQL.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from infra.clickhouse.errors import NOT_IMPLEMENTED, SUPPORT_IS_DISABLED, SYNTAX_ERROR, refusal

TOKEN = re.compile(
    rb"""
      (?P<gap>   \s+ | --[^\n]* | \#[\ !][^\n]* | /\*.*?\*/ )
    | (?P<quoted> '(?:[^'\\]|\\.|'')*' | "(?:[^"\\]|\\.|"")*" | `(?:[^`\\]|\\.|``)*`
                | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$ )
    | (?P<open>  ['"`] | /\* | \$\w*\$ )
    | (?P<word>  [A-Za-z_][\w$]* )
    | (?P<other> \d[\w.]* | . )
    """,
    re.VERBOSE | re.DOTALL,
)
# Such a statement gives a result set and changes nothing.
RESULT_VERBS = frozenset(b"SELECT WITH FROM SHOW DESCRIBE DESC EXISTS EXPLAIN CHECK".split())
# The rows of such a statement can be had block by block.
QUERY_VERBS = frozenset(b"SELECT WITH FROM".split())
# Such a statement leaves something behind in its session.
SESSION_VERBS = frozenset(b"SET USE".split())


@dataclass(frozen=True)
class Token:
    """A piece of SQL that is no gap: its text (words in capitals), place, and depth in brackets."""

    text: bytes
    start: int
    end: int
    depth: int


@dataclass(frozen=True)
class Statement:
    """One statement, without a final semicolon.

    `sql` is complete unless rows follow: then it is an INSERT without them, `rows_format` names their
    format, `rows_at` is where they begin in the text given, and `infile_at` where FROM INFILE goes in `sql`.
    `output_format` is the one named by a FORMAT clause.
    """

    sql: bytes
    verb: bytes
    output_format: str | None = None
    rows_format: str | None = None
    rows_at: int = 0
    infile_at: int = 0
    keeps_in_session: bool = False

    @property
    def gives_rows(self) -> bool:
        """Whether the answer is a result set; such a statement changes nothing."""
        return self.verb in RESULT_VERBS

    @property
    def is_query(self) -> bool:
        """Whether it reads rows, rather than telling of tables."""
        return self.verb in QUERY_VERBS

    @property
    def takes_rows(self) -> bool:
        """Whether rows come with it."""
        return self.rows_format is not None

    def from_file(self, path: str) -> bytes:
        """An INSERT that reads its rows from a file.

        Raises TypeError if no rows follow this statement.
        """
        if self.rows_format is None:
            raise TypeError("no rows follow this statement")
        quoted = path.replace("\\", "\\\\").replace("'", "\\'").encode()
        before, after = self.sql[: self.infile_at], self.sql[self.infile_at :]
        infile = b" FROM INFILE '" + quoted + b"' COMPRESSION 'none' "
        return before + infile + after + b" FORMAT " + self.rows_format.encode()


def read_statement(text: bytes) -> Statement:
    """The one statement in a text, or the INSERT at its head.

    Raises EngineError: several statements, none, or one that reads or writes files by itself.
    """
    tokens = tokens_of(text)
    first = next(tokens, None)
    while first is not None and first.text == b"(":
        first = next(tokens, None)
    if first is None:
        raise refusal(SYNTAX_ERROR, "Empty query")
    if first.text == b"INSERT":
        return _read_insert(text, tokens)
    return _read_whole(text, first)


def tokens_of(text: bytes) -> Iterator[Token]:
    """The tokens of a text.  Raises EngineError at a quote or a comment without end."""
    depth = 0
    for match in TOKEN.finditer(text):
        kind, piece = match.lastgroup, match.group()
        if kind == "gap":
            continue
        if kind == "open":
            # Going on would look for its end again and again.
            raise refusal(SYNTAX_ERROR, "A quote or a comment has no end")
        if piece in (b"(", b"[", b"{"):
            depth += 1
        elif piece in (b")", b"]", b"}"):
            depth -= 1
        yield Token(piece.upper() if kind == "word" else piece, match.start(), match.end(), depth)


def _read_whole(text: bytes, first: Token) -> Statement:
    tokens = list(tokens_of(text))
    while tokens and tokens[-1].text == b";":
        tokens.pop()
    if not tokens:
        raise refusal(SYNTAX_ERROR, "Empty query")
    if any(token.text == b";" for token in tokens):
        raise refusal(SYNTAX_ERROR, "Multi-statements are not allowed")
    outer = [token for token in tokens if token.depth == 0]
    words = [token.text for token in outer]
    _refuse_files(words)
    temporary = first.text == b"CREATE" and b"TEMPORARY" in words[1:4]
    return Statement(
        sql=text[: tokens[-1].end],
        # WITH may also begin an INSERT.
        verb=b"INSERT" if first.text == b"WITH" and b"INSERT" in words else first.text,
        output_format=_output_format(text, outer),
        keeps_in_session=first.text in SESSION_VERBS or temporary,
    )


def _refuse_files(words: list[bytes]) -> None:
    if b"OUTFILE" in words or b"INFILE" in words:
        raise refusal(SUPPORT_IS_DISABLED, "INTO OUTFILE and FROM INFILE are not allowed over HTTP")


def _output_format(text: bytes, outer: list[Token]) -> str | None:
    """The name after a FORMAT that ends the statement, or that only SETTINGS follow."""
    words = [token.text for token in outer]
    for at in range(len(words) - 2, 0, -1):
        ends = at + 2 == len(words) or words[at + 2] == b"SETTINGS"
        if words[at] == b"FORMAT" and words[at + 1].isalnum() and ends:
            return text[outer[at + 1].start : outer[at + 1].end].decode()
    return None


def _read_insert(text: bytes, tokens: Iterator[Token]) -> Statement:
    """An INSERT: its head up to FORMAT or VALUES with rows behind, or all of an INSERT … SELECT."""
    settings_at, selects = None, False
    for token in tokens:
        if token.depth != 0:
            selects = selects or token.text == b"SELECT"
            continue
        if token.text == b"SETTINGS" and settings_at is None:
            settings_at = token.start
        elif token.text in (b"SELECT", b"WITH", b"WATCH"):
            return _insert_of_query(text)
        elif token.text in (b"INFILE", b"OUTFILE"):
            _refuse_files([token.text])
        elif token.text == b"VALUES":
            return _insert_of_rows(text, token.start, settings_at, "Values", token.end)
        elif token.text == b"FORMAT":
            name = next(tokens, None)
            if name is None:
                break
            return _insert_of_rows(
                text,
                token.start,
                settings_at,
                text[name.start : name.end].decode(),
                _rows_start(text, name.end),
            )
    if selects:
        return _insert_of_query(text)
    raise refusal(NOT_IMPLEMENTED, "INSERT needs FORMAT, VALUES or SELECT")


def _insert_of_query(text: bytes) -> Statement:
    return replace(_read_whole(text, Token(b"INSERT", 0, 0, 0)), output_format=None)


def _insert_of_rows(
    text: bytes, head_end: int, settings_at: int | None, rows_format: str, rows_at: int
) -> Statement:
    return Statement(
        sql=text[:head_end].rstrip(),
        verb=b"INSERT",
        rows_format=rows_format,
        rows_at=rows_at,
        infile_at=min(settings_at if settings_at is not None else head_end, len(text[:head_end].rstrip())),
    )


def _rows_start(text: bytes, after_name: int) -> int:
    """Rows begin after blanks and at most one line end, as ClickHouse reads them."""
    match = re.compile(rb"[ \t\f]*(?:\r?\n)?").match(text, after_name)
    return match.end() if match else after_name


def quoted(text: str, quote: str = "`") -> str:
    """A text between quotes, as ClickHouse reads it: a name, unless another quote is given."""
    return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote
