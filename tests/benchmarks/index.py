"""A match index in memory, as the ledger keeps one: texts of both sides, counted, looked up under a cap."""

from collections.abc import Iterator, Mapping

from connector.core.match.blocks import MOST, SEVERAL, blocks
from connector.core.match.identity import Identity


class Index:
    """The texts of the records of one side each."""

    def __init__(self, sides: tuple[Mapping[str, Identity], ...]) -> None:
        self.sides = sides
        self.size = max(len(side) for side in sides)
        self._total = sum(len(side) for side in sides)
        self._carriers: list[dict[tuple[str, str], list[str]]] = []
        self.counts: dict[tuple[str, str], int] = {}
        for side in sides:
            carriers: dict[tuple[str, str], list[str]] = {}
            for record, who in side.items():
                for kind, texts in blocks(who).items():
                    for text in texts:
                        key = (kind, text)
                        carriers.setdefault(key, []).append(record)
                        self.counts[key] = self.counts.get(key, 0) + 1
            self._carriers.append(carriers)

    def shares(self, kind: str, text: str) -> float:
        """The share of all records that carry this text."""
        return self.counts.get((kind, text), 0) / self._total

    def find(self, side: int, who: Identity) -> Iterator[tuple[str, str]]:
        """The records of a side that share a text with somebody, each once, with its kind."""
        carriers = self._carriers[side]
        seen: dict[str, str] = {}
        texts = blocks(who)
        for kind, most in MOST.items():
            for text in texts.get(kind, ()):
                found = carriers.get((kind, text), ())
                if len(found) <= most:
                    seen.update({each: kind if seen.get(each, kind) == kind else SEVERAL for each in found})
        yield from seen.items()
