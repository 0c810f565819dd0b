"""The list of licences: everything that is installed stands there, and says what it is."""

from email.message import Message

import pytest

from infra.licences import UNKNOWN, licence_of, licences


class Package:
    """What a distribution says of itself."""

    def __init__(self, **metadata):
        self.metadata = Message()
        for name, values in metadata.items():
            for value in values:
                self.metadata[name.replace("_", "-")] = value


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ({"License_Expression": ["MIT"], "License": ["something else"]}, "MIT"),
        ({"Classifier": ["License :: OSI Approved :: BSD License", "Topic :: X"]}, "BSD License"),
        ({"Classifier": ["License :: OSI Approved"], "License": ["Apache 2\nwith its text"]}, "Apache 2"),
        ({}, UNKNOWN),
    ],
)
def test_the_licence_is_what_the_package_says_most_exactly(metadata, licence):
    assert licence_of(Package(**metadata)) == licence


def test_every_package_that_vincle_runs_with_says_its_licence():
    listed = {row.package: row.licence for row in licences()}

    assert listed["vincle"] == "Apache-2.0"
    assert [package for package, licence in listed.items() if licence == UNKNOWN] == ["axe-playwright-python"]
