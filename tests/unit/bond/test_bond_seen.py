"""Which names a state has met."""

from streams.bond.seen import Seen, mark_of


def seen(names: list[str]) -> Seen:
    met = Seen()
    for name in names:
        met = met.also(mark_of(name))
    return met


def test_every_name_that_was_met_is_known_however_many_there_are() -> None:
    names = [f"crm|{number}" for number in range(500)]
    met = seen(names)
    assert all(met.has(mark_of(name)) for name in names)


def test_names_that_were_not_met_are_not_known() -> None:
    met = seen([f"crm|{number}" for number in range(500)])
    assert not any(met.has(mark_of(f"web|{number}")) for number in range(500))
    assert not Seen().has(mark_of("crm|1"))


def test_a_set_stays_as_it_was_when_another_is_made_from_it() -> None:
    met = seen(["a"])
    met.also(mark_of("b"))
    assert not met.has(mark_of("b"))


def test_a_name_takes_a_few_bytes() -> None:
    met = seen([f"crm|{number}" for number in range(1_000)])
    assert len(met.tail) + len(met.older) == 4_000


def test_any_text_can_be_a_name() -> None:
    names = ["", "é", "\ud800", "𝄞"]
    met = seen(names)
    assert all(met.has(mark_of(name)) for name in names)
