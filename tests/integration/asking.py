"""How tests open a client of the embedded engine."""

import clickhouse_connect


def connect(place, **options):
    return clickhouse_connect.get_client(host=place.host, port=place.port, **options)
