"""The full evaluation: draw the corpus, index it, and measure everything that docs/evaluation.md defines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from eval.cells import document_cells
from eval.corruption import Catch, catch_rate, plant_cells, plant_drafts
from eval.generate.__main__ import CASES, GOLDEN, SAMPLE, draw_evaluation
from eval.generate.cases import load_truths
from eval.places import AS_SEARCH, CUTS, PlaceScore, answer_places
from eval.places import measure as measure_places
from eval.planted import Detection, detection_shares, planted_documents
from eval.report import Section, interval, plain_table, shares_table
from eval.score import Json, judge
from eval.statistics import Share, mcnemar
from eval.summary import judge_all, summary_json
from eval.summary import summarize as summarize_answers
from eval.variants import VARIANTS, Material, run_variant
from indexer.pipeline import add
from indexer.settings import Settings
from indexer.store import Store

WHOLE = next(iter(VARIANTS))


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything one full run found; `answers` by variant."""

    answers: Mapping[str, Sequence[Json]]
    retrieval: Mapping[str, PlaceScore]
    cells: Mapping[str, Share]
    defects: Sequence[Detection]
    catches: Sequence[Catch]


def prepare(folder: Path, settings: Settings) -> Material:
    """The corpus drawn and, with the bundled sample, indexed into a store under `folder`. Raises UsageError."""
    corpus = folder / "corpus"
    lines = draw_evaluation(corpus)
    cases = [json.loads(line) for line in ((CASES / "sample.jsonl").read_text("utf-8") + lines).splitlines()]
    settings = replace(settings, store=folder / "store", database_url="", chroma_url="")
    with Store.open(settings.store, settings=settings) as store:
        add([SAMPLE, corpus], store, settings)
    return Material(tuple(cases), settings, tuple(sorted([*SAMPLE.glob("*.pdf"), *corpus.glob("*.pdf")])))


def measure(material: Material, folder: Path, step: Any) -> Measured:
    """Measure everything; `step` is told the name of what comes next."""
    answers = {}
    for name in VARIANTS:
        step(f"回答：{name}")
        answers[name] = run_variant(name, material)
    with Store.open(material.settings.store, settings=material.settings, create=False) as store:
        step("检索")
        found = measure_places(store, answer_places(material.cases))
        catches: list[Catch] = []
        for kind in ("read", "believed", "store"):
            step(f"种错：{kind}")
            catches += plant_cells(material.cases, answers[WHOLE], store, kind)
        step("种错：draft")
        catches += plant_drafts(material.cases, answers[WHOLE], store)
    step("表格")
    truths = [*load_truths(GOLDEN).values(), *load_truths(folder / "corpus").values()]
    by_name = {pdf.stem: pdf for pdf in material.pdfs}
    cells = {t["id"]: document_cells(by_name[t["id"]], t) for t in truths}
    step("找错")
    defects = tuple(planted_documents(folder))
    return Measured(answers, found, cells, defects, catches)


def to_json(measured: Measured, cases: Sequence[Json]) -> dict[str, Any]:
    """What report.json holds beside the answers' summary."""
    shares = detection_shares(measured.defects)
    clean = [d for d in measured.defects if not d.mistakes]
    return {
        "variants": {
            name: summary_json(summarize_answers(cases, given, judge_all(cases, given)))
            for name, given in measured.answers.items()
        },
        "retrieval": {name: score.to_json() for name, score in measured.retrieval.items()},
        "table_cells": {"all": str(total(measured.cells.values())), **{n: str(s) for n, s in measured.cells.items()}},
        "defects": {n: str(s) for n, s in shares.items()} | {"false_errors_in_clean": sum(d.false for d in clean)},
        "catch_rate": {k: str(catch_rate(c)) for k, c in _by_kind(measured.catches).items()},
        "missed_plantings": [asdict(c) for c in measured.catches if c.fate == "missed"],
    }


def total(shares: Any) -> Share:
    """Several shares as one."""
    known = list(shares)
    return Share(sum(s.right for s in known), sum(s.asked for s in known))


def sections(measured: Measured, cases: Sequence[Json]) -> list[Section]:
    """The report's tables beyond those of any run."""
    return [
        ("与去掉一部分、与普通流程相比", _variants(measured.answers, cases)),
        ("检索", _retrieval(measured.retrieval)),
        ("复核能抓住多少种下的错", _catches(measured.catches)),
        ("找出文件中的错误", _defects(measured.defects)),
        ("表格单元格", shares_table({"全部": total(measured.cells.values()), **measured.cells}, {}, "文件")),
    ]


def _variants(answers: Mapping[str, Sequence[Json]], cases: Sequence[Json]) -> str:
    whole = judge_all(cases, answers[WHOLE])
    rows = []
    for name, given in answers.items():
        judged = judge_all(cases, given)
        summary = summarize_answers(cases, given, judged)
        better = sum(j.ok and not w.ok for j, w in zip(judged, whole, strict=True))
        worse = sum(w.ok and not j.ok for j, w in zip(judged, whole, strict=True))
        stated = sum(bool(a.get("values")) and not judge(c, a).ok for c, a in zip(cases, given, strict=True))
        rows.append(
            (
                name,
                str(summary.total),
                f"{summary.total.ratio:.1%}",
                interval(summary.total),
                str(summary.false_verified),
                str(stated),
                str(summary.cited),
                f"+{better} −{worse}",
                "—" if name == WHOLE else f"{mcnemar(better, worse):.2g}",
                "—" if summary.p50_ms is None else f"{summary.p50_ms:.0f}",
            )
        )
    headings = (
        "方案", "答对", "正确率", "95% 置信区间", "误报已核实", "错却给出数", "出处正确", "与完整相比", "McNemar p", "中位毫秒",
    )  # fmt: skip
    return plain_table(headings, rows)


_WAYS = {
    "BM25, whole question": "全文，问题原样",
    "vectors, whole question": "向量，问题原样",
    "LSA, whole question": "潜在语义分析，问题原样",
    "BM25, departments and years apart": "只用全文，部门和年份另算",
    "vectors, departments and years apart": "只用向量，部门和年份另算",
    AS_SEARCH: "全文加向量，即检索所用",
}


def _retrieval(found: Mapping[str, PlaceScore]) -> str:
    measures = [*(f"recall@{k}" for k in CUTS), "mrr"]

    def cell(figures: Mapping[str, Any], measure: str) -> str:
        low, high = figures[f"{measure}_interval"]
        return f"{figures[measure]:.3f}（{low:.3f}—{high:.3f}）"

    rows = []
    for name, score in found.items():
        figures = score.to_json()
        rows.append((_WAYS[name], str(figures["questions"]), *(cell(figures, m) for m in measures)))
    return plain_table(("方式", "问题", *measures), rows)


def _by_kind(catches: Sequence[Catch]) -> dict[str, list[Catch]]:
    return {kind: [c for c in catches if c.kind == kind] for kind in dict.fromkeys(c.kind for c in catches)}


def _catches(catches: Sequence[Catch]) -> str:
    names = {
        "read": "读错一个单元格",
        "believed": "读错一个单元格，不复核时",
        "store": "库中的数被改",
        "draft": "取数之后、复核之前被改",
    }
    rows = []
    for kind, own in _by_kind(catches).items():
        fates, share = Counter(c.fate for c in own), catch_rate(own)
        rows.append(
            (names[kind], str(len(own)), str(fates["harmless"]), str(share), f"{share.ratio:.1%}", interval(share))
        )
    return plain_table(("种错的方式", "种下", "不影响答案", "抓住", "抓住率", "95% 置信区间"), rows)


def _defects(detections: Sequence[Detection]) -> str:
    names = {"cell": "表中一个数印错", "prose": "文字中一个数印错", "all": "合计"}
    rows = [(names[k], str(s), f"{s.ratio:.1%}", interval(s)) for k, s in detection_shares(detections).items()]
    clean = [d for d in detections if not d.mistakes]
    false = sum(d.false for d in clean)
    note = f"<p>没有种错的 {len(clean)} 份文件中，误报的错误 {false} 处。</p>"
    return plain_table(("种类", "找出", "比例", "95% 置信区间"), rows) + note
