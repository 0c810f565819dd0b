# mypy: disable-error-code="untyped-decorator"
"""A plain Faust agent that does our job as Faust is meant to be used: event by event, states in a Table.

Each event is checked, felt and folded by the same pure functions as in the worker; the states live in a
Faust Table with its changelog; rows go to ClickHouse by the thousand. What it lacks is what the worker has
beside: late and repeated events, and an acknowledgement that waits for the journal.
"""

import asyncio
import pickle
import sys
from typing import Any
from zoneinfo import ZoneInfo

from infra.benchmarks.peers.clock import Clock
from infra.benchmarks.peers.plain_faust import plain_app, run
from schemas.catalogue import load_catalogue
from schemas.names import Table
from schemas.settings import Settings
from streams.alerts.follow import Follower
from streams.alerts.rules import load_rules
from streams.bond.parameters import BOND_1
from streams.connections import connect
from streams.events import Event, Record
from streams.facts import FactRows
from streams.feeling.reading import Feeler
from streams.folding import Folder
from streams.history import NEVER_MS
from streams.intake import Intake
from streams.pseudonyms import pseudonymiser
from streams.sinks.door import door_of
from streams.sinks.journal import Journal

ROWS = 1_000


def main(broker: str, topic: str, events: str, folder: str) -> None:
    """Do the job for so many events."""
    settings = Settings()
    app, clock = plain_app("plain-job", broker, folder), Clock(int(events))
    catalogue = load_catalogue(None)
    intake, feeler, folder_of_people = (
        Intake(catalogue, ZoneInfo("UTC")),
        Feeler(catalogue),
        Folder(BOND_1, Follower(load_rules())),
    )
    people: Any = app.Table("people", default=bytes, key_type=str, value_type=bytes)
    facts = FactRows(pseudonymiser(settings.pseudonym_secret()), "plain", catalogue.version)
    journal = Journal(connect(settings), door_of(settings))
    rows: dict[Table, list[Any]] = {Table.JOURNAL: [], Table.STEPS: [], Table.BONDS: []}

    async def write() -> None:
        await asyncio.get_running_loop().run_in_executor(None, journal.insert, dict(rows), lambda table: None)
        for waiting in rows:
            rows[waiting] = []

    @app.agent(app.topic(topic, key_type=bytes, value_serializer="raw"))
    async def folding(stream: Any) -> None:
        async for message in stream.events():
            event = intake.read(_record(message.message), int(message.message.timestamp * 1000))
            if isinstance(event, Event) and event.name:
                row = facts.journal(event, feeler.feel(event.name, event.data, None), None)
                known = people[row.person_id]
                person = pickle.loads(known) if known else folder_of_people.nobody
                folded = folder_of_people.on(person, [row], NEVER_MS)
                rows[Table.JOURNAL].append(row)
                if folded is not None:
                    people[row.person_id] = pickle.dumps(folded.person)
                    rows[Table.STEPS].extend(folded.steps)
                    rows[Table.BONDS].append(folded.bond)
            if len(rows[Table.JOURNAL]) >= ROWS:
                await write()
            clock.tick()

    run(app)


def _record(message: Any) -> Record:
    received_ms = int(message.timestamp * 1000)
    return Record(
        message.topic, message.partition, message.offset, received_ms, message.key, message.value, ()
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
