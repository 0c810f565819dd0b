"""The same read-out as `streams.bond.reading`, for many people and many times at once, in numpy.

Columns in, columns out. A reading costs tens of nanoseconds for each touchpoint that it looks at, where the
reference costs tens of microseconds; both agree to 1e-9 index points. Contributions stay with the reference.

- `columns`   felt touchpoints as columns, arranged by person and contact
- `contacts`  the episodes that each reading sees
- `healing`   failures and the acts that heal them
- `sums`      sums over the episodes of each reading
- `readouts`  index, components and emotions from those sums, or from a table of bonds
"""

from streams.bond.kernel.columns import Arranged, FeltColumns, arranged, columns_of
from streams.bond.kernel.contacts import Contacts
from streams.bond.kernel.readouts import Readouts, Reads, everyone_at, read_bonds, read_contacts, read_many

__all__ = [
    "Arranged",
    "Contacts",
    "FeltColumns",
    "Readouts",
    "Reads",
    "arranged",
    "columns_of",
    "everyone_at",
    "read_bonds",
    "read_contacts",
    "read_many",
]
