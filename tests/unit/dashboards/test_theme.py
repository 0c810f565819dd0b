"""Colours that can be read and told apart."""

import pytest

from dashboards.theme import THEMES, Theme, blend, contrast, readable_on

AA_TEXT, AA_LARGE = 4.5, 3.0


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_words_can_be_read(theme: Theme) -> None:
    for ink in (theme.text, theme.quiet, theme.better_text, theme.worse_text):
        assert contrast(ink, theme.ground) >= AA_TEXT
        assert contrast(ink, theme.shade) >= AA_TEXT


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_bars_stand_out(theme: Theme) -> None:
    assert contrast(theme.better, theme.ground) >= AA_LARGE
    assert contrast(theme.worse, theme.ground) >= AA_LARGE


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_numbers_can_be_read_on_every_colour_of_the_scale(theme: Theme) -> None:
    for step in range(101):
        colour = blend(theme.scale, step / 100)
        assert contrast(readable_on(colour), colour) >= AA_TEXT


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_nothing_is_neutral_and_more_is_stronger(theme: Theme) -> None:
    assert theme.feeling(0.0, 5.0) == theme.scale[3]
    assert theme.feeling(9.0, 5.0) == theme.scale[6]
    assert theme.feeling(-9.0, 5.0) == theme.scale[0]
    assert theme.tone(0.0, 0.0) == theme.scale[3]
