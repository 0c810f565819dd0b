"""A YAML file that people write: what is wrong in it is told with file, line, field and reason."""

import difflib
import pathlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times faster where libyaml is there."""

Path = Sequence[str | int]
M = TypeVar("M", bound=BaseModel)


class FileError(ValueError):
    """A file is wrong; the message names the file, the line, the field and the reason."""


@dataclass(frozen=True)
class YamlFile:
    """The content of a file, and where in it everything stands."""

    name: str
    content: Any
    tree: yaml.Node | None = None

    def error(self, path: Path, reason: str) -> FileError:
        """Return the error of a field; the line is that of the deepest part of its path that is there."""
        line, _ = self._found(path)
        return FileError(f"{self.name}:{line}: {'.'.join(map(str, path)) or 'file'}: {reason}")

    def has(self, path: Path) -> bool:
        """Tell whether a field is there."""
        return self._found(path)[1]

    def read_as(self, model: type[M], hidden: Collection[str | int] = ()) -> M:
        """Return the content as a model; FileError tells the first field that is wrong.

        `hidden` are names in pydantic's paths that are not in the file, such as those of union members.
        """
        try:
            return model.model_validate(self.content)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            path = [part for part in first["loc"] if part not in hidden and part != "[key]"]
            raise self.error(path, reason_of(first)) from error

    def _found(self, path: Path) -> tuple[int, bool]:
        node, line = self.tree, 1
        for part in path:
            if isinstance(node, yaml.MappingNode):
                entry = next((pair for pair in node.value if pair[0].value == str(part)), None)
                if entry is None:
                    return line, False
                line, node = entry[0].start_mark.line + 1, entry[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                line = node.start_mark.line + 1
            else:
                return line, False
        return line, True


def read_file(file: pathlib.Path) -> YamlFile:
    """Return what a file holds; FileError tells why it cannot be read, or the line where it is no YAML."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{file}: cannot be read: {error}") from error
    return read_yaml(text, file.name)


def read_yaml(text: str, name: str) -> YamlFile:
    """Return what a text holds; FileError tells the line where it is no YAML or gives a key twice."""
    try:
        loader = _Loader(text)
        tree = loader.get_single_node()
        _check_keys(tree, name)
        return YamlFile(name, None if tree is None else loader.construct_document(tree), tree)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise FileError(f"{name}{line}: {getattr(error, 'problem', None) or error}") from error
    except RecursionError as error:
        raise FileError(f"{name}: holds itself") from error


def _check_keys(node: yaml.Node | None, name: str, path: tuple[str | int, ...] = ()) -> None:
    if isinstance(node, yaml.SequenceNode):
        for place, child in enumerate(node.value):
            _check_keys(child, name, (*path, place))
    elif isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, child in node.value:
            line, word = key.start_mark.line + 1, str(key.value)
            if word in lines:
                spelled = ".".join(map(str, (*path, word)))
                raise FileError(f"{name}:{line}: {spelled}: is there already, in line {lines[word]}")
            lines[word] = line
            _check_keys(child, name, (*path, word))


_REASONS: Mapping[str, str] = {
    "less_than_equal": "must be at most {le:g}",
    "less_than": "must be below {lt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be above {gt:g}",
    "missing": "is missing",
    "extra_forbidden": "is not a field here",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text",
    "dict_type": "must be fields and their values",
    "model_type": "must be fields and their values",
    "list_type": "must be a list",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "too_short": "must have at least {min_length}",
    "string_pattern_mismatch": "must be spelled like {pattern}",
}
"""Why a value is refused, by pydantic's name of it; what is not here is told in pydantic's words."""


def reason_of(error: ErrorDetails) -> str:
    """Return why pydantic refused a value, in the words of who writes files."""
    told = _REASONS.get(error["type"])
    return told.format(**error.get("ctx", {})) if told else error["msg"].removeprefix("Value error, ")


def perhaps(word: str, known: Iterable[str]) -> str:
    """Return the hint to the known word that is nearest, to be put after a reason; empty if none is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; perhaps {near[0]}?" if near else ""
