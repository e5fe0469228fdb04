"""The report folder of a run: report.html for people, report.json for scripts, answers.jsonl."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from string import Template

from eval.score import STATUS_NAMES, Json, Judgement, shown
from eval.statistics import Share
from eval.summary import Summary, summary_json

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
_EVIDENCE = 4
Section = tuple[str, str]
"""A heading and the HTML under it."""


def write_report(
    folder: Path, cases: Sequence[Json], answers: Sequence[Json], judgements: Sequence[Judgement], summary: Summary,
    environment: Mapping[str, str], sections: Sequence[Section] = (), more: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    """Write the three files; the folder is made where it is missing. `sections` stand before the wrong answers,
    `more` beside the summary in report.json."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(a, ensure_ascii=False) for a in answers)
    (folder / "answers.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    data = {
        "environment": dict(environment),
        "summary": summary_json(summary),
        **(more or {}),
        "judgements": [
            {**asdict(j), "question": _question(c)} for c, j in zip(cases, judgements, strict=True)
        ],
    }  # fmt: skip
    (folder / "report.json").write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = page(cases, answers, judgements, summary, environment, sections)
    (folder / "report.html").write_text(text, encoding="utf-8")


def page(
    cases: Sequence[Json], answers: Sequence[Json], judgements: Sequence[Judgement], summary: Summary,
    environment: Mapping[str, str], sections: Sequence[Section] = (),
) -> str:  # fmt: skip
    """The report as one self-contained page."""
    by_id = {str(a.get("id")): a for a in answers}
    wrong = [(c, by_id.get(str(c["id"]), {}), j) for c, j in zip(cases, judgements, strict=True) if not j.ok]
    wrong.sort(key=lambda w: not w[2].false_verified)
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        title="问答评测报告",
        subtitle=html.escape(f"{environment.get('问题文件', '')}　{environment.get('时间', '')}"),
        cards=_cards(summary),
        measures=_measures(summary),
        by_kind=shares_table(summary.by_kind, _KINDS, "类别"),
        by_status=shares_table(summary.by_status, STATUS_NAMES, "状态"),
        by_document=shares_table(summary.by_document, {}, "文件"),
        by_voice=shares_table(summary.by_voice, {}, "口吻") if summary.by_voice else "<p>问题没有注明口吻。</p>",
        sections="".join(f"<h2>{html.escape(heading)}</h2>{body}" for heading, body in sections),
        wrong_count=len(wrong),
        wrong="".join(_wrong(c, a, j) for c, a, j in wrong) or "<p>没有答错的问题。</p>",
        environment=_pairs(environment),
    )


def _cards(summary: Summary) -> str:
    def card(label: str, value: str, mark: str = "") -> str:
        return f'<div class="card">{html.escape(label)}<b class="{mark}">{html.escape(value)}</b></div>'

    def ms(value: float | None) -> str:
        return "—" if value is None else f"{value:.0f} 毫秒"

    false = summary.false_verified.right
    return "".join(
        (
            card("答对", f"{summary.total}"),
            card("正确率", f"{summary.total.ratio:.1%}"),
            card("误报已核实", str(false), "bad" if false else "good"),
            card("出处正确", f"{summary.cited}"),
            card("答案用时（中位）", ms(summary.p50_ms)),
            card("答案用时（95%）", ms(summary.p95_ms)),
        )
    )


def _measures(summary: Summary) -> str:
    rows = (
        ("正确率", summary.total, "数、单位、顺序和要求的词都对的问题，占全部问题"),
        ("误报已核实率", summary.false_verified, "数是错的却标成“已核实”，占所有标了“已核实”的答案；应当为 0"),
        ("出处正确（页）", summary.cited, "答对且题目给出页码的问题中，引用了正确文件正确页的"),
        ("出处正确（单元格）", summary.cited_cell, "答对且题目给出单元格的问题中，引用的位置正落在那个单元格上的"),
        ("顺序正确", summary.in_order, "答对且有数的问题中，数按问的顺序给出的"),
        ("拒答准确率", summary.abstain_precision, "答“未找到”或追问的答案中，确实应当拒答的"),
        ("拒答召回率", summary.abstain_recall, "应当拒答的问题中，答了“未找到”或追问的"),
    )
    body = "".join(
        f'<tr><td>{name}</td><td class="n">{share}</td><td class="n">{share.ratio:.1%}</td>'
        f'<td class="n">{interval(share)}</td><td>{meaning}</td></tr>'
        for name, share, meaning in rows
        if share.asked
    )
    return f"<table><tr><th>指标</th><th>个数</th><th>比例</th><th>95% 置信区间</th><th>含义</th></tr>{body}</table>"


def interval(share: Share) -> str:
    """A share's confidence interval as people read it."""
    low, high = share.interval
    return f"{low:.1%}—{high:.1%}"


def shares_table(shares: Mapping[str, Share], names: Mapping[str, str], heading: str) -> str:
    """One row a group, with its share as a bar."""
    rows = "".join(
        f'<tr><td>{html.escape(names.get(name, name))}</td><td class="n">{share}</td><td class="n">{share.ratio:.1%}</td>'
        f'<td class="n">{interval(share)}</td><td><div class="bar"><i style="width:{share.ratio:.0%}"></i></div></td></tr>'
        for name, share in shares.items()
    )
    return f"<table><tr><th>{heading}</th><th>答对</th><th>正确率</th><th>95% 置信区间</th><th></th></tr>{rows}</table>"


def plain_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of words and figures; all but the first column are set right."""
    head = "".join(f"<th>{html.escape(h)}</th>" for h in headings)

    def row_html(row: Sequence[str]) -> str:
        first, *others = map(html.escape, row)
        return f"<tr><td>{first}</td>" + "".join(f'<td class="n">{cell}</td>' for cell in others) + "</tr>"

    body = "".join(map(row_html, rows))
    return f"<table><tr>{head}</tr>{body}</table>"


def _question(case: Json) -> str:
    return " → ".join(case["turns"]) if case.get("turns") else str(case.get("question"))


def _wrong(case: Json, answer: Json, judgement: Judgement) -> str:
    question = _question(case)
    kind = _KINDS.get(judgement.kind, judgement.kind)
    alarm = '<span class="bad">（误报已核实）</span>' if judgement.false_verified else ""
    status = str(answer.get("status") or "error")
    rows = {
        "问题": question,
        "错在": judgement.reason,
        "标准答案": _expected(case),
        "标准出处": _pages(case) or "（题目没有给出）",
        "给出的数": shown(answer.get("values") or []),
        "状态": STATUS_NAMES.get(status, status),
        "给出的依据": _evidence(answer) or "（无）",
    }
    text = html.escape(str(answer.get("text") or answer.get("error") or ""))
    summary = f"{html.escape(str(case['id']))}［{html.escape(kind)}］{html.escape(question)}{alarm}"
    return f"<details><summary>{summary}</summary>{_pairs(rows)}<pre>{text}</pre></details>"


def _expected(case: Json) -> str:
    expect = case["expect"]
    if expect.get("abstain"):
        return "文件中没有，应当说明未找到或追问"
    figures = "、".join(f"{v['value']}{v['unit']}" for v in expect.get("numbers") or [])
    words = "应含 " + "、".join(expect["contains"]) if expect.get("contains") else ""
    some = "应含其一 " + "、".join(expect["any"]) if expect.get("any") else ""
    never = "不应含 " + "、".join(expect["forbid"]) if expect.get("forbid") else ""
    return "；".join(part for part in (figures, words, some, never) if part)


def _pages(case: Json) -> str:
    pages = case.get("page")
    if not isinstance(pages, Mapping):
        return ""
    return "；".join(f"{d} 第 {'、'.join(map(str, p))} 页" for d, p in pages.items())


def _evidence(answer: Json) -> str:
    def place(citation: Json) -> str:
        where = [str(citation[k]) for k in ("table", "row", "column") if citation.get(k)]
        quoted = f"：{str(citation['text'])[:60]}" if citation.get("text") else ""
        return f"{citation.get('document')} 第 {citation.get('page')} 页 {' / '.join(where)}{quoted}"

    return "\n".join(place(c) for c in (answer.get("citations") or [])[:_EVIDENCE])


def _pairs(pairs: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><th>{html.escape(k)}</th><td class="lines">{html.escape(v)}</td></tr>' for k, v in pairs.items()
    )
    return f"<table>{rows}</table>"
