"""Find the catalogue's files, put them together, and tell what is wrong in them with file, line and field."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from schemas.catalogue.layers import LayerError, Layers, layer_of
from schemas.catalogue.shapes import REQUIRED, Catalogue, CatalogueFile, Sector, SectorFile, TouchpointType
from schemas.yaml_file import FileError, YamlFile, perhaps, read_file, read_yaml, reason_of

DIGEST_DIGITS = 8
WITHOUT_SECTOR = ""
NOTHING = YamlFile("company.yaml", {})
"""A company's file that says nothing."""


def load_catalogue(company_file: Path | None = None) -> Catalogue:
    """Return the catalogue, with a company's own file over it; FileError says what is wrong where."""
    folder = resources.files("schemas.catalogue")
    sectors = {
        file.name.removesuffix(".yaml"): file.read_text(encoding="utf-8")
        for file in sorted(folder.joinpath("sectors").iterdir(), key=lambda file: file.name)
        if file.name.endswith(".yaml")
    }
    common = folder.joinpath("common.yaml").read_text(encoding="utf-8")
    return read_catalogue(common, sectors, NOTHING if company_file is None else read_file(company_file))


def read_catalogue(common: str, sectors: Mapping[str, str], company: YamlFile = NOTHING) -> Catalogue:
    """Return the catalogue that texts hold: what is common and each sector; a company's file over them."""
    ours = _Source.of(
        read_yaml(common, "common.yaml"),
        {name: read_yaml(text, f"{name}.yaml") for name, text in sectors.items()},
    )
    theirs = _Source.of(YamlFile(company.name, company.content or {}, company.tree), {})
    return _put_together(ours, theirs)


@dataclass(frozen=True)
class _Source:
    """One catalogue: what its files say, and the files, to tell where it is said."""

    said: CatalogueFile
    main: YamlFile
    sectors: Mapping[str, YamlFile]

    @classmethod
    def of(cls, main: YamlFile, sectors: Mapping[str, YamlFile]) -> "_Source":
        said = main.read_as(CatalogueFile)
        read = {name: file.read_as(SectorFile) for name, file in sectors.items()}
        return cls(said.model_copy(update={"sectors": {**said.sectors, **read}}), main, sectors)

    def places(self, path: tuple[str | int, ...]) -> Iterator[tuple[YamlFile, tuple[str | int, ...]]]:
        """Yield the files that may say a field, and its path there."""
        if len(path) > 1 and path[0] == "sectors" and path[1] in self.sectors:
            yield self.sectors[str(path[1])], path[2:]
        yield self.main, path

    def error(self, path: tuple[str | int, ...], reason: str) -> FileError:
        """Return the error of a field."""
        file, own = next(self.places(path))
        return file.error(own, reason)


def _put_together(ours: _Source, theirs: _Source) -> Catalogue:
    titles, home_of = _sector_titles(ours, theirs), _homes(ours, theirs)
    layers = Layers((layer_of(ours.said, home_of), layer_of(theirs.said, home_of)))
    stages = tuple(theirs.said.stages or ours.said.stages or ())
    try:
        types = {name: layers.touchpoint_type(name, home) for name, home in home_of.items()}
        _check_stages(types, home_of, stages, ours, theirs)
        types = {
            name: types[name] for name in sorted(types, key=lambda name: stages.index(types[name].stage))
        }
        sectors = {}
        for sector, title in titles.items():
            local = {name: layers.touchpoint_type(name, sector) for name in types}
            _check_stages(local, dict.fromkeys(local, sector), stages, ours, theirs)
            sectors[sector] = Sector(title, local)
        return Catalogue(_version(ours, theirs), stages, types, layers.rules(), sectors)
    except LayerError as error:
        raise _placed(error, ours, theirs) from error


def _sector_titles(ours: _Source, theirs: _Source) -> dict[str, str]:
    """Return the sectors with their titles; one that has none is a slip of the pen."""
    titles: dict[str, str] = {}
    for source in (ours, theirs):
        for name, sector in source.said.sectors.items():
            title = sector.title or titles.get(name)
            if title is None:
                hint = perhaps(name, titles)
                raise source.error(("sectors", name), f"is no sector; a new one needs a title{hint}")
            titles[name] = title
    return titles


def _homes(ours: _Source, theirs: _Source) -> dict[str, str]:
    """Return every type with the sector that makes it, if one does."""
    homes: dict[str, str] = {}
    for source in (ours, theirs):
        told: list[tuple[str, str, Any]] = [
            (name, WITHOUT_SECTOR, fields) for name, fields in source.said.types.items()
        ]
        for sector, content in source.said.sectors.items():
            told += [(name, sector, fields) for name, fields in content.types.items()]
        for name, sector, fields in told:
            if name not in homes and not fields.model_fields_set & set(REQUIRED):
                path = ("sectors", sector, "types", name) if sector else ("types", name)
                needs = ", ".join(REQUIRED)
                hint = perhaps(name, homes)
                raise source.error(path, f"is no type of the catalogue; a new one needs {needs}{hint}")
            homes.setdefault(name, sector)
    return homes


def _check_stages(
    types: Mapping[str, TouchpointType],
    sector_of: Mapping[str, str],
    stages: tuple[str, ...],
    ours: _Source,
    theirs: _Source,
) -> None:
    for name, entry in types.items():
        if entry.stage in stages:
            continue
        paths = [("sectors", sector_of[name], "types", name, "stage"), ("types", name, "stage")]
        told = next((path for path in paths if theirs.main.has(path)), None)
        if told is None and theirs.said.stages:
            raise theirs.main.error(("stages",), f"leaves out {entry.stage}, where {name} is")
        source, path = (theirs, told) if told else (ours, paths[0])
        raise source.error(path, f"{entry.stage} is not among the stages: {', '.join(stages)}")


def _placed(error: LayerError, ours: _Source, theirs: _Source) -> FileError:
    """Return the error where it was told: in the company's file if that says anything of it."""
    reason = reason_of(error.error)
    for above in (0, 1):  # what is missing is told where it should be
        for source in (theirs, ours):
            for path in error.paths:
                for file, own in source.places(path):
                    if file.has(own[: len(own) - above]):
                        return file.error(own, reason)
    return ours.main.error(error.paths[0], reason)


def _version(ours: _Source, theirs: _Source) -> str:
    """Return the version that a file declares, and a digest of all that the files say."""
    said = [source.said.model_dump(mode="json", exclude_unset=True) for source in (ours, theirs)]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return f"{theirs.said.version or ours.said.version}+{digest[:DIGEST_DIGITS]}"
