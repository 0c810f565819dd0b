"""What is wrong in a file that people write is told with the line, the field and the reason."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from schemas.yaml_file import FileError, perhaps, read_yaml


class Cake(BaseModel):
    """Something with fields of several kinds."""

    model_config = ConfigDict(extra="forbid")

    name: str
    sugar: Annotated[float, Field(ge=0, le=1)] = 0
    layers: Annotated[list[Annotated[float, Field(gt=0, lt=9)]], Field(min_length=1)] = [1]
    kind: Literal["sweet", "salty"] = "sweet"
    baked: bool = True
    slug: Annotated[str, Field(pattern="^[a-z]+$")] = "a"
    parts: dict[str, float] = {}


WRONG = {
    "name: a\nsugar: 2\n": "2: sugar: must be at most 1",
    "name: a\nsugar: -1\n": "2: sugar: must be at least 0",
    "name: a\nsugar: much\n": "2: sugar: must be a number",
    "name: a\nsugar: [1]\n": "2: sugar: must be a number",
    "name: a\nlayers:\n- 1\n- 0\n": "4: layers.1: must be above 0",
    "name: a\nlayers: [1,\n 9]\n": "3: layers.1: must be below 9",
    "name: a\nlayers: []\n": "2: layers: must have at least 1",
    "name: a\nlayers: 1\n": "2: layers: must be a list",
    "kind: bitter\nname: a\n": "1: kind: must be 'sweet' or 'salty'",
    "name: a\nbaked: 2\n": "2: baked: must be true or false",
    "name: 1\n": "1: name: must be text",
    "slug: A\nname: a\n": "1: slug: must be spelled like ^[a-z]+$",
    "name: a\nparts: 3\n": "2: parts: must be fields and their values",
    "sugar: 1\n": "1: name: is missing",
    "name: a\n\nsuger: 1\n": "3: suger: is not a field here",
    "name: a\nsugar: 1\nname: b\n": "3: name: is there already, in line 1",
    "name: a\nparts:\n  x: 1\n  y: 2\n  x: 3\n": "5: parts.x: is there already, in line 3",
    "": "1: file: must be fields and their values",
    "name: [\n": "2: ",
    "name: a\n\tsugar: 1\n": "2: found ",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_told_with_its_line_and_field(text: str) -> None:
    with pytest.raises(FileError) as caught:
        read_yaml(text, "cake.yaml").read_as(Cake)
    assert str(caught.value).startswith(f"cake.yaml:{WRONG[text]}")


def test_a_file_that_holds_itself_is_refused() -> None:
    with pytest.raises(FileError, match=r"cake.yaml: holds itself"):
        read_yaml("parts: &a {b: *a}", "cake.yaml")


def test_a_known_word_is_proposed_only_where_one_is_near() -> None:
    assert perhaps("days_lat", ["days_early", "days_late"]) == "; perhaps days_late?"
    assert perhaps("xyz", ["days_early", "days_late"]) == ""
