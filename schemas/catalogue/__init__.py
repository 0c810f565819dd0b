"""The catalogue: what kind of touchpoint each type is, and what plain facts make people feel.

The catalogue is data: `common.yaml`, one file a sector under `sectors/`, and a company's own file over them.
`shapes` gives the data their shape, `layers` puts one over the other, `reading` finds the files and tells
what is wrong in them.
"""

from schemas.catalogue.reading import load_catalogue, read_catalogue
from schemas.catalogue.shapes import Catalogue, FactRule, Kind, Outcome, Sector, TouchpointType, normalised

__all__ = [
    "Catalogue",
    "FactRule",
    "Kind",
    "Outcome",
    "Sector",
    "TouchpointType",
    "load_catalogue",
    "normalised",
    "read_catalogue",
]
