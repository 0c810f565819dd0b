"""The contract as documents: JSON Schemas, an AsyncAPI and an OpenAPI document, generated from the models.

`python -m infra.contract` writes them to `schemas/contract`; a test fails when they are stale.
"""

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import yaml

from infra.asyncapi import asyncapi
from infra.messages import messages, schemas_of
from infra.openapi import openapi
from schemas.catalogue import Catalogue, load_catalogue
from schemas.envelope import CONTRACT_VERSION

DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = ".".join(map(str, CONTRACT_VERSION))
FOLDER = Path(str(resources.files("schemas").joinpath("contract")))


def documents(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Give the name and the text of each document."""
    for kind in messages(catalogue):
        events, definitions = schemas_of([kind], "#/$defs/{model}")
        schema = {"$schema": DIALECT, **events[kind.name], "examples": [kind.example], "$defs": definitions}
        yield f"{kind.name}.json", json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=False) + "\n"
    yield "openapi.json", json.dumps(openapi(VERSION), indent=2, ensure_ascii=False) + "\n"
    yield (
        "asyncapi.yaml",
        yaml.safe_dump(asyncapi(catalogue, VERSION), sort_keys=False, allow_unicode=True, width=110),
    )


def write(folder: Path = FOLDER) -> list[str]:
    """Write all documents and return their names."""
    folder.mkdir(parents=True, exist_ok=True)
    written = dict(documents(load_catalogue()))
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(written)


if __name__ == "__main__":
    print("\n".join(write()))
