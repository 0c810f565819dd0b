"""Read a mapping file; what is wrong is told with the line and the field."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import yaml
from pydantic import ValidationError

from infra.mapping.shape import Mapping, Taken
from schemas.catalogue import Catalogue


class MappingError(ValueError):
    """A mapping is wrong; the message names the file, the line, the field and the reason."""


def bundled_mappings() -> list[str]:
    """Return the names of the mappings that come with the project."""
    files = resources.files("infra").joinpath("mappings").iterdir()
    return sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))


def load_mapping(name: str, catalogue: Catalogue) -> Mapping:
    """Return a mapping by its file, or by the name of a bundled one; MappingError if it is wrong."""
    file = Path(name)
    if file.suffix in (".yaml", ".yml") or "/" in name:
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise MappingError(f"{name}: cannot be read: {error}") from error
        return read_mapping(text, file.name, catalogue)
    if name not in bundled_mappings():
        known = ", ".join(bundled_mappings())
        raise MappingError(f"{name}: no such mapping; give a .yaml file, or one of {known}")
    text = resources.files("infra").joinpath("mappings", f"{name}.yaml").read_text(encoding="utf-8")
    return read_mapping(text, f"{name}.yaml", catalogue)


def read_mapping(text: str, file: str, catalogue: Catalogue) -> Mapping:
    """Return the mapping that a text holds; MappingError if it is wrong."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        mapping = Mapping.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise MappingError(f"{file}{line}: {getattr(error, 'problem', error)}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = [part for part in first["loc"] if part not in ("constant", "taken", "told", "test", "list")]
        message = first["msg"].removeprefix("Value error, ")
        raise MappingError(_placed(file, tree, path, message)) from error
    for path, reason in _unknown_types(mapping, catalogue):
        raise MappingError(_placed(file, tree, path, reason))
    return mapping


def _unknown_types(mapping: Mapping, catalogue: Catalogue) -> list[tuple[list[str | int], str]]:
    """Return where a type is named that the catalogue does not have."""
    places: list[tuple[list[str | int], object]] = [(["common", "type"], mapping.common.type)]
    places += [(["rules", number, "type"], rule.type) for number, rule in enumerate(mapping.rules)]
    found = []
    for path, value in places:
        names = [*(value.map or {}).values(), value.default] if isinstance(value, Taken) else [value]
        unknown = [name for name in names if isinstance(name, str) and name not in catalogue.types]
        found += [(path, f"{name} is no type of the catalogue") for name in unknown]
    return found


def _placed(file: str, tree: yaml.Node | None, path: Sequence[str | int], reason: str) -> str:
    return f"{file}:{_line_of(tree, path)}: {'.'.join(map(str, path)) or 'mapping'}: {reason}"


def _line_of(tree: yaml.Node | None, path: Sequence[str | int]) -> int:
    """Return the line of the deepest node of a path that is there; 1 in an empty file."""
    line = 1
    node = tree
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
    return line
