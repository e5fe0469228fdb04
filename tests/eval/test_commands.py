"""`python -m eval`: reports, exit statuses, wrong calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.cases_file import read_cases
from eval.report import page
from eval.run import answer_cases
from eval.statistics import percentile
from eval.summary import judge_all, summarize
from indexer.errors import StoreError, UsageError
from retriever.types import Answer, Citation, Question, Status, Value

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
RIGHT = Value("“三公”经费合计", "9.80", "万元", "甲局", 2024, "预算", True)
PLACE = Citation("甲局-2024年部门预算", "甲局", 2024, "预算", "", "三公表", "合计", "预算数", 3, None, "9.80")


class FakeEngine:
    """Knows one figure; fails where it is told to."""

    def ask(self, question: Question) -> Answer:
        if "坏" in question.text:
            raise StoreError("库打不开")
        if "漏洞" in question.text:
            raise KeyError("unit")
        if "三公" in question.text or "那" in question.text:
            text = f"9.80万元 <b>{question.text}</b>"
            return Answer(question.text, Status.VERIFIED, text, (RIGHT,), (), (PLACE,), timings_ms=(("total", 5.0),))
        return Answer(question.text, Status.NOT_FOUND, "未找到", timings_ms=(("total", 1.0),))


def case(number: int, question: str, value: str | None = "9.80", **more: Any) -> dict[str, Any]:
    figures = [{"value": value, "unit": "万元"}] if value else []
    expect = {"numbers": figures, "contains": [], "any": [], "forbid": [], "abstain": value is None}
    document = "甲局-2024年部门预算"
    pages = {document: [3]} if value else {}
    return {
        "id": f"q{number}",
        "kind": "lookup",
        "question": question,
        "doc": [document],
        "page": pages,
        "expect": expect,
        **more,
    }


CASES = [
    case(1, "三公经费多少"),
    case(2, "三公经费<script>alert(1)</script>", "9.90"),
    case(3, "天气", None),
    case(4, "？", turns=["三公经费", "那接待呢"]),
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    cases, answers = tmp_path / "cases.jsonl", tmp_path / "answers.jsonl"
    given = answer_cases(CASES, FakeEngine())  # type: ignore[arg-type]
    for path, lines in ((cases, CASES), (answers, given)):
        path.write_text("".join(json.dumps(x, ensure_ascii=False) + "\n" for x in lines), encoding="utf-8")
    return cases, answers


def test_answers_keep_order_and_ids_and_carry_failures() -> None:
    cases = [*CASES, case(5, "坏问题"), case(6, "漏洞")]
    lines = list(answer_cases(cases, FakeEngine()))  # type: ignore[arg-type]
    assert [x["id"] for x in lines] == ["q1", "q2", "q3", "q4", "q5", "q6"]
    assert lines[5]["error"] == "KeyError: 'unit'"
    assert lines[4] == {"id": "q5", "status": "error", "error": "库打不开"}
    assert lines[3]["question"] == "那接待呢"


def test_summary_counts_by_kind_status_and_document() -> None:
    answers = list(answer_cases(CASES, FakeEngine()))  # type: ignore[arg-type]
    summary = summarize(CASES, answers, judge_all(CASES, answers))
    assert (str(summary.total), str(summary.false_verified), str(summary.cited)) == ("3/4", "1/3", "2/2")
    assert {k: str(v) for k, v in summary.by_status.items()} == {"not_found": "1/1", "verified": "2/3"}
    assert {k: str(v) for k, v in summary.by_document.items()} == {"甲局-2024年部门预算": "3/4"}
    assert (summary.p50_ms, summary.p95_ms) == (5.0, 5.0)


def test_a_missing_answer_is_wrong() -> None:
    (judgement,) = judge_all(CASES[:1], [])
    assert not judgement.ok


@pytest.mark.parametrize(
    ("times", "share", "value"), [([], 0.5, None), ([3.0], 0.95, 3.0), ([1.0, 2.0, 9.0], 0.5, 2.0)]
)
def test_percentile(times: list[float], share: float, value: float | None) -> None:
    assert percentile(times, share) == value


def test_score_writes_a_report_that_a_browser_can_show_alone(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "report"
    assert main(["score", *map(str, files), "--out", str(out)]) == 0
    assert {p.name for p in out.iterdir()} == {"report.html", "report.json", "answers.jsonl"}
    data = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert data["summary"]["right"] == 3
    assert {"提交", "提取版本", "Python", "设置 store"} <= set(data["environment"])
    html = (out / "report.html").read_text(encoding="utf-8")
    assert "误报已核实" in html
    assert "应为 9.90万元" in html
    assert "<script" not in html
    assert "src=" not in html
    assert "http" not in html
    assert "$" not in html


def test_the_report_hides_keys(files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("KEY", "secret-key"), ("BASE_URL", "http://model.example"), ("MODEL", "m")):
        monkeypatch.setenv(f"YUSUAN_LLM_{name}", value)
    main(["score", *map(str, files), "--out", str(tmp_path / "r")])
    text = "".join(p.read_text(encoding="utf-8") for p in (tmp_path / "r").iterdir())
    assert "secret-key" not in text
    assert "model.example" not in text


@pytest.mark.parametrize(("least", "status"), [("100", 1), ("75", 1), (None, 0)])
def test_fail_under_also_refuses_false_verified(files: tuple[Path, Path], least: str | None, status: int) -> None:
    assert main(["score", *map(str, files), *(["--fail-under", least] if least else [])]) == status


def test_fail_under_passes_a_good_run(tmp_path: Path, files: tuple[Path, Path]) -> None:
    cases = tmp_path / "two.jsonl"
    cases.write_text(
        "".join(json.dumps(c, ensure_ascii=False) + "\n" for c in CASES if c["id"] != "q2"), encoding="utf-8"
    )
    assert main(["score", str(cases), str(files[1]), "--fail-under", "90%"]) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("不是 JSON", "第 1 行"),
        ("[1]", "不是 JSON 对象"),
        ('{"id": "a"}', "缺少"),
        ("", "没有问题"),
        ('{"id":"a","kind":"k","question":"？","expect":{}}\n' * 2, "重复"),
    ],
)
def test_files_that_are_no_cases_are_a_wrong_call(
    text: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError):
        read_cases(path)
    assert main(["score", str(path), str(path)]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("call", [["score", "none.jsonl", "none.jsonl"], ["run", "none.jsonl"]])
def test_a_file_that_is_not_there_is_a_wrong_call(call: list[str]) -> None:
    assert main(call) == 2


@pytest.mark.parametrize("call", [[], ["walk"], ["score"], ["score", "a", "b", "--fail-under", "200"]])
def test_wrong_arguments_exit_with_2(call: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(call)
    assert stopped.value.code == 2


def test_a_page_of_a_perfect_run_says_so() -> None:
    cases = CASES[:1]
    answers = list(answer_cases(cases, FakeEngine()))  # type: ignore[arg-type]
    judgements = judge_all(cases, answers)
    assert "没有答错的问题" in page(cases, answers, judgements, summarize(cases, answers, judgements), {})


@pytest.mark.slow
@pytest.mark.parametrize("more", [[], ["--without-chroma"]])
def test_search_is_measured_while_the_store_grows(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    pdf = str(SAMPLE / "望溪市水务局-2022年部门预算.pdf")
    assert main(["bench", pdf, "--chunks", "30,90", *more]) == 0
    small, large = json.loads(capsys.readouterr().out)["search"]
    assert (small["chunks"] >= 30, large["chunks"] >= 90, large["documents"] > small["documents"]) == (True,) * 3
    assert {"plain", "filters", "named", "exact", "sql_mb", "chroma_mb"} <= set(large)
    assert (large["chroma_mb"] > 0) != bool(more)
    assert main(["bench", "--chunks", "many"]) == 2


def test_copies_speak_of_other_departments_and_have_other_figures() -> None:
    from eval.grow import grown
    from indexer.pipeline import read_content
    from indexer.settings import Settings

    original = read_content(SAMPLE / "望溪市水务局-2022年部门预算.pdf", Settings())
    copies = list(grown([original], 150))
    assert sum(len(copy.chunks) for copy in copies) == 150
    ids = [chunk.id for copy in copies for chunk in copy.chunks]
    assert len(set(ids)) == len(ids)
    assert "望溪市水务局" not in "".join(chunk.text for copy in copies for chunk in copy.chunks)
    assert copies == list(grown([original], 150))
