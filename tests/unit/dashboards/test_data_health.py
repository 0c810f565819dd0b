"""Is everything there that was told."""

from datetime import UTC, datetime

import pytest

from dashboards.answers.data_health import PartitionRow, SourceRow, whole_of
from infra.migration_files import FOLDER
from streams.feeling.text.reader import SURE

AT = datetime(2026, 3, 31, 18, tzinfo=UTC)


def source(week: int, week_before: int) -> SourceRow:
    return SourceRow("/shop", 1_000, AT, AT, 2.0, week, week_before)


@pytest.mark.parametrize(
    ("week", "week_before", "is_quiet"), [(49, 100, True), (50, 100, False), (0, 20, True), (0, 19, False)]
)
def test_a_publisher_that_tells_less_than_half_is_quiet_unless_it_never_told_much(
    week: int, week_before: int, is_quiet: bool
) -> None:
    assert source(week, week_before).is_quiet is is_quiet


def test_a_week_is_held_against_the_one_before() -> None:
    assert source(60, 80).change == pytest.approx(-0.25)
    assert source(60, 0).change is None


def test_all_partitions_together_add_up() -> None:
    one = PartitionRow("t", 0, 5, 1, 1, 1, 1, 2, 0, 12, 1, AT)
    other = PartitionRow("t", 1, 4, 0, 0, 0, 0, 0, 5, 9, 0, None)
    whole = whole_of([one, other])
    assert (whole.read, whole.journaled, whole.missing) == (14, 9, 1)
    assert sum(whole[1:]) == whole.read
    assert whole_of([]).read == 0


def test_the_view_calls_unsure_what_the_reader_calls_so() -> None:
    assert f"confidence < {SURE})" in (FOLDER / "0012_desk.sql").read_text()
