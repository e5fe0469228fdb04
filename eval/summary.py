"""Judgements to the figures of a report; every figure is defined in docs/evaluation.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.score import ABSTAINED, Json, Judgement, judge
from eval.statistics import Share, percentile

_NO_DOCUMENT = "（不在任何文件中）"
_SEVERAL = "（涉及多份文件）"
_MISSING: Json = {"status": "error", "error": "没有回答"}


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to. `false_verified` counts wrong figures among all answers that call one verified.
    `p50_ms` and `p95_ms` are None where no answer carries a timing."""

    total: Share
    false_verified: Share
    cited: Share
    cited_cell: Share
    in_order: Share
    abstain_precision: Share
    abstain_recall: Share
    errors: int
    by_kind: Mapping[str, Share]
    by_status: Mapping[str, Share]
    by_document: Mapping[str, Share]
    by_voice: Mapping[str, Share]
    p50_ms: float | None
    p95_ms: float | None


def judge_all(cases: Sequence[Json], answers: Iterable[Json]) -> tuple[Judgement, ...]:
    """One judgement a case; a case without an answer is wrong."""
    by_id = {str(a.get("id")): a for a in answers}
    return tuple(judge(c, by_id.get(str(c["id"]), _MISSING)) for c in cases)


def summarize(cases: Sequence[Json], answers: Iterable[Json], judgements: Sequence[Judgement]) -> Summary:
    """Counts and latencies over a run."""
    by_id = {str(a.get("id")): a for a in answers}
    given = [by_id.get(str(c["id"]), _MISSING) for c in cases]
    right = [(j, c) for j, c in zip(judgements, cases, strict=True) if j.ok]
    abstained = [a.get("status") in ABSTAINED for a in given]
    should = [bool(c["expect"].get("abstain")) for c in cases]
    both = sum(a and s for a, s in zip(abstained, should, strict=True))
    times = sorted(float(t) for a in given if (t := (a.get("timings_ms") or {}).get("total")) is not None)
    return Summary(
        total=Share(len(right), len(judgements)),
        false_verified=Share(
            sum(j.false_verified for j in judgements),
            sum(any(v.get("verified") for v in a.get("values") or ()) for a in given),
        ),
        cited=_share(j.cited for j, _ in right),
        cited_cell=_share(j.cited_cell for j, _ in right),
        in_order=_share(j.in_order for j, c in right if c["expect"].get("numbers")),
        abstain_precision=Share(both, sum(abstained)),
        abstain_recall=Share(both, sum(should)),
        errors=sum(bool(a.get("error")) for a in given),
        by_kind=_group(judgements, [str(c["kind"]) for c in cases]),
        by_status=_group(judgements, [str(a.get("status") or "error") for a in given]),
        by_document=_group(judgements, [_document(c) for c in cases]),
        by_voice=_group(judgements, [str(c.get("voice") or "") for c in cases]),
        p50_ms=percentile(times, 0.5),
        p95_ms=percentile(times, 0.95),
    )


SHARES = {
    "accuracy": "total",
    "false_verified_rate": "false_verified",
    "cited": "cited",
    "cited_cell": "cited_cell",
    "in_order": "in_order",
    "abstain_precision": "abstain_precision",
    "abstain_recall": "abstain_recall",
}
"""Names of the shares in reports, and where they stand in a summary."""


def summary_json(summary: Summary) -> dict[str, Any]:
    """The summary's figures: shares as "right/asked", with their 95 % intervals."""

    def groups(shares: Mapping[str, Share]) -> dict[str, str]:
        return {name: str(share) for name, share in shares.items()}

    shares = {name: getattr(summary, field) for name, field in SHARES.items()}
    return {
        "right": summary.total.right,
        "asked": summary.total.asked,
        "accuracy": round(summary.total.ratio, 4),
        "false_verified": summary.false_verified.right,
        "errors": summary.errors,
        **{name: str(share) for name, share in shares.items() if name != "accuracy"},
        "intervals": {name: [round(x, 4) for x in share.interval] for name, share in shares.items() if share.asked},
        "by_kind": groups(summary.by_kind),
        "by_status": groups(summary.by_status),
        "by_document": groups(summary.by_document),
        "by_voice": groups(summary.by_voice),
        "p50_ms": summary.p50_ms,
        "p95_ms": summary.p95_ms,
    }


def _share(outcomes: Iterable[bool | None]) -> Share:
    known = [o for o in outcomes if o is not None]
    return Share(sum(known), len(known))


def _document(case: Json) -> str:
    documents = case.get("doc") or []
    documents = [documents] if isinstance(documents, str) else documents
    return str(documents[0]) if len(documents) == 1 else _SEVERAL if documents else _NO_DOCUMENT


def _group(judgements: Sequence[Judgement], names: Sequence[str]) -> dict[str, Share]:
    """Shares by name; cases without one are left out."""
    pairs = [(n, j.ok) for j, n in zip(judgements, names, strict=True) if n]
    return {
        name: Share(sum(ok for n, ok in pairs if n == name), sum(n == name for n, _ in pairs))
        for name in sorted({n for n, _ in pairs})
    }
