"""A touchpoint that is sent again with another time, when much has happened since."""

import pytest
from test_batch import PERSON_OF, FakeJournal, run

from schemas.envelope import Event as Published

SINCE = 40
FEELING: dict[str, dict[str, object]] = {"mail.received": {}, "purchase.made": {}, "agent.called": {}}
FEELING["agent.called"] = {"emotion": {"valence": 0.5}}


def sent(number: int, minute: int, kind: str) -> tuple[str, bytes]:
    event = Published.touchpoint(
        kind,
        id=f"{number}",
        source="/calls",
        customer="p",
        time=f"2026-01-01T09:{minute:02d}:00Z",
        **FEELING[kind],
    )
    return "p", event.to_json()


def figures(journal: FakeJournal) -> tuple[int, int, float]:
    bond = journal.bonds[PERSON_OF("p")]
    return bond.touchpoints, bond.felt, bond.bond_index


@pytest.mark.parametrize("kind", FEELING)
def test_it_counts_once_however_much_has_happened_since(kind: str) -> None:
    lived = [sent(number, number, kind) for number in range(SINCE)]
    again = sent(0, SINCE + 1, kind)
    late = run([*lived, again], batch=1)
    early = run([again, *lived], batch=1)
    assert figures(late)[0] == SINCE
    assert figures(late) == pytest.approx(figures(early))
    assert late.standing_steps().keys() == early.standing_steps().keys()
