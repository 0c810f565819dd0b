"""What an erasure asks about the circle of a customer: their names, and what rows of the others tell of them.

Names that were joined and parted again are of different customers: one is erased, and its mates stay. Of the
time when they were taken for one, alerts, hints and copies under the name of a mate tell of touchpoints that
are not the mate's. Alerts and hints are sought in the tables of facts, so they go before these.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import product

from clickhouse_connect.driver.client import Client

from schemas.names import Hint, Table
from streams.identity import Pair, identities
from streams.pieces import in_pieces
from streams.rows import LinkRow
from streams.sinks.statements import listed, pieces

MOST_OF_TWO = 250
"""Names of each of two kinds in one statement, where both stand up to five times."""
_SAID = f"""
SELECT
    person_id, other_id, link_id, content_hash, is_linked, kind,
    toUnixTimestamp64Milli(occurred_at), toUnixTimestamp64Milli(known_at), '', 0, 0
FROM {Table.LINKS}
WHERE person_id IN {{names:Array(String)}} OR other_id IN {{names:Array(String)}}
"""


def names_of(client: Client, name_id: str) -> list[str]:
    """Return every name of the customer who has this one, by the links that are written down.

    What is derived of them may come later, and is not asked.
    """
    circle, links = _circle(client, [name_id])
    whose = identities(circle, links)
    return sorted(name for name, one in whose.items() if one.person_id == whose[name_id].person_id)


def mates_of(client: Client, names: Collection[str], pairs: Iterable[Pair]) -> list[str]:
    """Return all others who were ever named together with these names, directly or by others.

    `pairs` are those that the vault keeps: of who was erased before, no link is written down any more.
    """
    others = defaultdict[str, set[str]](set)
    for one, other in pairs:
        others[one].add(other)
        others[other].add(one)
    circle, _ = _circle(client, names, others)
    return sorted(circle.difference(names))


def _circle(
    client: Client, names: Iterable[str], others: Mapping[str, Set[str]] = {}
) -> tuple[set[str], list[LinkRow]]:
    """Return all names that were ever named together with these, and what was said of them.

    `others` are known to have been named together with a name, whatever is said.
    """
    circle, links = set(names), list[LinkRow]()
    fresh = circle
    while fresh:
        said = [
            LinkRow(*row)
            for some in pieces(sorted(fresh))
            for row in client.query(_SAID, {"names": some}).result_rows
        ]
        links += said
        known = {other for name in fresh for other in others.get(name, ())}
        fresh = known.union(*(link.pair for link in said)) - circle
        circle |= fresh
    return circle, links


def pairs_of(client: Client, names: Collection[str]) -> Iterator[Pair]:
    """Yield the pairs of names that were ever named together, of which one is among these."""
    for some in pieces(names):
        query = (
            f"SELECT DISTINCT least(person_id, other_id), greatest(person_id, other_id) FROM {Table.LINKS}"
            f" WHERE person_id IN ({listed(some)}) OR other_id IN ({listed(some)})"
        )
        yield from ((one, other) for one, other in client.query(query).result_rows)


def told_by_mates(names: Collection[str], mates: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the conditions on what tells of these names under the names of their mates, by table.

    A contact that is the mate's, too, keeps its hint.
    """
    for condition in alerts_of_mates(names, mates):
        yield Table.ALERTS, condition
    for theirs, others in _both(names, mates):
        kept = (
            f"SELECT cityHash64(person_id, episode_id) FROM {Table.STEPS}"
            f" WHERE person_id IN ({listed(others)}) AND name_id NOT IN ({listed(theirs)})"
        )
        yield Hint.CONTACT_DAYS, f"{hinted(others, theirs)} AND contact NOT IN ({kept})"


def alerts_of_mates(names: Collection[str], mates: Collection[str]) -> Iterator[str]:
    """Yield the conditions on alerts about mates of which a touchpoint of these names is a cause.

    Ids are their publisher's: one that a mate has, too, may be the mate's.
    """
    for theirs, others in _both(names, mates):
        ids = f"{_touchpoints_of(theirs)} HAVING touchpoint_id NOT IN ({_touchpoints_of(others)})"
        yield f"person_id IN ({listed(others)}) AND arrayExists(one -> one IN ({ids}), touchpoint_ids)"


def hinted(names: Collection[str], whose: Collection[str]) -> str:
    """Return the condition on hashes of contacts under these names that are known of any of `whose`."""
    episodes = " UNION DISTINCT ".join(
        f"SELECT episode_id FROM {table} WHERE person_id IN ({listed(whose)})"
        for table in (Table.JOURNAL, Table.STEPS)
    )
    hashes = f"SELECT cityHash64(name, episode_id) FROM ({episodes}) ARRAY JOIN [{listed(names)}] AS name"
    return f"contact IN ({hashes})"


def _touchpoints_of(names: Collection[str]) -> str:
    """Return the question for ids of touchpoints under these names, missed commitments among them."""
    facts = " UNION ALL ".join(
        f"SELECT touchpoint_id FROM {table} WHERE {column} IN ({listed(names)})"
        for table, column in ((Table.JOURNAL, "person_id"), (Table.STEPS, "name_id"))
    )
    return f"SELECT touchpoint_id FROM ({facts}) GROUP BY touchpoint_id"


def _both(names: Collection[str], mates: Collection[str]) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    return product(in_pieces(list(names), MOST_OF_TWO), in_pieces(list(mates), MOST_OF_TWO))
