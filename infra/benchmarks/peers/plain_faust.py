"""What plain Faust applications share: Faust as its documentation shows it."""

import faust
from faust.worker import Worker


def plain_app(name: str, broker: str, folder: str) -> faust.App:
    """Return an application with Faust's own transport."""
    return faust.App(
        name,
        broker=f"kafka://{broker}",
        web_enabled=False,
        topic_disable_leader=True,
        topic_partitions=8,
        consumer_auto_offset_reset="earliest",
        datadir=folder,
    )


def run(app: faust.App) -> None:
    """Run it until it is killed."""
    Worker(app, loglevel="ERROR").execute_from_commandline()
