"""A person's state made from the whole history: the exact path, for what the fast one cannot follow."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from streams.bond.bond import Fading
from streams.bond.contact import Contact, begun, grown, remembered
from streams.bond.episodes import impact
from streams.bond.felt import FeltTouchpoint, one_copy_each
from streams.bond.open_episodes import OpenEpisode, acts_of, healed_by, put_in
from streams.bond.parameters import Parameters
from streams.bond.seen import Seen, mark_of
from streams.bond.state import NOTHING_YET, State
from streams.bond.workbench import Workbench, failures_of, load_before
from streams.value import replace


def in_order(touchpoints: Iterable[FeltTouchpoint]) -> list[FeltTouchpoint]:
    """Return one copy of each touchpoint, in the order of (time, id)."""
    return sorted(one_copy_each(touchpoints), key=lambda one: (one.at_ms, one.id))


def from_scratch(known: Sequence[FeltTouchpoint], parameters: Parameters) -> State:
    """Return the state after touchpoints in the order of (time, id); at least one, no id twice."""
    now_ms = known[-1].at_ms
    fading = Fading(parameters)
    bench = Workbench(NOTHING_YET, list(NOTHING_YET.amounts()), now_ms, fading)
    bench.growing = _episodes(known, parameters)
    for one in bench.growing:
        bench.amounts = put_in(bench.amounts, one, remembered(one.contact, parameters), now_ms, fading)
    last = bench.growing[-1]
    bench.end_with(last)
    may_grow = {one.episode for one in known if one.episode != one.id}
    bench.close([one for one in bench.growing if one.contact.id not in may_grow])
    names = dict.fromkeys(name for one in known for name in (one.id, one.episode))
    bench.settle(len(names))
    bench.find_extremes()
    seen = Seen().also(b"".join(map(mark_of, names)) + bench.marks)
    return bench.state(known[-1].id, last.contact.id, seen)


def _episodes(known: Sequence[FeltTouchpoint], parameters: Parameters) -> list[OpenEpisode]:
    """Return all episodes in the order of time, as if none were settled."""
    contacts: dict[str, Contact] = {}
    for one in known:
        old, felt = contacts.get(one.episode), impact(one, parameters)
        contacts[one.episode] = begun(one, felt) if old is None else grown(old, one, felt)
    in_time = sorted(contacts.values(), key=lambda contact: (contact.at_ms, contact.id))
    episodes = [OpenEpisode(contact, remembered(contact, parameters).impact) for contact in in_time]
    failed = failures_of(episodes)
    acts = acts_of(in_time)
    failed_ms = [one.at_ms for one in failed]

    def as_failed(one: OpenEpisode) -> OpenEpisode:
        before = failed[: bisect_left(failed_ms, one.contact.at_ms)]
        load = load_before(one.contact.at_ms, before, parameters)
        return healed_by(replace(one, load=load), acts.get(one.contact.case, ()), parameters)

    return [as_failed(one) if one.is_failure else one for one in episodes]
