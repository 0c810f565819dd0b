"""Whose a name is, by what was said of pairs of names."""

from streams.identity import Circles, as_known, identities, standing_links
from streams.rows import LinkRow
from streams.value import replace


def link(one: str, other: str, id: str, at_ms: int, linked: bool = True, content: int = 0) -> LinkRow:
    return LinkRow(one, other, id, content, linked, "other", at_ms, 0, "", 0, 0)


def test_of_what_was_said_of_two_names_the_last_holds_in_whatever_order_and_from_whichever_side() -> None:
    told = [link("a", "b", "1", 10), link("b", "a", "2", 20, linked=False), link("a", "b", "3", 30)]
    for some, stands in ((told, True), (told[:2], False), (told[1:], True), (told[::-1], True)):
        assert bool(standing_links(some)) is stands


def test_of_two_links_at_one_time_the_one_with_the_greater_id_holds() -> None:
    told = [link("a", "b", "1", 10), link("a", "b", "2", 10, linked=False)]
    assert not standing_links(told)
    assert not standing_links(reversed(told))


def test_of_two_contents_of_one_link_the_least_stands() -> None:
    told = [link("a", "b", "1", 10, content=5), link("a", "c", "1", 10, content=3)]
    assert standing_links(told).keys() == standing_links(reversed(told)).keys() == {("a", "c")}


def test_a_person_is_all_names_that_links_lead_to_and_a_split_leaves_those_that_others_still_join() -> None:
    ring = [link("b", "c", "1", 10), link("c", "d", "2", 20), link("d", "b", "3", 30)]
    whose = identities("abcd", ring)
    assert {name: one.person_id for name, one in whose.items()} == {"a": "a", "b": "b", "c": "b", "d": "b"}
    assert (whose["d"].names, whose["d"].since_ms, whose["a"].since_ms) == (3, 20, None)
    cut = [*ring, link("c", "b", "4", 40, linked=False)]
    assert identities("abcd", cut)["c"].person_id == "b"
    apart = [*cut, link("d", "c", "5", 50, linked=False)]
    assert identities("abcd", apart)["c"] == ("c", "c", 1, None)


def test_whose_a_name_was_is_told_as_it_was_known() -> None:
    told = [link("a", "b", "1", 10), link("b", "c", "2", 20), link("a", "b", "3", 15, linked=False)]
    known = [replace(one, known_at=at) for one, at in zip(told, (100, 200, 300), strict=True)]
    assert as_known(known) == as_known(known[::-1])
    assert as_known(known) == {
        "a": [(100, "a"), (300, "")],
        "b": [(100, "a"), (300, "b")],
        "c": [(200, "a"), (300, "b")],
    }


def test_circles_only_grow_and_know_no_order() -> None:
    forth, back = Circles(), Circles()
    pairs = [("a", "b"), ("d", "e"), ("b", "e"), ("x", "y")]
    for one, other in pairs:
        forth.join(one, other)
    for one, other in reversed(pairs):
        back.join(other, one)
    for circles in (forth, back):
        assert circles.of("e") == ("a", "b", "d", "e")
        assert circles.of("stranger") == ("stranger",)
        assert "stranger" not in circles
