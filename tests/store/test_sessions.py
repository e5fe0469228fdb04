"""Staff sessions and tries: what every process over one database knows of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from indexer.settings import Settings
from indexer.store import Store
from tests.store.conftest import BOTH_KINDS
from tests.store.helpers import run_python

pytestmark = BOTH_KINDS


def test_every_process_knows_a_session_until_one_ends_it(open_store: Callable[[], Store], settings: Settings) -> None:
    here, there = open_store().staff_sessions, open_store().staff_sessions
    assert here.until("key") == 0.0
    here.begin("key", 100.0, 200.0)
    assert there.until("key") == 200.0
    there.extend("key", 300.0)
    assert here.until("key") == 300.0
    assert run_python(settings, "print(store.staff_sessions.until('key'))").strip() == "300.0"
    here.end("key")
    here.end("key")
    assert there.until("key") == 0.0
    there.extend("key", 400.0)
    assert here.until("key") == 0.0, "what was ended does not come back"


def test_sessions_outlive_the_process_and_go_when_they_are_over(open_store: Callable[[], Store]) -> None:
    before = open_store()
    before.staff_sessions.begin("old", 100.0, 200.0)
    before.staff_sessions.begin("newer", 150.0, 250.0)
    before.close()
    after = open_store().staff_sessions
    assert (after.until("old"), after.until("newer")) == (200.0, 250.0)
    after.begin("newest", 200.0, 300.0)
    assert (after.until("old"), after.until("newer")) == (0.0, 250.0)


def test_tries_are_counted_over_all_processes_however_close_they_come(open_store: Callable[[], Store]) -> None:
    places = [open_store().staff_sessions for _ in range(4)]
    with ThreadPoolExecutor(12) as threads:
        admitted = list(threads.map(lambda n: places[n % 4].admit_try(1000.0 + n / 100, 940.0, 10), range(60)))
    assert sum(admitted) <= 10
    assert places[0].admit_try(1062.0, 1002.0, 10), "a minute later"
    assert [places[n % 4].admit_try(1063.0, 1003.0, 10) for n in range(12)] == [True] * 9 + [False] * 3
