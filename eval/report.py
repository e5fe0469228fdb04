"""The report folder of a run: report.html for people, report.json for scripts, answers.jsonl."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from string import Template
from typing import Any

from eval.score import STATUS_NAMES, Json, Judgement, shown
from eval.summary import Share, Summary

_TEMPLATE = Path(__file__).parent / "templates" / "report.html"
_KINDS = {
    "lookup": "查数",
    "compute": "计算",
    "trend": "多年变化",
    "cross": "跨部门",
    "rank": "排序",
    "list": "列举",
    "count": "计数",
    "check": "核对",
    "defect": "找错",
    "text": "文字说明",
    "multi": "多轮追问",
    "abstain": "应当拒答",
}


def write_report(
    folder: Path, cases: Sequence[Json], answers: Sequence[Json], judgements: Sequence[Judgement], summary: Summary,
    environment: Mapping[str, str],
) -> None:  # fmt: skip
    """Write the three files; the folder is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(a, ensure_ascii=False) for a in answers)
    (folder / "answers.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    data = {
        "environment": dict(environment),
        "summary": summary_json(summary),
        "judgements": [asdict(j) for j in judgements],
    }
    (folder / "report.json").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "report.html").write_text(page(cases, answers, judgements, summary, environment), encoding="utf-8")


def summary_json(summary: Summary) -> dict[str, Any]:
    """The summary's figures; shares as "right/asked"."""

    def groups(shares: Mapping[str, Share]) -> dict[str, str]:
        return {name: str(share) for name, share in shares.items()}

    return {
        "right": summary.total.right,
        "asked": summary.total.asked,
        "accuracy": round(summary.total.ratio, 4),
        "false_verified": summary.false_verified,
        "cited": str(summary.cited),
        "in_order": str(summary.in_order),
        "errors": summary.errors,
        "by_kind": groups(summary.by_kind),
        "by_status": groups(summary.by_status),
        "by_document": groups(summary.by_document),
        "p50_ms": summary.p50_ms,
        "p95_ms": summary.p95_ms,
    }


def page(
    cases: Sequence[Json], answers: Sequence[Json], judgements: Sequence[Judgement], summary: Summary,
    environment: Mapping[str, str],
) -> str:  # fmt: skip
    """The report as one self-contained page."""
    by_id = {str(a.get("id")): a for a in answers}
    wrong = [(c, by_id.get(str(c["id"]), {}), j) for c, j in zip(cases, judgements, strict=True) if not j.ok]
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        title="问答评测报告",
        subtitle=html.escape(f"{environment.get('问题文件', '')}　{environment.get('时间', '')}"),
        cards=_cards(summary),
        by_kind=_shares(summary.by_kind, _KINDS, "类别"),
        by_status=_shares(summary.by_status, STATUS_NAMES, "状态"),
        by_document=_shares(summary.by_document, {}, "文件"),
        wrong_count=len(wrong),
        wrong="".join(_wrong(c, a, j) for c, a, j in wrong) or "<p>没有答错的问题。</p>",
        environment=_pairs(environment),
    )


def _cards(summary: Summary) -> str:
    def card(label: str, value: str, mark: str = "") -> str:
        return f'<div class="card">{html.escape(label)}<b class="{mark}">{html.escape(value)}</b></div>'

    def ms(value: float | None) -> str:
        return "—" if value is None else f"{value:.0f} 毫秒"

    return "".join(
        (
            card("答对", f"{summary.total}"),
            card("正确率", f"{summary.total.ratio:.1%}"),
            card("误报已核实", str(summary.false_verified), "bad" if summary.false_verified else "good"),
            card("出处正确", f"{summary.cited}"),
            card("答案用时（中位）", ms(summary.p50_ms)),
            card("答案用时（95%）", ms(summary.p95_ms)),
        )
    )


def _shares(shares: Mapping[str, Share], names: Mapping[str, str], heading: str) -> str:
    rows = "".join(
        f'<tr><td>{html.escape(names.get(name, name))}</td><td class="n">{share}</td><td class="n">{share.ratio:.1%}</td>'
        f'<td><div class="bar"><i style="width:{share.ratio:.0%}"></i></div></td></tr>'
        for name, share in shares.items()
    )
    return f"<table><tr><th>{heading}</th><th>答对</th><th>正确率</th><th></th></tr>{rows}</table>"


def _wrong(case: Json, answer: Json, judgement: Judgement) -> str:
    question = " → ".join(case["turns"]) if case.get("turns") else str(case.get("question"))
    kind = _KINDS.get(judgement.kind, judgement.kind)
    alarm = '<span class="bad">（误报已核实）</span>' if judgement.false_verified else ""
    status = str(answer.get("status") or "error")
    places = "；".join(f"{c.get('document')} 第 {c.get('page')} 页" for c in (answer.get("citations") or [])[:4])
    rows = {
        "问题": question,
        "错在": judgement.reason,
        "标准答案": shown(case["expect"].get("numbers") or []) if case["expect"].get("numbers") else _words(case),
        "给出的数": shown(answer.get("values") or []),
        "状态": STATUS_NAMES.get(status, status),
        "出处": places or "（无）",
    }
    text = html.escape(str(answer.get("text") or answer.get("error") or ""))
    summary = f"{html.escape(str(case['id']))}［{html.escape(kind)}］{html.escape(question)}{alarm}"
    return f"<details><summary>{summary}</summary>{_pairs(rows)}<pre>{text}</pre></details>"


def _words(case: Json) -> str:
    expect = case["expect"]
    if expect.get("abstain"):
        return "文件中没有，应当说明未找到或追问"
    return "、".join([*(expect.get("contains") or []), *(expect.get("any") or [])])


def _pairs(pairs: Mapping[str, str]) -> str:
    rows = "".join(f"<tr><th>{html.escape(k)}</th><td>{html.escape(v)}</td></tr>" for k, v in pairs.items())
    return f"<table>{rows}</table>"
