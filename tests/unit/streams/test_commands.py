"""Commands on their way to a row: what is wrong is refused with the field and the reason, never lost."""

import json

import pytest

from schemas.commands import COMMAND_DATA, Command
from schemas.names import ALERT_ACKNOWLEDGE, ALERT_ASSIGN, CUSTOMER_ERASE, RULE_SWITCH, SCENARIO_SAVE
from streams.commands import command_row
from streams.events import Record
from streams.rows import CommandRow

TIME = "2026-03-01T09:30:00Z"
SAID = {
    "alert.acknowledge.v1": {"by": "marta"},
    "alert.assign.v1": {"by": "marta", "to": "joan"},
    "alert.close.v1": {"by": "joan", "note": "Trucat."},
    "rule.switch.v1": {"by": "marta", "on": True},
    "scenario.save.v1": {"by": "marta", "scenario": "?instead=never"},
    "customer.erase.v1": {"by": "marta"},
    "customer.anonymise.v1": {"by": "marta", "note": "Ho ha demanat."},
}
SUBJECT = {type: "0a" * 10 if type.startswith("customer.") else "won_back" for type in COMMAND_DATA}


def row_of(value: bytes, key: bytes) -> CommandRow:
    return command_row(Record("vincle.commands", 2, 7, 1_000, key, value, ()), {"won_back"})


@pytest.mark.parametrize("type", COMMAND_DATA)
def test_every_command_is_obeyed(type: str) -> None:
    subject = SUBJECT[type]
    command = Command.of(type, subject, id="c-1", time=TIME, **SAID[type])
    row = row_of(command.to_json(), subject.encode())
    assert (row.command_id, row.type, row.subject, row.refused) == ("c-1", type, subject, "")
    assert (row.issued_by, row.known_at) == (SAID[type]["by"], 1_000)


def test_an_assignment_says_to_whom_and_a_switch_says_which_way() -> None:
    assign = Command.of(ALERT_ASSIGN, "a", by="marta", to="joan", time=TIME)
    assert row_of(assign.to_json(), b"a").assigned_to == "joan"
    switch = Command.of(RULE_SWITCH, "won_back", by="marta", on=True, time=TIME)
    assert row_of(switch.to_json(), b"won_back").switch_on


def test_only_a_pseudonym_can_be_erased() -> None:
    order = Command.of(CUSTOMER_ERASE, "maria@example.org", by="marta", time=TIME)
    assert (
        row_of(order.to_json(), b"maria@example.org").refused
        == "subject: must be the pseudonym of a customer"
    )


def test_nobody_is_erased_where_rows_cannot_be() -> None:
    order = Command.of(CUSTOMER_ERASE, "0a" * 10, by="marta", time=TIME)
    record = Record("vincle.commands", 2, 7, 1_000, ("0a" * 10).encode(), order.to_json(), ())
    assert command_row(record, (), can_erase=False).refused == "type: rows on a cluster cannot be erased yet"


def test_a_saved_what_if_says_what_is_imagined() -> None:
    save = Command.of(SCENARIO_SAVE, "Late", by="marta", scenario="?instead=never", time=TIME)
    row = row_of(save.to_json(), b"Late")
    assert (row.subject, row.scenario, row.refused) == ("Late", "?instead=never", "")


def wrong(**changes: object) -> bytes:
    right = json.loads(Command.of(ALERT_ACKNOWLEDGE, "a", by="marta", time=TIME).to_json())
    return json.dumps(right | changes).encode()


WRONG = {
    b"no json": "command: Invalid JSON",
    wrong(type="alert.sing.v1"): "command: type is none of alert.acknowledge.v1",
    wrong(data={"by": "marta", "on": True}): "command: data does not belong to the type",
    wrong(data={"by": ""}): "data.AlertAssignmentData.by: ",
    wrong(subject="b"): "key: must be the subject",
    wrong(type=RULE_SWITCH, subject="a", data={"by": "marta", "on": True}): "subject: there is no such rule",
    wrong(time="yesterday"): "time: ",
}


@pytest.mark.parametrize("value", WRONG, ids=WRONG.values())
def test_what_is_wrong_is_refused_with_the_reason(value: bytes) -> None:
    row = row_of(value, b"a")
    assert row.refused.startswith(WRONG[value])
    assert row.kafka_offset == 7
