"""How tests open a client of the embedded engine."""

import clickhouse_connect


def connect(place, **options):
    """A client of the engine at a place, which has a host and a port."""
    return clickhouse_connect.get_client(host=place.host, port=place.port, **options)
