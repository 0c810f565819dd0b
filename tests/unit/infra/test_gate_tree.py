"""The syntax tree that the gate judges, and what it makes of it."""

import pytest

from infra.clickhouse.errors import EngineError
from infra.clickhouse.gate.rules import Reach, is_allowed, judge
from infra.clickhouse.gate.tail import fit_to_judge, take_off
from infra.clickhouse.gate.tree import TreeError, read_tree

REACH = Reach("shop", frozenset({"v_bonds"}), frozenset({"v_bonds", "journal"}))
SELECT = """SelectWithUnionQuery (children 1)
 ExpressionList (children 1)
  SelectQuery (children 2)
   ExpressionList (children 1)
    {what}
   TablesInSelectQuery (children 1)
    TablesInSelectQueryElement (children 1)
     TableExpression (children 1)
      TableIdentifier {table}
"""


def tree(what="Asterisk", table="v_bonds"):
    return read_tree(SELECT.format(what=what, table=table))


def test_names_aliases_and_children_are_read():
    root = tree("Function sum (alias a(b)) (children 1)\n     ExpressionList")

    function = next(node for node in root.walk() if node.kind == "Function")
    assert (function.label, [child.kind for child in function.children]) == ("sum", ["ExpressionList"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SelectQuery (children 1)",
        "A\n  B",
        "A\nB",
        " A",
        "A (children 2)\n B",
        "A (children 1)\n B\n B",
        "A (\n1)",
    ],
)
def test_what_is_no_whole_tree_is_refused(text):
    with pytest.raises(TreeError):
        read_tree(text)


@pytest.mark.parametrize("table", ["v_bonds", "shop.v_bonds (alias b)", "people", "system.columns"])
def test_views_and_names_of_nothing_else_may_be_read(table):
    judge(tree(table=table), REACH)


@pytest.mark.parametrize(
    "table", ["journal", "shop.journal", "other.v_bonds", "shop.people", "/etc/passwd", "system.parts", "a b"]
)
def test_other_tables_may_not(table):
    with pytest.raises(EngineError, match="may not be read"):
        judge(tree(table=table), REACH)


def test_where_no_views_are_no_name_is_free():
    with pytest.raises(EngineError, match="may not be read"):
        judge(tree(table="people"), Reach("default", frozenset(), None))


@pytest.mark.parametrize("kind", ["Set", "ColumnsApplyTransformer", "SelectThatIsNew", "InsertQuery"])
def test_what_no_rule_knows_is_refused(kind):
    with pytest.raises(EngineError, match="is not allowed"):
        judge(tree(kind), REACH)


@pytest.mark.parametrize(
    "name", ["sum", "SUM", "sumIf", "uniqExactMerge", "groupArrayArray", "quantilesIfState"]
)
def test_functions_of_the_list_may_be_called_with_combinators(name):
    assert is_allowed(name)


@pytest.mark.parametrize(
    "name", ["file", "FILE", "fileIf", "url", "sleep", "dictGet", "aiGenerate", "if ", ""]
)
def test_others_may_not(name):
    assert not is_allowed(name)


def test_format_and_settings_are_taken_off():
    parts = take_off(b"SELECT a FROM t SETTINGS max_threads = 1, log_comment = 'a, b = 2' FORMAT `CSV`")

    assert parts.query == b"SELECT a FROM t"
    assert (parts.output_format, parts.settings) == ("CSV", {"max_threads": "1", "log_comment": "a, b = 2"})


def test_parameters_are_constants_unless_they_are_names():
    assert fit_to_judge(b"SELECT {a:Array(DateTime64(3, 'UTC'))}, '{b:Int8}'") == b"SELECT NULL, '{b:Int8}'"
    for text in (b"SELECT * FROM {t:Identifier}", b"SELECT 1 AS `a\\nTableIdentifier v_bonds`"):
        with pytest.raises(EngineError, match="not allowed"):
            fit_to_judge(text)
