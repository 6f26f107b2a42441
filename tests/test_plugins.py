"""Transforms that installed packages add."""

from importlib.metadata import EntryPoint

import pytest

from connector.core.mapping.load import load
from connector.core.mapping.transform import OneField
from connector.core.model import Side
from connector.errors import MappingError, Misconfigured
from connector.plugins import GROUP, transforms

RULES = "mapping: lead\nowner: salesforce\nminimum: []\nrules:\n  size: {salesforce: Size__c, operate: size, "


class SizeBand(OneField):
    """Desks as a number in Operate, as a band in Salesforce."""

    two_way = False

    def text(self, side: Side, value: str) -> str:
        """The band."""
        return "small" if int(value or 0) < 10 else "large"


def offered(name: str, what: str) -> list[EntryPoint]:
    """An entry point as an installed package has it."""
    return [EntryPoint(name, f"{__name__}:{what}", GROUP)]


def test_a_mapping_may_use_a_transform_of_an_installed_package() -> None:
    """By its name, like ours."""
    known = transforms(offered("size_band", "SizeBand"))
    mapping = load(RULES + "transform: size_band, direction: to_salesforce}\n", "x", known)
    assert mapping.rules["size"].write(Side.SALESFORCE, "12", {}) == {"Size__c": "large"}


def test_a_transform_that_works_one_way_needs_a_direction() -> None:
    """Otherwise its results would flow back."""
    with pytest.raises(MappingError, match="one way only"):
        load(RULES + "transform: size_band}\n", "x", transforms(offered("size_band", "SizeBand")))


@pytest.mark.parametrize(
    ("name", "what", "reason"),
    [
        ("phone", "SizeBand", "a name that exists"),
        ("band", "Missing", "cannot be imported: AttributeError"),
        ("band", "RULES", "no class on"),
    ],
)
def test_a_package_with_a_mistake_is_named(name: str, what: str, reason: str) -> None:
    """The entry point and what is wrong with it."""
    with pytest.raises(Misconfigured, match=reason):
        transforms(offered(name, what))


def test_without_packages_the_transforms_are_ours() -> None:
    """Nothing is installed beside the connector here."""
    assert "phone" in transforms()
