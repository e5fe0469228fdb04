"""What is counted while the server runs, for Prometheus, and its log as JSON lines. Neither holds what people wrote."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client import Counter as Counted

from indexer.errors import YusuanError
from indexer.inbox import Inbox
from retriever.types import Answer, Question
from ui.asking import Asks

_access = logging.getLogger("yusuan.access")
_PARTS = ("gradio_api", "documents", "sheets", "staff", "feedback", "healthz", "readyz", "metrics")
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The server's own registry."""

    def __init__(self, documents: Callable[[], int], inbox: Inbox) -> None:
        """`documents`: how many are held; raises YusuanError where that is not known."""
        self.registry = CollectorRegistry()
        self._documents, self._inbox = documents, inbox
        r = self.registry
        ProcessCollector(registry=r)
        self._requests = Counted("yusuan_requests", "Requests", ("method", "part", "status"), registry=r)
        self._seconds = Histogram(
            "yusuan_request_seconds", "How long requests took", ("part",), buckets=_BUCKETS, registry=r
        )
        self._refused = Counted("yusuan_refused", "Requests that were refused, by reason", ("reason",), registry=r)
        self._answers = Counted("yusuan_answers", "Answers by status, or error", ("status",), registry=r)
        self._answering = Histogram("yusuan_answer_seconds", "How long answers took", buckets=_BUCKETS, registry=r)
        self._now = Gauge("yusuan_answering", "Questions being answered now", registry=r)
        self._held = Gauge("yusuan_documents", "Documents held; -1 where the store cannot be read", registry=r)
        self._jobs = Gauge("yusuan_jobs", "Documents on their way in or out, by status", ("status",), registry=r)

    def request(self, method: str, path: str, status: int, seconds: float) -> None:
        """One request that is answered; only the first part of its path is kept."""
        part = path.split("/")[1] if path.count("/") else ""
        part = part if part in _PARTS else "page"
        method = method if method in ("GET", "POST", "HEAD", "OPTIONS") else "other"
        self._requests.labels(method, part, str(status)).inc()
        self._seconds.labels(part).observe(seconds)
        _access.info(
            "request", extra={"method": method, "part": part, "status": status, "ms": round(seconds * 1000, 1)}
        )

    def refused(self, reason: str) -> None:
        """One request that was turned away."""
        self._refused.labels(reason).inc()

    def text(self) -> bytes:
        """Everything in Prometheus' own format."""
        try:
            self._held.set(self._documents())
        except YusuanError:
            self._held.set(-1)
        self._jobs.clear()
        for status, number in Counter(job.status for job in self._inbox.jobs()).items():
            self._jobs.labels(status).set(number)
        return generate_latest(self.registry)

    def counting(self, engine: Asks) -> Asks:
        """The engine, with its answers counted."""
        return _Counting(engine, self)

    def answered(self, status: str, seconds: float) -> None:
        """One answer, or one failure."""
        self._answers.labels(status).inc()
        self._answering.observe(seconds)

    def at_work(self, more: int) -> None:
        self._now.inc(more)


class _Counting:
    def __init__(self, engine: Asks, metrics: Metrics) -> None:
        self._engine, self._metrics = engine, metrics

    def ask(self, question: Question) -> Answer:
        *_, answer = self.stream(question)
        return answer

    def stream(self, question: Question) -> Iterator[Answer]:
        started, status = time.perf_counter(), "error"
        self._metrics.at_work(1)
        try:
            for answer in self._engine.stream(question):
                status = answer.status.value
                yield answer
        finally:
            self._metrics.at_work(-1)
            self._metrics.answered(status, time.perf_counter() - started)


class JsonLines(logging.Formatter):
    """One JSON object a line. Of an error only its kind and where it came from: its text may quote a question."""

    _OWN = ("method", "part", "status", "ms")

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "at": at,
            "level": record.levelname,
            "from": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in self._OWN if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["where"] = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


def log_json() -> None:
    """All logging as JSON lines on stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    _access.setLevel(logging.INFO)
