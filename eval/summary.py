"""Judgements to the figures of a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.score import Json, Judgement, judge

_NO_DOCUMENT = "（不在任何文件中）"
_SEVERAL = "（涉及多份文件）"


@dataclass(frozen=True, slots=True)
class Share:
    """Right ones of all."""

    right: int
    asked: int

    @property
    def ratio(self) -> float:
        return self.right / self.asked if self.asked else 0.0

    def __str__(self) -> str:
        return f"{self.right}/{self.asked}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to. `p50_ms` and `p95_ms` are None where no answer carries a timing."""

    total: Share
    false_verified: int
    cited: Share
    in_order: Share
    errors: int
    by_kind: Mapping[str, Share]
    by_status: Mapping[str, Share]
    by_document: Mapping[str, Share]
    p50_ms: float | None
    p95_ms: float | None


def judge_all(cases: Sequence[Json], answers: Iterable[Json]) -> tuple[Judgement, ...]:
    """One judgement a case; a case without an answer is wrong."""
    by_id = {str(a.get("id")): a for a in answers}
    return tuple(judge(c, by_id.get(str(c["id"]), {"error": "没有回答"})) for c in cases)


def summarize(cases: Sequence[Json], answers: Iterable[Json], judgements: Sequence[Judgement]) -> Summary:
    """Counts and latencies over a run."""
    by_id = {str(a.get("id")): a for a in answers}
    given = [by_id.get(str(c["id"]), {"status": "error", "error": "没有回答"}) for c in cases]
    pages = [j for j in judgements if j.ok and j.cited is not None]
    figures = [j for j, c in zip(judgements, cases, strict=True) if j.ok and c["expect"].get("numbers")]
    times = sorted(float(t) for a in given if (t := (a.get("timings_ms") or {}).get("total")) is not None)
    return Summary(
        total=Share(sum(j.ok for j in judgements), len(judgements)),
        false_verified=sum(j.false_verified for j in judgements),
        cited=Share(sum(bool(j.cited) for j in pages), len(pages)),
        in_order=Share(sum(j.in_order for j in figures), len(figures)),
        errors=sum(bool(a.get("error")) for a in given),
        by_kind=_group(judgements, [str(c["kind"]) for c in cases]),
        by_status=_group(judgements, [str(a.get("status") or "error") for a in given]),
        by_document=_group(judgements, [_document(c) for c in cases]),
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
    )


def _document(case: Json) -> str:
    documents = case.get("doc") or []
    documents = [documents] if isinstance(documents, str) else documents
    return str(documents[0]) if len(documents) == 1 else _SEVERAL if documents else _NO_DOCUMENT


def _group(judgements: Sequence[Judgement], names: Sequence[str]) -> dict[str, Share]:
    count: Callable[[str, bool], int] = lambda name, right: sum(  # noqa: E731
        n == name and (j.ok or not right) for j, n in zip(judgements, names, strict=True)
    )
    return {name: Share(count(name, True), count(name, False)) for name in sorted(set(names))}


def percentile(times: Sequence[float], share: float) -> float | None:
    """The value below which `share` of sorted times lie; None when there are none."""
    return times[min(int(len(times) * share), len(times) - 1)] if times else None
