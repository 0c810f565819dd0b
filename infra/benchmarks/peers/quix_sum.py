"""Quix Streams: parses JSON and keeps one sum a key, in RocksDB with a changelog. Nothing else of our job.

Needs quixstreams, which stands in an environment of its own (`quix.txt`): no import of ours here.
"""

import os
import sys
import time

from quixstreams import Application, State


def main(broker: str, topic: str, events: str, folder: str) -> None:
    """Sum up so many events."""
    wanted, count, first = int(events), 0, 0.0
    app = Application(
        broker_address=broker,
        consumer_group="quix-sum",
        auto_offset_reset="earliest",
        state_dir=folder,
        loglevel="ERROR",
    )
    frame = app.dataframe(app.topic(topic, value_deserializer="json", key_deserializer="bytes"))

    def add(event: dict[str, object], state: State) -> None:
        nonlocal count, first
        state.set("sum", state.get("sum", 0.0) + len(event))
        if not count:
            first = time.perf_counter()
        count += 1
        if count == wanted:
            os.write(1, b"seconds %f\n" % (time.perf_counter() - first))

    frame.update(add, stateful=True)
    app.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
