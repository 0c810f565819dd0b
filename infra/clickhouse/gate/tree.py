"""The syntax tree of a statement, read from the engine's EXPLAIN AST: a line a node, indented by depth."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

LINE = re.compile(
    r"(?P<indent> *)(?P<kind>[A-Za-z:]+)(?: (?P<label>.*?))??(?: \(alias (?P<alias>.*?)\))?"
    r"(?: \(children (?P<children>\d+)\))?"
)


class TreeError(Exception):
    """The text is no tree."""


@dataclass(frozen=True)
class Node:
    """One node: what it is (`Function`), its name or value (`sum`), and its children in order."""

    kind: str
    label: str = ""
    children: list["Node"] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))


def read_tree(text: str) -> Node:
    """Read a tree.  Raises TreeError unless every line, depth and count of children fits."""
    root: Node | None = None
    open_nodes: list[tuple[Node, int]] = []
    for line in text.rstrip("\n").split("\n"):
        match = LINE.fullmatch(line)
        if not match:
            raise TreeError("a line is no node")
        depth = len(match["indent"])
        node = Node(match["kind"], match["label"] or "")
        while len(open_nodes) > depth:
            _close(open_nodes.pop())
        if len(open_nodes) != depth or (depth == 0) != (root is None):
            raise TreeError("a depth does not fit")
        if open_nodes:
            open_nodes[-1][0].children.append(node)
        root = root or node
        open_nodes.append((node, int(match["children"] or 0)))
    while open_nodes:
        _close(open_nodes.pop())
    if root is None:
        raise TreeError("there is no node")
    return root


def _close(opened: tuple[Node, int]) -> None:
    node, children = opened
    if len(node.children) != children:
        raise TreeError("a count of children does not fit")
