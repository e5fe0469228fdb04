"""Documents put in and taken out in the background, as the page does it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from indexer.inbox import Inbox, Job, document_name
from indexer.settings import Settings
from indexer.store import Store
from tests.store.helpers import run_python, start_python

READER = "tests.store.readers:read_content"


@pytest.fixture
def inbox(settings: Settings, store: Store) -> Iterator[Inbox]:
    with Inbox(settings, READER) as inbox:
        yield inbox


def put(inbox: Inbox, name: str, text: str = "fine") -> Job:
    file = inbox.new_file()
    file.write_text(text, encoding="utf-8")
    return inbox.put(file, name)


def wait(inbox: Inbox, job: Job, until: Callable[[Job], bool] = lambda job: job.finished) -> Job:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        (now,) = (j for j in inbox.jobs() if j.number == job.number)
        if until(now):
            return now
        time.sleep(0.02)
    raise AssertionError(f"still {now}")


def test_uploads_are_read_one_after_another_and_then_held(inbox: Inbox, store: Store) -> None:
    jobs = [put(inbox, "../../上级/甲.PDF"), put(inbox, "坏.pdf", "half"), put(inbox, "乙.pdf", "two")]
    done = [wait(inbox, job) for job in jobs]
    assert [(job.document, job.status) for job in done] == [("甲", "indexed"), ("坏", "failed"), ("乙", "indexed")]
    assert done[1].message == "文件不完整"
    assert [info.id for info in store.documents()] == ["乙", "甲"]
    assert done[0].added is not None
    assert done[0].added.facts == 3
    assert not any(job.path and job.path.exists() for job in done)
    again = wait(inbox, put(inbox, "甲.pdf", "newer"))
    assert again.status == "replaced"
    inbox.forget()
    assert inbox.jobs() == ()


def test_what_is_being_read_can_be_cancelled_and_the_next_goes_on(inbox: Inbox, store: Store) -> None:
    hangs, after = put(inbox, "慢.pdf", "hang"), put(inbox, "后.pdf")
    seen = wait(inbox, hangs, lambda job: job.page == 3)
    assert (seen.status, seen.pages) == ("reading", 3)
    inbox.cancel(hangs.number)
    assert wait(inbox, hangs).status == "cancelled"
    assert wait(inbox, after).status == "indexed"
    assert [info.id for info in store.documents()] == ["后"]


def test_what_still_waits_can_be_cancelled(inbox: Inbox, store: Store) -> None:
    hangs, waiting = put(inbox, "慢.pdf", "hang"), put(inbox, "后.pdf")
    inbox.cancel(waiting.number)
    inbox.cancel(hangs.number)
    assert wait(inbox, waiting).status == "cancelled"
    inbox.cancel(waiting.number)
    assert store.documents() == ()


def test_removal_takes_the_document_out_or_says_why_not(inbox: Inbox, store: Store) -> None:
    wait(inbox, put(inbox, "甲.pdf"))
    assert wait(inbox, inbox.remove("甲")).status == "removed"
    assert store.documents() == ()
    gone = wait(inbox, inbox.remove("甲"))
    assert gone.status == "failed"
    assert "甲" in gone.message


def test_another_writer_is_waited_for_and_may_write_again_afterwards(
    inbox: Inbox, store: Store, settings: Settings
) -> None:
    other = start_python(settings, "import time; store.own(); print('owned', flush=True); time.sleep(600)")
    assert other.stdout is not None
    assert other.stdout.readline() == "owned\n"
    job = put(inbox, "甲.pdf")
    wait(inbox, job, lambda job: job.status == "busy")
    other.kill()
    other.communicate()
    assert wait(inbox, job).status == "indexed"
    run_python(
        settings,
        """
    import time
    from indexer.errors import StoreBusyError
    while True:
        try:
            store.remove("甲")
            break
        except StoreBusyError:
            time.sleep(0.05)
    """,
    )
    assert store.documents() == ()


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("某局-2024年部门预算.pdf", "某局-2024年部门预算"),
        ("C:\\文件\\某局.PDF", "某局"),
        ("../../etc/passwd", "passwd"),
        ("..", "未命名"),
        (".pdf", "未命名"),
        ("a\x00b\u202efdp.pdf", "a b fdp"),
        ("长" * 300 + ".pdf", "长" * 100),
        ("某局<img>.pdf", "某局 img"),
    ],
)
def test_file_names_become_plain_names(file_name: str, name: str) -> None:
    assert document_name(file_name) == name
