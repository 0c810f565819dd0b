"""Episodes whose part in a bond may still change: contacts that may grow, failures that may heal.

Everything else of a history is settled in the sums of a `Bond`. An open episode stands in the same sums, and
beside them with all that is needed to take it out again when it changes.
"""

from collections.abc import Iterable
from operator import add, sub

from streams.bond.bond import GAIN, Fading
from streams.bond.contact import Contact, Memory
from streams.bond.episodes import days, decay
from streams.bond.parameters import NEEDS, Parameters
from streams.bond.recovery import gain_at_once
from streams.value import Value, replace

NEVER = 1 << 62
"""When a need was met that was not."""

NO_NEED_MET = (NEVER,) * len(NEEDS)


class OpenEpisode(Value, frozen=True):
    """An open episode as it stands in the sums."""

    contact: Contact
    impact: float
    load: float = 0.0
    """Of a failure: what failed in the window before it, as far as it counts."""
    met_at: tuple[int, ...] = NO_NEED_MET
    """Of a failure: when each need was first met, by acts that cannot grow any more."""
    heal: float = 0.0
    gain: float = 0.0
    """The premium at `healed_ms`."""
    healed_ms: int = 0

    @property
    def is_failure(self) -> bool:
        """Is it a bad contact that belongs to a case?"""
        return self.impact < 0 and self.contact.case is not None

    @property
    def damage(self) -> float:
        """Importance times the size of the impact."""
        return self.contact.importance * abs(self.impact)

    @property
    def weighty(self) -> float:
        """Importance times impact, of what has not healed."""
        return self.contact.importance * self.impact * (1.0 - self.heal)


def heals(act: Contact, failure: OpenEpisode) -> bool:
    """Does this contact recover something in the failure's case, and not before it?"""
    failed = failure.contact
    return bool(act.is_act and act.needs and act.case == failed.case and act.at_ms >= failed.at_ms)


def acts_of(contacts: Iterable[Contact]) -> dict[str | None, list[Contact]]:
    """Return those contacts that are acts of recovery, by their case, in their order."""
    acts: dict[str | None, list[Contact]] = {}
    for contact in contacts:
        if contact.is_act:
            acts.setdefault(contact.case, []).append(contact)
    return acts


def met_by(failure: OpenEpisode, acts: Iterable[Contact]) -> tuple[int, ...]:
    """Return when each need of a failure was first met, with these acts among those that met them."""
    met_at = failure.met_at
    for act in acts:
        if heals(act, failure):
            met_at = tuple(
                [min(when, act.at_ms) if act.needs >> need & 1 else when for need, when in enumerate(met_at)]
            )
    return met_at


def healed_by(failure: OpenEpisode, growing: Iterable[Contact], parameters: Parameters) -> OpenEpisode:
    """Return a failure as healed by the acts that are settled and by those that may still grow."""
    met = [(need, when) for need, when in enumerate(met_by(failure, growing)) if when != NEVER]
    if not met:
        return replace(failure, heal=0.0, gain=0.0)
    quality = sum(
        parameters.need_weights[need] * decay(days(when, failure.contact.at_ms), parameters.prompt_half_life)
        for need, when in met
    )
    return replace(
        failure,
        heal=parameters.heal_share * quality,
        gain=gain_at_once(failure.damage, -failure.impact, quality, failure.load, parameters),
        healed_ms=max(when for _, when in met),
    )


def put_in(
    amounts: list[float], episode: OpenEpisode, memory: Memory, at_ms: int, fading: Fading
) -> list[float]:
    """Return the amounts of a bond at a time with an episode in its sums; `memory` is that of its contact."""
    return list(map(add, amounts, _amounts(episode, memory, at_ms, fading)))


def taken_out(
    amounts: list[float], episode: OpenEpisode, memory: Memory, at_ms: int, fading: Fading
) -> list[float]:
    """Return the amounts of a bond at a time without an episode that stood in its sums."""
    return list(map(sub, amounts, _amounts(episode, memory, at_ms, fading)))


def extreme_at(episode: OpenEpisode, at_ms: int, parameters: Parameters) -> float:
    """Return the treasure (above 0) or scar (below) that an episode would be at a time."""
    left = decay(days(at_ms, episode.contact.at_ms), parameters.extreme_half_life)
    return parameters.extreme_weight * episode.weighty * left


def _amounts(episode: OpenEpisode, memory: Memory, at_ms: int, fading: Fading) -> list[float]:
    """Return what an episode adds to each amount at a time; treasure, scar and last are no sums, and 0."""
    contact, parameters = episode.contact, fading.parameters
    importance = contact.importance
    kept, weighty = importance * (1.0 - episode.heal), episode.weighty
    negative, positive = (-weighty, 0.0) if weighty < 0 else (0.0, weighty)
    amounts = [kept * each for each in memory.felt]
    amounts += [importance * each for each in memory.weight]
    amounts += (0.0, 0.0, 0.0, negative, negative * negative, positive, 0.0)
    if at_ms != contact.at_ms:
        amounts = fading.faded(amounts, at_ms - contact.at_ms)
    if episode.gain:
        amounts[GAIN] = episode.gain * decay(days(at_ms, episode.healed_ms), parameters.gain_half_life)
    return amounts
