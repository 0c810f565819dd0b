"""From rows of any log to events: mappings are data; this package reads and applies them."""

from infra.mapping.reading import MappingError, bundled_mappings, load_mapping, read_mapping
from infra.mapping.rows import RowError, RowMapper, Skipped
from infra.mapping.shape import Mapping

__all__ = [
    "Mapping",
    "MappingError",
    "RowError",
    "RowMapper",
    "Skipped",
    "bundled_mappings",
    "load_mapping",
    "read_mapping",
]
