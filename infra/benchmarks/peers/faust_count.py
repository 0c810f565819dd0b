"""A plain Faust agent that parses JSON and counts: what Faust itself takes, with no work and no state."""

import sys

from infra.benchmarks.peers.clock import Clock
from infra.benchmarks.peers.plain_faust import plain_app, run


def main(broker: str, topic: str, events: str, folder: str) -> None:
    """Count events."""
    app, clock = plain_app("plain-count", broker, folder), Clock(int(events))

    @app.agent(app.topic(topic, value_serializer="json"))
    async def counting(stream):  # type: ignore[no-untyped-def]
        async for _ in stream:
            clock.tick()

    run(app)


if __name__ == "__main__":
    main(*sys.argv[1:])
