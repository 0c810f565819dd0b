"""From a record of the topic of commands to its row: obeyed, or refused with field and reason. Pure."""

from collections.abc import Container

from pydantic import ValidationError

from schemas.commands import AlertAssignmentData, Command, RuleSwitchData
from schemas.names import RULE_SWITCH
from streams.events import Record
from streams.rows import CommandRow


def command_row(record: Record, rules: Container[str]) -> CommandRow:
    """Return the row of a command; `rules` are those that can be switched. Raises nothing for any content."""
    try:
        command = Command.model_validate_json(record.value or b"")
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "command"
        return _refused(record, f"{field}: {first['msg'].removeprefix('Value error, ')}")
    return _row(record, command, _refusal(record, command, rules))


def _refusal(record: Record, command: Command, rules: Container[str]) -> str:
    if record.key != command.subject.encode():
        return "key: must be the subject"
    if command.type == RULE_SWITCH and command.subject not in rules:
        return "subject: there is no such rule"
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
        record.received_ms,
        reason,
        record.topic,
        record.partition,
        record.offset,
    )
