"""Seeded lives of customers, as CloudEvents in the order in which they happened.

What was felt is plain from each event: emotion measured upstream, with importance and promise named, so that
a checker needs no catalogue. Fields are written in the order of the contract.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

START = datetime(2025, 1, 1, tzinfo=UTC)
YEAR_MINUTES = 365 * 24 * 60
GENERATION_MINUTES = YEAR_MINUTES / 3
"""Within so long the customers of a generation come one after the other."""
SOURCES = ("/crm", "/shop")
EMOTIONS = ("belonging", "familiarity", "gratitude", "relief", "surprise")
NEEDS = ("dignity", "assurance", "explanation", "thanks", "venting", "apology")
FELT = ("agent.called", "complaint.made", "delivery.arrived", "store.visited")
UNFELT = ("ad.seen", "basket.checked_out", "mail.received")
OUTCOMES = ("purchase.made", "renewal.made")
TIED_SHARE = 0.06
"""So many touchpoints happen at the very millisecond of the one before."""

Event = dict[str, Any]


@dataclass
class Life:
    """One customer while being told: who, when it is now, and how many things there were."""

    chance: Random
    customer: str
    minutes: float
    events: list[Event] = field(default_factory=list)

    def pass_time(self, minutes: float) -> None:
        """Let some time pass, or none at all."""
        if self.chance.random() >= TIED_SHARE:
            self.minutes += self.chance.uniform(0.001, minutes)

    def tell(self, name: str, source: str, data: Event) -> None:
        """Let a touchpoint happen now."""
        self.events.append(
            envelope(f"touchpoint.{name}.v1", f"{self.customer}-{len(self.events)}", source, self, data)
        )

    def feel(self, low: float, high: float, /, **told: Any) -> Event:
        """Return the data of a felt touchpoint; keyword arguments are further fields of the contract."""
        chance = self.chance
        named = sorted(chance.sample(EMOTIONS, chance.randint(1, 3)))
        told |= {
            "promise": rounded(chance, -0.3, 0.6),
            "importance": float(chance.choice((1, 1, 1, 2, 3))),
            "emotion": {
                "valence": rounded(chance, low, high),
                "arousal": rounded(chance, 0, 1),
                "emotions": {emotion: rounded(chance, 0.1, 1) for emotion in named},
                "confidence": chance.choice((0.5, 0.8, 0.9)),
            },
        }
        return in_order(told)


FIELDS = ("channel", "episode", "episode_scope", "case", "case_scope", "promise", "importance", "emotion")
FIELDS += ("commitment", "keeps", "keeps_scope", "recovery", "needs_met")


def in_order(data: Event) -> Event:
    """Return data with its fields in the order of the contract."""
    return {name: data[name] for name in FIELDS if name in data}


def rounded(chance: Random, low: float, high: float) -> float:
    """Return a number of three digits; never -0."""
    return round(chance.uniform(low, high), 3) + 0.0


def time_text(minutes: float) -> str:
    """Return the RFC 3339 text of a moment, minutes after the start."""
    moment = START + timedelta(milliseconds=round(minutes * 60_000))
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def envelope(type_: str, id_: str, source: str, life: Life, data: Event) -> Event:
    """Return the CloudEvent of something that happens now in a life."""
    return {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "type": type_,
        "subject": life.customer,
        "time": time_text(life.minutes),
        "data": data,
    }


def life_of(customer: str, touchpoints: int, chance: Random, generations_ago: int = 0) -> list[Event]:
    """Return a customer's touchpoints in the order of time, at least `touchpoints` of them."""
    life = Life(
        chance, customer, chance.uniform(0, GENERATION_MINUTES) - generations_ago * GENERATION_MINUTES
    )
    scenes = (moment, moment, moment, call, failure, failure, promise, promise, unfelt, outcome)
    while len(life.events) < touchpoints:
        life.pass_time(YEAR_MINUTES / 2 / touchpoints)
        chance.choice(scenes)(life)
    return life.events


def moment(life: Life) -> None:
    """Tell a touchpoint that stands alone."""
    data = life.feel(-0.6, 0.9, channel=life.chance.choice(("phone", "web")))
    life.tell(life.chance.choice(FELT), life.chance.choice(SOURCES), data)


def call(life: Life) -> None:
    """Tell one contact with several touchpoints, now and then known to the whole company."""
    number = f"call-{len(life.events)}-{life.customer}"
    company = life.chance.random() < 0.3
    scope = {"episode_scope": "company"} if company else {}
    source = life.chance.choice(SOURCES)
    for _ in range(life.chance.randint(2, 5)):
        data = life.feel(-0.8, 0.8, episode=number, **scope)
        life.tell("agent.called", life.chance.choice(SOURCES) if company else source, data)
        life.pass_time(5)


def failure(life: Life) -> None:
    """Tell a failure, perhaps a second one in its case, and its recovery in up to three acts, or in none."""
    case = f"case-{len(life.events)}-{life.customer}"
    for _ in range(life.chance.choice((1, 1, 2))):
        life.tell("complaint.made", "/crm", life.feel(-1, -0.05, case=case))
        life.pass_time(3 * 24 * 60)
    for act in range(life.chance.randint(0, 3)):
        life.pass_time(life.chance.choice((60, 24 * 60, 20 * 24 * 60)))
        needs = life.chance.sample(NEEDS, life.chance.randint(1, 6))
        told = {"episode": f"{case}-settled"} if act == 2 else {}
        data = life.feel(-0.1, 1, case=case, recovery=True, needs_met=needs, **told)
        life.tell("recovery.offered", "/crm", data)


def promise(life: Life) -> None:
    """Tell something promised for a time: kept, kept late, made again, or nothing more is heard of it."""
    name, scope = f"promise-{len(life.events)}-{life.customer}", life.chance.random() < 0.3
    case = {"case": f"case-{name}"} if life.chance.random() < 0.5 else {}
    patience = life.chance.choice((0, 60, 24 * 60, 20 * 24 * 60))
    for _ in range(life.chance.choice((1, 1, 2))):
        commitment = {
            "id": name,
            **({"scope": "company"} if scope else {}),
            "due": time_text(life.minutes + patience),
            **({"importance": 3.0} if life.chance.random() < 0.3 else {}),
        }
        if life.chance.random() < 0.3:
            life.tell("mail.received", "/crm", {"commitment": commitment})
        else:
            life.tell("agent.called", "/crm", life.feel(-0.2, 0.6, commitment=commitment, **case))
        life.pass_time(patience)
    if life.chance.random() < 0.6:
        life.pass_time(life.chance.choice((1, patience)))
        kept = {"keeps": name, **({"keeps_scope": "company"} if scope else {})}
        life.tell("agent.called", "/shop" if scope else "/crm", life.feel(-0.5, 0.8, **kept, **case))


def unfelt(life: Life) -> None:
    """Tell something that nobody minds."""
    life.tell(life.chance.choice(UNFELT), "/shop", {})


def outcome(life: Life) -> None:
    """Tell something the customer did."""
    life.tell(life.chance.choice(OUTCOMES), "/shop", {"channel": "web"})


def lives(customers: int, touchpoints: int, chance: Random, generations: int = 1) -> Iterator[list[Event]]:
    """Yield the touchpoints of each customer, a generation after the other."""
    for number in range(customers):
        generations_ago = generations - 1 - number * generations // customers
        yield life_of(f"customer-{number}", touchpoints, chance, generations_ago)
