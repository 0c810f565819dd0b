"""Compares the published views with what must stand."""

from collections.abc import Mapping
from typing import Any

from .expectation import Expected
from .facts import EMOTIONS, Fact
from .findings import Finding, Findings
from .views import Views

Row = dict[str, Any]


def check(expected: Expected, topic: str, views: Views) -> Findings:
    """Return everything in the views that is not as it must be. Raises OSError if they cannot be read."""
    findings = Findings()
    people = _check_touchpoints(expected, views, findings)
    _check_steps(expected, views, findings)
    _check_commitments(expected, views, findings)
    _check_bonds(expected, people, views, findings)
    _check_alerts(views, findings)
    _check_aside(expected, topic, views, findings)
    _check_sums(expected, topic, views, findings)
    return findings


def _rows(views: Views, view: str, *columns: str) -> list[Row]:
    """Return rows as dictionaries; times, written `column@`, in milliseconds."""
    names = [column.rstrip("@") for column in columns]

    selected = [
        f"toUnixTimestamp64Milli({name})" if column.endswith("@") else name
        for name, column in zip(names, columns, strict=True)
    ]
    return [dict(zip(names, row, strict=True)) for row in views.rows(view, ", ".join(selected))]


FACT_COLUMNS = (
    "touchpoint_id",
    "name_id",
    "person_id",
    "type",
    "kind",
    "outcome",
    "occurred_at@",
    "content_hash",
)
FELT_COLUMNS = (
    "valence",
    "arousal",
    "importance",
    "promise",
    "episode_id",
    "case_id",
    "recovery",
    "needs_met",
)
PROFILE_COLUMNS = tuple(f"profile_{emotion}" for emotion in EMOTIONS)
PLACE_COLUMNS = ("kafka_partition", "kafka_offset")


def _check_touchpoints(expected: Expected, views: Views, findings: Findings) -> dict[str, str]:
    """Compare the journal, and whose each touchpoint is; return the person of each person_id."""
    columns = (*FACT_COLUMNS, *FELT_COLUMNS, *PROFILE_COLUMNS, *PLACE_COLUMNS)
    rows = _rows(views, "v_touchpoints", *columns)
    seen = {row["touchpoint_id"]: row for row in rows}
    right = findings.compare_keys("touchpoint", expected.standing, [row["touchpoint_id"] for row in rows])
    names: dict[str, str] = {}
    customers: dict[str, str] = {}
    for id_ in right:
        fact, row = expected.standing[id_], seen[id_]
        findings.compare("touchpoint", id_, _as_row(fact, expected.places[id_], row["content_hash"]), row)
        customer = customers.setdefault(row["name_id"], fact.customer)
        name = names.setdefault(fact.customer, row["name_id"])
        if (customer, name) != (fact.customer, row["name_id"]):
            findings.wrong.append(Finding("name", id_, f"is of {fact.customer}, not of {customer}"))
    people: dict[str, str] = {}
    for customer, name in names.items():
        person = expected.persons[customer]
        people[person] = min(name, people.get(person, name))
    for id_ in right:
        wanted = {"person_id": people[expected.persons[expected.standing[id_].customer]]}
        findings.compare("person", id_, wanted, seen[id_])
    return {person_id: person for person, person_id in people.items()}


def check_facts(expected: Expected, views: Views, findings: Findings) -> None:
    """Compare what must stand in the journal, whatever else may stand there too, and look for its steps."""
    columns = (*FACT_COLUMNS, *FELT_COLUMNS, *PROFILE_COLUMNS, *PLACE_COLUMNS)
    everything = _rows(views, "v_touchpoints", *columns)
    rows = [row for row in everything if row["touchpoint_id"] in expected.standing]
    seen = {row["touchpoint_id"]: row for row in rows}
    for id_ in findings.compare_keys("touchpoint", expected.standing, [row["touchpoint_id"] for row in rows]):
        wanted = _as_row(expected.standing[id_], expected.places[id_], seen[id_]["content_hash"])
        findings.compare("touchpoint", id_, wanted, seen[id_])
    steps = [row["touchpoint_id"] for row in _rows(views, "v_steps", "touchpoint_id")]
    findings.compare_keys("step", expected.standing, [id_ for id_ in steps if id_ in expected.standing])


def check_earlier_model(earlier: Views, views: Views, model: str) -> Findings:
    """Return where bonds by an earlier version of the model are others than in the views of its own time."""
    findings = Findings()
    figures = ("bond_index", "evidence")
    wanted = {row["person_id"]: row for row in _rows(earlier, "v_bonds", "person_id", "felt", *figures)}
    wanted = {person_id: row for person_id, row in wanted.items() if row["felt"]}
    at = f"(SELECT max(occurred_at) FROM v_touchpoints), known_by = now64(3), model = '{model}', person = ''"
    seen = {row["person_id"]: row for row in _rows(views, f"v_bond_at(at = {at})", "person_id", *figures)}
    for person_id in findings.compare_keys("bond by the earlier model", wanted, seen):
        told = {name: wanted[person_id][name] for name in figures}
        findings.compare("bond by the earlier model", person_id, told, seen[person_id])
    return findings


def _check_alerts(views: Views, findings: Findings) -> None:
    """An alert is told once, however often it was raised."""
    seen = [row["alert_id"] for row in _rows(views, "v_alerts", "alert_id")]
    findings.compare_keys("alert", set(seen), seen)


def _as_row(fact: Fact, place: tuple[int, int], seen_hash: int) -> Row:
    """Return the columns of a touchpoint; of the hashes that it may have, the one seen."""
    row: Row = {
        "type": fact.type,
        "kind": fact.kind,
        "outcome": fact.outcome,
        "occurred_at": fact.t,
        "content_hash": seen_hash if seen_hash in fact.hashes else fact.content_hash,
        "kafka_partition": place[0],
        "kafka_offset": place[1],
    }
    if (felt := fact.felt) is not None:
        row |= {
            "valence": felt.valence,
            "arousal": felt.arousal,
            "importance": felt.importance,
            "promise": felt.promise,
            "episode_id": felt.episode,
            "case_id": felt.case,
            "recovery": felt.recovery,
            "needs_met": [need for need in NEEDS if need in felt.needs],
            **dict(zip(PROFILE_COLUMNS, felt.profile, strict=True)),
        }
    return row


NEEDS = ("dignity", "assurance", "explanation", "thanks", "venting", "apology")


def _check_steps(expected: Expected, views: Views, findings: Findings) -> None:
    figures = ("index_before", "index_after", "evidence_after")
    rows = _rows(views, "v_steps", "touchpoint_id", "kind", "type", "outcome", "occurred_at@", *figures)
    seen = {row["touchpoint_id"]: row for row in rows}
    lived = {fact.touchpoint_id: fact for life in expected.lives.values() for fact in life}
    for id_ in findings.compare_keys("step", lived, [row["touchpoint_id"] for row in rows]):
        fact, step = lived[id_], expected.steps[id_]
        wanted = {"kind": fact.kind, "type": fact.type, "outcome": fact.outcome, "occurred_at": fact.t}
        wanted |= dict(zip(figures, (step.before, step.after, step.evidence), strict=True))
        findings.compare("step", id_, wanted, seen[id_])


def _check_commitments(expected: Expected, views: Views, findings: Findings) -> None:
    rows = _rows(
        views, "v_commitments", "made_by", "commitment_id", "made_at@", "due_at@", "kept_at@", "state"
    )
    seen = {row["made_by"]: row for row in rows}
    for id_ in findings.compare_keys("commitment", expected.commitments, [row["made_by"] for row in rows]):
        one = expected.commitments[id_]
        wanted = {
            "commitment_id": one.id,
            "made_at": one.made,
            "due_at": one.due,
            "kept_at": one.kept,
            "state": one.state,
        }
        findings.compare("commitment", id_, wanted, seen[id_])


def _check_bonds(expected: Expected, people: Mapping[str, str], views: Views, findings: Findings) -> None:
    """Compare every customer's bond; a row of whom nothing stands must say that nothing was felt."""
    figures = ("bond_index", "evidence", "touchpoints", "felt")
    rows = _rows(views, "v_bonds", "person_id", "segment", "at@", "last_occurred_at@", *figures)
    known = [row for row in rows if row["person_id"] in people]
    seen = {people[row["person_id"]]: row for row in known}
    wanted = {customer for customer, life in expected.lives.items() if life}
    for customer in findings.compare_keys("bond", wanted, [people[row["person_id"]] for row in known]):
        life, row = expected.lives[customer], seen[customer]
        bond = expected.bond(customer, expected.newest)
        felt = sum(fact.felt is not None for fact in life)
        figures_wanted = dict(zip(figures, (bond.index, bond.evidence, len(life), felt), strict=True))
        times = {"at": expected.newest, "last_occurred_at": life[-1].t}
        segment = {"segment": expected.segments.get(customer, "")}
        findings.compare("bond", customer, {**figures_wanted, **times, **segment}, row)
    for row in rows:
        if row["person_id"] not in people:
            nothing = {"bond_index": 0.0, "evidence": 0.0, "touchpoints": 0, "felt": 0}
            findings.compare("bond of nobody", row["person_id"], nothing, row)


def _check_aside(expected: Expected, topic: str, views: Views, findings: Findings) -> None:
    """Compare what was rejected, held or repeated, record by record."""
    listed = (
        ("v_rejected", "rejected record", "reason", expected.rejected),
        ("v_held", "held record", "reason", expected.held),
        ("v_repeated", "repeated record", "touchpoint_id", expected.repeated),
    )
    for view, what, column, wanted in listed:
        rows = [
            row
            for row in _rows(views, view, "kafka_topic", *PLACE_COLUMNS, column)
            if row["kafka_topic"] == topic
        ]
        seen = {(row["kafka_partition"], row["kafka_offset"]): row for row in rows}
        places = [(row["kafka_partition"], row["kafka_offset"]) for row in rows]
        for place in findings.compare_keys(what, wanted, places):
            findings.compare(what, place, {column: wanted[place]}, seen[place])


def _check_sums(expected: Expected, topic: str, views: Views, findings: Findings) -> None:
    """Read = journaled + rejected + held + repeated + erased, for each partition, and nothing is missing."""
    sums = (
        "journaled",
        "rejected",
        "held",
        "repeated",
        "erased",
        "accounted",
        "first_offset",
        "next_offset",
        "removed",
        "missing",
    )
    rows = _rows(views, "v_reconciliation", "kafka_topic", "kafka_partition", *sums)
    seen = {row["kafka_partition"]: row for row in rows if row["kafka_topic"] == topic}
    for partition in findings.compare_keys("sums of partition", expected.read, seen):
        row, read = seen[partition], expected.read[partition]
        places = {"rejected": expected.rejected, "held": expected.held, "erased": expected.erased}
        wanted = {name: sum(place[0] == partition for place in some) for name, some in places.items()}
        wanted |= {"first_offset": 0, "next_offset": read}
        wanted |= {"removed": 0, "missing": 0}
        findings.compare("sums of partition", partition, wanted, row)
        for _ in range(read - row["accounted"]):
            findings.lost.append(Finding("record", f"of partition {partition}", "stands nowhere"))
        total = row["journaled"] + row["rejected"] + row["held"] + row["repeated"] + row["erased"]
        for _ in range(total - row["accounted"]):
            findings.doubled.append(Finding("record", f"of partition {partition}", "stands in two places"))
