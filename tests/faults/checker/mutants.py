"""Compares what became of mutants with what the validator says of them."""

from collections.abc import Mapping

from .check import check_facts
from .expectation import Expected, Place
from .findings import Finding, Findings
from .ledger import Fate, Ledger
from .validity import reason_against
from .views import Views


def check_mutants(
    expected: Expected, ledger: Ledger, views: Views, bytes_of: Mapping[Place, bytes]
) -> Findings:
    """Return what is not as it must be, among mutants and whoever else was published with them.

    `bytes_of` are the bytes kept of each rejected record. Whatever is valid must stand somewhere; what it did
    to anybody is not looked at, for it touches no events but its own.
    """
    findings = Findings()
    rejected = dict(expected.rejected)
    values = {}
    for delivery in ledger.of(Fate.MUTANT, Fate.REJECTED):
        record, place = delivery.publication, (delivery.partition, delivery.offset)
        if record.fate is Fate.MUTANT and (
            reason := reason_against(record.key, record.value, record.headers)
        ):
            rejected[place] = reason
        values[place] = record.value or b""
    columns = "kafka_topic, kafka_partition, kafka_offset, reason"
    seen = {
        (partition, offset): reason
        for topic, partition, offset, reason in views.rows("v_rejected", columns)
        if topic == ledger.topic
    }
    for place in findings.compare_keys("rejected record", rejected, seen):
        findings.compare("rejected record", place, {"reason": rejected[place]}, {"reason": seen[place]})
        if bytes_of[place] != values[place]:
            findings.wrong.append(Finding("bytes of a rejected record", str(place), "are others"))
    check_facts(expected, views, findings)
    for topic, partition, following, removed, missing in views.rows(
        "v_reconciliation", "kafka_topic, kafka_partition, next_offset, removed, missing"
    ):
        if topic == ledger.topic:
            told = {"next_offset": following, "removed": removed, "missing": missing}
            wanted = {"next_offset": expected.read[partition], "removed": 0, "missing": 0}
            findings.compare("sums of partition", partition, wanted, told)
    return findings
