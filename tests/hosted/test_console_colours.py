"""The colours of the console: what has to be seen stands out from what is around it, by day and by night (WCAG 2.2)."""

import re
from importlib.resources import files

import pytest

CSS = (files("connector.console") / "static" / "console.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]+)", part)) for part in re.findall(r":root \{(.*?)\}", CSS, re.S)
)
AROUND = ("page", "card", "good-back", "wait-back", "bad-back")


def contrast(one: str, other: str) -> float:
    """How much two colours differ in lightness: 1 (the same) to 21 (black and white)."""
    darker, lighter = sorted(map(_lightness, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _lightness(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_borders_of_buttons_and_bars_stand_out(colours: dict[str, str]) -> None:
    """3 to 1 against whatever they may stand on; the bars of the budget against the room that is left, too."""
    for name in ("edge", "accent"):
        for around in (*AROUND, "room"):
            assert contrast(colours[name], colours[around]) >= 3, (name, around)
    assert contrast(colours["operate"], colours["page"]) >= 3


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(colours: dict[str, str]) -> None:
    """4.5 to 1, the quiet one and the coloured ones included."""
    for name in ("text", "quiet", "accent"):
        for around in AROUND:
            assert contrast(colours[name], colours[around]) >= 4.5, (name, around)
    for name in ("good", "wait", "bad"):
        assert contrast(colours[name], colours["card"]) >= 4.5
    assert contrast(colours["on-accent"], colours["accent"]) >= 4.5
