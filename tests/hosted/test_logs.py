"""Lines of the log: for people, for machines, and for neither what a library or a CRM would like to write there."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from connector.logs import LONG, Handler, line

AT = datetime(2026, 11, 26, 12, 0, 0, 123456, UTC)


@contextmanager
def heard() -> Iterator[list[tuple[str, str]]]:
    """What libraries say while the job runs."""
    told: list[tuple[str, str]] = []
    logger = logging.getLogger("a.library")
    handler = Handler(lambda text, event: told.append((text, event)))
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield told
    finally:
        logger.removeHandler(handler)
        logger.propagate = True


def test_a_line_for_people_is_a_time_and_a_sentence() -> None:
    """One line, whatever stands in it; sides are called by their names."""
    assert line("operate is\naway\x1b[2J", "text", AT, "outage", {}) == "2026-11-26T12:00:00Z Operate is⏎away\\x1b[2J"
    assert line("waiting, operate", "text", AT, "x", {}) == "2026-11-26T12:00:00Z waiting, Operate"
    assert len(line("x" * 5000, "text", AT, "x", {})) < LONG + 50


def test_a_line_for_machines_is_one_object_with_its_facts() -> None:
    """ASCII only, so that nothing breaks a line or a terminal."""
    text = line("nächste\u2028Zeile", "json", AT, "cycle", {"cycle": 7, "status": "done"})
    assert text.isascii()
    assert json.loads(text) == {
        "at": "2026-11-26T12:00:00.123Z",
        "event": "cycle",
        "text": "nächste\\u2028Zeile",
        "cycle": 7,
        "status": "done",
    }


def test_a_library_is_named_and_not_quoted() -> None:
    """Its words may hold a lead; where an error came from is enough to find it. What is no warning is not said."""
    with heard() as told:
        logging.getLogger("a.library").info("Kim@example.com")
        logging.getLogger("a.library").warning("Kim@example.com")
        try:
            raise ZeroDivisionError("Kim@example.com")
        except ZeroDivisionError:
            number = sys.exc_info()[2].tb_lineno  # type: ignore[union-attr]
            logging.getLogger("a.library").exception("Kim@example.com")
    assert told == [
        ("a.library: warning in test_logs", "library"),
        (f"a.library: error in test_logs, ZeroDivisionError at test_logs.py:{number}", "library"),
    ]
