"""What a syntax tree may hold.  A pure function of the tree: no text is matched, no name is guessed.

Names are judged by where they stand.  A table is allowed if it may be read, or if nothing of that name
exists, for then it is a subquery named by WITH or nothing at all; so no rule of scopes need be known here.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from infra.clickhouse.errors import ACCESS_DENIED, EngineError, refusal
from infra.clickhouse.gate.lists import names_in
from infra.clickhouse.gate.tree import Node

KINDS = names_in(
    """
    ArrayJoin Asterisk ColumnsExceptTransformer ColumnsListMatcher ColumnsRegexpMatcher
    ColumnsReplaceTransformer ColumnsReplaceTransformer::Replacement ColumnsTransformerList ExpressionList
    Function Identifier InterpolateElement Literal OrderByElement QualifiedAsterisk SampleRatio
    SelectIntersectExceptQuery SelectQuery SelectWithUnionQuery Subquery TableExpression TableIdentifier
    TableJoin TablesInSelectQuery TablesInSelectQueryElement WindowDefinition WindowListElement WithElement
    """
)
QUERY = "SelectWithUnionQuery"
DESCRIPTION = "DescribeQuery"
# Their second argument, if it is a bare name, is a table.
OF_SETS = frozenset(
    f"{way}{name}{end}"
    for way in ("", "global")
    for name in ("in", "notin", "nullin", "notnullin")
    for end in ("", "ignoreset")
)
TABLE_FUNCTIONS = frozenset({"numbers"})
METADATA = frozenset(
    f"{database}.{table}"
    for database, tables in {
        "system": ("columns", "data_type_families", "databases", "functions", "one", "settings", "tables"),
        "information_schema": ("columns", "schemata", "tables"),
    }.items()
    for table in tables
)
COMBINATOR = re.compile(r"(?:if|array|map|distinct|ornull|ordefault|foreach|state|merge|argmin|argmax)$")
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Reach:
    """What may be read: tables by name in `database`.

    `existing` are all the names there; None if other names than `tables` must not be used at all.
    """

    database: str
    tables: frozenset[str]
    existing: frozenset[str] | None


def judge(root: Node, reach: Reach) -> None:
    """Raise EngineError (ACCESS_DENIED) unless the statement is one query, or a description, within reach."""
    query = root
    if root.kind == DESCRIPTION and len(root.children) == 1:
        query = root.children[0]
    elif root.kind != QUERY:
        raise _refused(f"{root.kind} is no query")
    for node in query.walk():
        if node.kind not in KINDS:
            raise _refused(f"{node.kind} is not allowed")
        _judge_node(node, reach)


def _judge_node(node: Node, reach: Reach) -> None:
    if node.kind == QUERY and [child.kind for child in node.children] != ["ExpressionList"]:
        raise _refused("a query may only be a query")
    if node.kind == "TableIdentifier":
        judge_table(node.label, reach)
    elif node.kind == "Function":
        _judge_function(node, reach)
    elif node.kind == "TableExpression":
        _judge_source(node, reach)


def _judge_source(expression: Node, reach: Reach) -> None:
    for child in expression.children:
        if child.kind == "Function" and child.label not in reach.tables | TABLE_FUNCTIONS:
            raise _refused(f"the table function {child.label} is not allowed")


def judge_table(name: str, reach: Reach) -> None:
    """Raise EngineError unless a table of this name, with or without its database, is within reach."""
    database, dot, table = name.rpartition(".")
    if name.lower() in METADATA or (database in ("", reach.database) and table in reach.tables):
        return
    free = reach.existing is not None and name not in reach.existing
    if dot or not free or not PLAIN_NAME.fullmatch(name):
        raise _refused(f"the table {name} may not be read")


def _judge_function(function: Node, reach: Reach) -> None:
    if function.label in reach.tables | TABLE_FUNCTIONS or is_allowed(function.label):
        for argument in _arguments_of_set(function):
            judge_table(argument.label, reach)
    else:
        raise _refused(f"the function {function.label} is not on the list of functions")


def _arguments_of_set(function: Node) -> list[Node]:
    """The bare names after the first argument of IN, in whatever way it is written."""
    if function.label.lower() not in OF_SETS:
        return []
    return [
        argument
        for arguments in function.children
        for argument in arguments.children[1:]
        if argument.kind == "Identifier"
    ]


def is_allowed(function: str) -> bool:
    """Whether a function is on the list, as it is or with combinators of aggregates."""
    name = function.lower()
    while name not in allowed_functions():
        shorter = COMBINATOR.sub("", name)
        if shorter == name:
            return False
        name = shorter
    return True


@cache
def allowed_functions() -> frozenset[str]:
    """The names of `functions.txt`, in small letters."""
    text = files(__package__).joinpath("functions.txt").read_text(encoding="utf-8")
    return frozenset(name.lower() for name in names_in(text))


def _refused(reason: str) -> EngineError:
    return refusal(ACCESS_DENIED, f"Not enough privileges: {reason}")
