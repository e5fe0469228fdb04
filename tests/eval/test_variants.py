"""The plain pipeline, and the product with a part taken out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from eval.baseline import PlainPipeline, best_figure
from eval.full import Measured, sections, to_json
from eval.generate.__main__ import CASES, SAMPLE
from eval.places import AS_SEARCH, PlaceScore
from eval.report import page
from eval.score import judge
from eval.statistics import Share
from eval.summary import judge_all, summarize
from eval.variants import VARIANTS, Material, run_variant
from indexer.embedding import load_embedding
from indexer.settings import Settings

PASSAGES = [
    ("甲", 3, "“三公”经费预算 9.80 万元，其中：公务接待费 1.00 万元"),
    ("甲", 4, "单位：元\n2080501 行政单位离退休 1,097,191"),
]


@pytest.mark.parametrize(
    ("question", "value", "unit", "where"),
    [
        ("公务接待费多少", "1.00", "万元", 3),
        ("三公经费预算多少", "9.80", "万元", 3),
        ("行政单位离退休多少", "1097191", "元", 4),
    ],
)
def test_the_plain_pipeline_takes_the_figure_beside_the_likest_words(
    question: str, value: str, unit: str, where: int
) -> None:
    found = best_figure(question, PASSAGES)
    assert found is not None
    assert (found[0]["value"], found[0]["unit"], found[3]) == (value, unit, where)
    assert best_figure(question, [("甲", 1, "没有数")]) is None


def test_the_plain_pipeline_answers_from_pdfs_alone_and_takes_a_language_model() -> None:
    embedding = load_embedding(Settings())
    assert embedding is not None
    prompts: list[str] = []

    def model(prompt: str) -> str:
        prompts.append(prompt)
        return "三公经费预算合计41.80万元" if "三公" in prompt else "未找到"

    pdf = SAMPLE / "望溪市交通运输局-2024年部门预算.pdf"
    case = {"id": "q", "kind": "lookup", "question": "三公经费多少"}
    plain = PlainPipeline([pdf], embedding).answer(case)
    assert plain["citations"][0]["document"] == pdf.stem
    assert not plain["values"] or not plain["values"][0]["verified"]
    told = PlainPipeline([pdf], embedding, model).answer(case)
    expect = {"numbers": [{"value": "41.80", "unit": "万元"}]}
    assert judge(case | {"expect": expect}, told).ok
    assert "三公经费多少" in prompts[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_answers_every_case(name: str, sample_settings: Settings) -> None:
    cases = [json.loads(line) for line in (CASES / "sample.jsonl").read_text("utf-8").splitlines()][:12]
    material = Material(tuple(cases), sample_settings, tuple(sorted(SAMPLE.glob("*.pdf"))))
    answers = run_variant(name, material)
    assert [a["id"] for a in answers] == [c["id"] for c in cases]
    assert not any(a.get("error") for a in answers)
    right = sum(j.ok for j in judge_all(cases, answers))
    asked_plainly = not name.startswith(("不用词汇表", "普通流程"))
    assert right == len(cases) if asked_plainly else right < len(cases)


def answer(value: str, verified: bool = True) -> dict[str, Any]:
    return {"id": "q", "status": "verified", "values": [{"value": value, "unit": "万元", "verified": verified}]}


def test_the_full_report_sets_the_variants_beside_each_other() -> None:
    numbers = [{"value": "9.80", "unit": "万元"}]
    cases = [{"id": "q", "kind": "lookup", "question": "三公？", "doc": ["甲"], "expect": {"numbers": numbers}}]
    measured = Measured(
        {name: [answer("9.80" if name == "完整" else "1.00")] for name in VARIANTS},
        {AS_SEARCH: PlaceScore((1, 0), ("三公？",))},
        {"甲": Share(9, 10)},
        (),
        (),
    )
    found = to_json(measured, cases)
    assert found["variants"]["完整"]["accuracy"] == 1.0
    assert found["variants"]["不复核"]["false_verified"] == 1
    assert found["table_cells"]["all"] == "9/10"
    given = list(measured.answers["完整"])
    judged = judge_all(cases, given)
    text = page(cases, given, judged, summarize(cases, given, judged), {}, sections(measured, cases))
    for word in ("普通流程（LlamaIndex）", "+0 −1", "recall@5", "0.500（0.000—1.000）", "9/10"):
        assert word in text
    assert "<script" not in text
