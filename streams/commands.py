"""From a record of the topic of commands to its row: obeyed, or refused with field and reason. Pure."""

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

from pydantic import ValidationError

from schemas.commands import AlertAssignmentData, Command, RuleSwitchData, ScenarioSaveData
from schemas.names import CUSTOMER_ANONYMISE, CUSTOMER_ERASE, RULE_SWITCH
from streams.events import Record
from streams.pseudonyms import is_pseudonym
from streams.rows import CommandRow
from streams.value import replace

ERASING = frozenset({CUSTOMER_ERASE, CUSTOMER_ANONYMISE})


class Order(NamedTuple):
    """Somebody wants a customer erased, or anonymised."""

    erasure_id: str
    name_id: str
    """Any name of theirs."""
    anonymise: bool
    issued_by: str
    known_at: int


def orders_in(rows: Iterable[CommandRow]) -> list[Order]:
    """Return what is to be erased by commands that are obeyed."""
    return [
        Order(row.command_id, row.subject, row.type == CUSTOMER_ANONYMISE, row.issued_by, row.known_at)
        for row in rows
        if _is_order(row)
    ]


def refuse_strangers(rows: Iterable[CommandRow], names_of: Mapping[str, Container[str]]) -> list[CommandRow]:
    """Return the rows; refused is whose subject is no name of the erasure that began under the same id."""
    return [
        replace(row, refused="id: another customer is erased under it")
        if row.command_id in names_of and _is_order(row) and row.subject not in names_of[row.command_id]
        else row
        for row in rows
    ]


def _is_order(row: CommandRow) -> bool:
    return row.type in ERASING and not row.refused


def command_row(record: Record, rules: Container[str], can_erase: bool = True) -> CommandRow:
    """Return the row of a command. Raises nothing for any content.

    `rules` are those that can be switched; whether rows can be erased is for the database to say.
    """
    try:
        command = Command.model_validate_json(record.value or b"")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "command"
        return _refused(record, f"{field}: {first['msg'].removeprefix('Value error, ')}")
    return _row(record, command, _refusal(record, command, rules, can_erase))


def _refusal(record: Record, command: Command, rules: Container[str], can_erase: bool) -> str:
    if record.key != command.subject.encode():
        return "key: must be the subject"
    if command.type == RULE_SWITCH and command.subject not in rules:
        return "subject: there is no such rule"
    if command.type in ERASING and not is_pseudonym(command.subject):
        return "subject: must be the pseudonym of a customer"
    if command.type in ERASING and not can_erase:
        return "type: rows on a cluster cannot be erased yet"
    return ""


def _row(record: Record, command: Command, refused: str) -> CommandRow:
    data = command.data
    return CommandRow(
        command.id,
        command.type,
        command.subject,
        data.by,
        data.to if isinstance(data, AlertAssignmentData) else "",
        data.note or "",
        isinstance(data, RuleSwitchData) and data.on,
        data.scenario if isinstance(data, ScenarioSaveData) else "",
        record.received_ms,
        refused,
        record.topic,
        record.partition,
        record.offset,
    )


def _refused(record: Record, reason: str) -> CommandRow:
    """Return the row of what is no command; its place stands for the id that cannot be read."""
    place = f"{record.topic}/{record.partition}/{record.offset}"
    return CommandRow(
        place,
        "",
        "",
        "",
        "",
        "",
        False,
        "",
        record.received_ms,
        reason,
        record.topic,
        record.partition,
        record.offset,
    )
