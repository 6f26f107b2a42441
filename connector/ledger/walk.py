"""Walking through what a ledger holds, with a portion of it in memory at a time. Imports the core's model."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

from connector.core.model import Link

T = TypeVar("T")


def pages(read: Callable[[int], Sequence[Link]]) -> Iterator[Sequence[Link]]:
    """Page after page of links, by number; `read` gives those above a number (`all`, `parked` and `to_do` of `Links`).

    Whoever takes a page may change its links before asking for the next one.
    """
    after = 0
    while links := read(after):
        yield links
        after = links[-1].link_id


def portions(each: Iterable[T], size: int) -> Iterator[list[T]]:
    """These in their order, at most `size` at a time."""
    left = iter(each)
    while portion := list(islice(left, size)):
        yield portion
