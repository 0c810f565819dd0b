"""The one place where a worker is put together."""

from typing import Any

from schemas.catalogue import load_catalogue
from schemas.names import CONSUMER_GROUP, Topic
from schemas.settings import Settings
from streams.alerts.follow import Follower
from streams.alerts.rules import load_rules
from streams.audit import Audit
from streams.batch import Processor
from streams.bond.parameters import BOND_1
from streams.connections import connect, kafka_options
from streams.conveyor import Conveyor, Inwards
from streams.crashpoints import crash_at
from streams.derived import Derived
from streams.feeling.reading import Feeler, TextReader
from streams.feeling.text.reader import LinearReader
from streams.folding import Folder
from streams.forgetting import Forgetting
from streams.identity import Circles
from streams.intake import Intake
from streams.joining import Joiner
from streams.lane import Lane
from streams.looking import Desk
from streams.looks import Looks
from streams.memory import Memory
from streams.outlet import Outlet
from streams.person import Person
from streams.pseudonyms import pseudonymiser
from streams.sinks.announcer import KafkaAnnouncer
from streams.sinks.belonging import refuse_foreign
from streams.sinks.commands import CommandKeeper
from streams.sinks.copying import Copier
from streams.sinks.door import door_of
from streams.sinks.eraser import eraser_of
from streams.sinks.journal import Journal
from streams.sinks.ledger import Ledger
from streams.sinks.links import LinksTopic
from streams.sinks.originals import Originals
from streams.sinks.spill import DiskSpill
from streams.sinks.vault import vault_of
from streams.vitals import Vitals

SPILL_FOLDER = "spilled"
CIRCLE_CUSTOMERS = 8
"""One circle is remembered for so many customers: it has two or three names, and takes room for each."""


def build_folder(settings: Settings) -> Folder:
    """Return the fold of the model and the rules in force; raises ValueError where the rules are wrong."""
    return Folder(BOND_1, Follower(load_rules(settings.rules_file), BOND_1))


def build_memory(settings: Settings, customers: int) -> Memory[Any]:
    """Return room for all that is remembered, of which one takes that of so many customers."""
    spill = DiskSpill(settings.data_folder / SPILL_FOLDER, settings.worker_customers_spilled // customers)
    return Memory(settings.worker_customers // customers, spill)


def build_processor(
    settings: Settings, memory: Memory[Person], texts: TextReader, folder: Folder, circles: Circles
) -> Processor:
    """Return the hot path; raises ValueError or FileNotFoundError where the set-up is wrong."""
    catalogue = load_catalogue(settings.catalogue_file)
    return Processor(
        Intake(catalogue, settings.zone),
        Feeler(catalogue),
        texts,
        pseudonymiser(settings.pseudonym_secret(), settings.worker_customers),
        memory,
        folder,
        circles,
    )


def build_conveyor(settings: Settings, vitals: Vitals) -> Conveyor:
    """Return the line from chunks to rows. Opens three connections to ClickHouse.

    Raises ForeignVaultError if the database belongs to another vault.
    """
    folder, circles = build_folder(settings), Circles()
    memory: Memory[Person] = build_memory(settings, 1)
    processor = build_processor(settings, memory, LinearReader(), folder, circles)
    kafka, topic = kafka_options(settings), settings.topic(Topic.TOUCHPOINTS)
    announcer = KafkaAnnouncer(kafka, settings.topic, folder.follower.rules, circles)
    links = LinksTopic(kafka, settings.topic(Topic.LINKS), circles)
    work, write, look = (Lane(name, vitals.told) for name in ("work", "write", "look"))
    vault = vault_of(settings)
    with connect(settings) as client:
        refuse_foreign(client, vault, settings)
    reading, writing, looking = (Journal(connect(settings), door_of(settings)) for _ in range(3))
    remembered_circles: Memory[Derived] = build_memory(settings, CIRCLE_CUSTOMERS)
    joiner = Joiner(folder, circles, remembered_circles, vault.erased_facts)
    originals = Originals(kafka, settings.topic(CONSUMER_GROUP))
    beside, inwards = Desk(look, looking), Desk(work, reading)
    audit = Audit(topic, beside, inwards, processor, originals, vitals)
    erasures = Forgetting(Ledger(vault), processor, joiner, circles)
    reached = crash_at(settings.crash_at)
    return Conveyor(
        topic,
        settings.worker_batch,
        Inwards(work, processor, joiner, memory, reading, links, erasures),
        Outlet(write, writing, announcer, links, circles, processor.person_of, reached),
        Looks(topic, beside, inwards, processor, originals, audit),
        vitals,
        reached,
    )


def build_command_keeper(settings: Settings) -> CommandKeeper:
    """Return what writes commands down and carries erasures out. Opens a connection to ClickHouse."""
    journal = Journal(connect(settings), door_of(settings))
    return CommandKeeper(
        journal, load_rules(settings.rules_file).rules, eraser_of(settings), not settings.clickhouse_cluster
    )


def build_copier(settings: Settings) -> Copier:
    """Return what renews the copy of what customers felt. Opens a connection to ClickHouse."""
    return Copier(connect(settings), door_of(settings))
