"""Settings that would be unsafe are refused, with the name of the setting that allows it."""

import pytest
from pydantic import ValidationError

from schemas.settings import Settings


def test_clickhouse_is_spoken_to_in_plain_text_on_this_machine_only_unless_it_is_allowed() -> None:
    for host in ("clickhouse.example.org", "10.0.0.7"):
        with pytest.raises(ValidationError, match="VINCLE_CLICKHOUSE_PLAINTEXT_ALLOWED"):
            Settings(clickhouse_host=host)
        Settings(clickhouse_host=host, clickhouse_plaintext_allowed=True)
        Settings(clickhouse_host=host, clickhouse_secure=True)
    for host in ("localhost", "127.0.0.1", "::1"):
        Settings(clickhouse_host=host)
