"""`/metrics` for Prometheus: the board and the ledger as figures. No id, name or value of a lead is among them."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from connector import __version__
from connector.alerts import Limits
from connector.bench import OpenLedger
from connector.core.model import SECOND, SIDES, Micros, StrangerState
from connector.crm.budget import Budget, Shares
from connector.errors import ConnectorError
from connector.ledger.notes import kept_notes
from connector.ledger.port import Ledger
from connector.sweep import swept
from connector.troubles import Kind
from connector.vitals import STEPS, Board, Vitals, alive, unready

PAIR = "default"
"""The name of the one pair."""
SIDE_COUNTS = {
    "read": "Records read",
    "created": "Records made",
    "updated": "Records changed",
    "calls": "HTTP requests sent",
    "swept": "Records that a sweep compared",
    "missed": "Records that a sweep found changed unnoticed",
    "gone": "Links that a sweep ended",
}


def routes(board: Board, read_ledger: OpenLedger, limits: Limits, clock: Callable[[], Micros]) -> Sequence[BaseRoute]:
    """The one path. Its ledger is opened for this request, for reading, in a thread of its own."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(board, read_ledger, limits, clock))

    async def metrics(request: Request) -> Response:
        text = await run_in_threadpool(generate_latest, registry)
        return Response(text, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})

    return [Route("/metrics", metrics)]


class _Figures(Collector):
    def __init__(self, board: Board, read_ledger: OpenLedger, limits: Limits, clock: Callable[[], Micros]) -> None:
        self._board, self._read_ledger, self._limits, self._clock = board, read_ledger, limits, clock

    def describe(self) -> list[Metric]:
        """Nothing, so that no ledger is opened to register."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Everything, as it is now."""
        vitals, now = self._board.vitals, self._clock()
        yield _gauge("connector_info", "The version that runs", 1, version=__version__)
        yield from _job(vitals, now, self._limits)
        yield from _totals(vitals)
        read = True
        try:
            with self._read_ledger() as ledger:
                yield from list(_ledger(ledger, now))
        except ConnectorError:
            read = False
        yield _gauge("connector_ledger_readable", "Whether the ledger can be read", read)


def _job(vitals: Vitals, now: Micros, limits: Limits) -> Iterator[Metric]:
    yield _gauge("connector_alive", "Whether the worker turns", alive(vitals, now))
    yield _gauge(
        "connector_ready",
        "Whether leads are kept in step, but for a pause",
        not unready(vitals, now, limits.stale),
    )
    yield _gauge("connector_paused", "Whether somebody paused the job", vitals.paused is not None)
    yield _gauge("connector_backfilled", "Whether a first backfill is complete", vitals.backfilled)
    if vitals.success:
        age = (now - vitals.success) / SECOND
        yield _gauge("connector_cycle_age_seconds", "Time since the last successful cycle", max(0.0, age))
    if vitals.sweep_due:
        due = max(0, vitals.sweep_due - now) / SECOND
        yield _gauge("connector_sweep_due_seconds", "Time until the next comparison as a whole", due)
    lag = GaugeMetricFamily("connector_lag_seconds", "Time since a side was read to its end", labels=["pair", "side"])
    for side, began in vitals.read.items():
        lag.add_metric([PAIR, side.value], max(0, now - began) / SECOND)
    yield lag
    yield _gauge("connector_stale_after_seconds", "The age at which it counts as stale", limits.stale / SECOND)
    trouble = GaugeMetricFamily("connector_trouble", "What keeps the job from its work", labels=["pair", "kind"])
    kinds = {each.kind for each in (vitals.trouble, vitals.flaw) if each is not None}
    for kind in Kind:
        trouble.add_metric([PAIR, kind.value], float(kind in kinds))
    yield trouble
    nudges = CounterMetricFamily("connector_nudges", "Nudges taken", labels=["pair", "side"])
    for side in SIDES:
        nudges.add_metric([PAIR, side.value], vitals.nudges[side])
    yield nudges
    strange = CounterMetricFamily("connector_nudges_refused", "Nudges without the secret", labels=["pair"])
    strange.add_metric([PAIR], vitals.strange_nudges)
    yield strange
    wishes = CounterMetricFamily("connector_wishes", "Cycles that people asked for in the console", labels=["pair"])
    wishes.add_metric([PAIR], vitals.wishes)
    yield wishes
    yield _gauge("connector_alerts_undelivered", "Whether an alert could not be delivered yet", vitals.unsent_alerts)


def _totals(vitals: Vitals) -> Iterator[Metric]:
    totals = vitals.totals
    for name, told in SIDE_COUNTS.items():
        family = CounterMetricFamily(f"connector_{name}", told, labels=["pair", "side"])
        for side in SIDES:
            family.add_metric([PAIR, side.value], getattr(totals.sides[side], name))
        yield family
    cycles = CounterMetricFamily("connector_cycles", "Cycles by how they ended", labels=["pair", "status"])
    for status, count in totals.cycles.items():
        cycles.add_metric([PAIR, status.value], count)
    yield cycles
    for name, told in (("linked", "Leads linked"), ("conflicts", "Double edits decided"), ("ended", "Links ended")):
        counter = CounterMetricFamily(f"connector_{name}", told, labels=["pair"])
        counter.add_metric([PAIR], getattr(totals, name))
        yield counter
    steps = accumulate(totals.durations.counts)
    buckets = [(edge, count) for edge, count in zip([*map(str, STEPS), "+Inf"], steps, strict=True)]
    histogram = HistogramMetricFamily("connector_cycle_duration_seconds", "How long cycles took", labels=["pair"])
    histogram.add_metric([PAIR], buckets, totals.durations.total)
    yield histogram


def _ledger(ledger: Ledger, now: Micros) -> Iterator[Metric]:
    counts = ledger.links.counts()
    family = GaugeMetricFamily("connector_leads", "Leads by where they are", labels=["pair", "state"])
    figures = {"linked": counts.live, "ended": counts.ended, "to_do": counts.to_do, "held": counts.held + counts.open}
    figures |= {"parked": counts.parked_leads}
    figures |= {state.value: counts.strangers.get(state, 0) for state in StrangerState}
    for state, count in figures.items():
        family.add_metric([PAIR, state], count)
    yield family
    ages = GaugeMetricFamily(
        "connector_sweep_age_seconds", "Time since a side was compared as a whole", labels=["pair", "side", "depth"]
    )
    for side, depths in swept(ledger).items():
        for depth, last in depths.items():
            if last:
                ages.add_metric([PAIR, side.value, depth], max(0, now - last) / SECOND)
    yield ages
    yield _gauge("connector_parked_values", "Values that wait for a person", counts.parked_rules)
    for side in SIDES:
        use = Budget(kept_notes(ledger, side), lambda: now / SECOND, Shares()).use
        if use is not None:
            requests = GaugeMetricFamily(
                "connector_api_requests", "API requests of the last 24 hours", labels=["pair", "side", "of"]
            )
            for of, figure in (("everybody", use.everybody), ("connector", use.own), ("limit", use.most)):
                requests.add_metric([PAIR, side.value, of], figure)
            yield requests


def _gauge(name: str, told: str, figure: float, **labels: str) -> Metric:
    family = GaugeMetricFamily(name, told, labels=["pair", *labels])
    family.add_metric([PAIR, *labels.values()], float(figure))
    return family
