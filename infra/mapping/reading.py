"""Read a mapping file; what is wrong is told with the line and the field."""

from importlib import resources
from pathlib import Path

from infra.mapping.shape import Mapping, Taken
from schemas.catalogue import Catalogue
from schemas.yaml_file import FileError, read_yaml


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
        told = read_yaml(text, file)
        mapping = told.read_as(Mapping, hidden=("constant", "taken", "told", "test", "list"))
        for path, reason in _unknown_types(mapping, catalogue):
            raise told.error(path, reason)
    except FileError as error:
        raise MappingError(str(error)) from error
    return mapping


def _unknown_types(mapping: Mapping, catalogue: Catalogue) -> list[tuple[list[str | int], str]]:
    """Return where a type is named that the catalogue does not have."""
    places: list[tuple[list[str | int], object]] = [(["common", "type"], mapping.common.type)]
    places += [(["rules", number, "type"], rule.type) for number, rule in enumerate(mapping.rules)]
    found = []
    for path, value in places:
        names = [*(value.map or {}).values(), value.default] if isinstance(value, Taken) else [value]
        unknown = [name for name in names if isinstance(name, str) and name not in catalogue.published]
        found += [(path, f"{name} is no type of the catalogue") for name in unknown]
    return found
