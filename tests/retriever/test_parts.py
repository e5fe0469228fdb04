"""Arithmetic, rank fusion, the contract's shapes, the command line, LlamaIndex."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from indexer.errors import AnswerError, UnitError, UsageError
from indexer.store import Store
from indexer.types import DocumentInfo
from retriever import compute
from retriever.contract import answer_to_json, question_from_json
from retriever.engine import Engine
from retriever.evidence import Figure
from retriever.ranking import fuse, nearest
from retriever.types import Question

INFO = DocumentInfo(id="d", title="", department="甲局", year=2023, doc_type=None, scope=None)


def figure(value: str, unit: str, places: int = 2) -> Figure:
    return Figure("项", INFO, 2023, "预算", Decimal(value), unit, places)


def test_sums_in_mixed_units_are_exact_in_the_smaller_unit() -> None:
    total = compute.total((figure("1.25", "万元"), figure("300", "元", 0)), "合计")
    assert (total.value, total.unit) == (Decimal("12800"), "元")


def test_shares_and_rates_keep_the_exact_figure_and_refuse_a_nought_base() -> None:
    share = compute.share(figure("1", "万元"), figure("3", "万元"), "")
    assert share is not None
    assert abs(share.value - Decimal(100) / 3) < Decimal("1e-20")
    assert "33.33%" in share.expression
    assert compute.share(figure("1", "万元"), figure("0", "万元"), "") is None
    assert compute.growth(figure("1", "万元"), figure("0", "万元"), "") is None


def test_figures_without_a_common_unit_are_not_computed() -> None:
    with pytest.raises(UnitError):
        compute.total((figure("1", "万元"), figure("2", "")), "")
    with pytest.raises(UnitError):
        compute.difference(figure("1", "辆"), figure("2", "万元"), "")


def test_fusion_is_by_rank_and_stable() -> None:
    assert [i for i, _ in fuse((("a", "b"), 1.0), (("b", "c"), 0.5))][:1] == ["b"]
    assert fuse((("a", "b"), 1.0), (("b", "a"), 1.0)) == fuse((("b", "a"), 1.0), (("a", "b"), 1.0))
    assert fuse(((), 1.0)) == ()


def test_search_finds_a_table_by_citizens_words(sample_store: Store) -> None:
    hits = nearest(sample_store, "石家庄市科协公务接待费", limit=5)
    assert len(hits) == 5
    chunks = sample_store.chunks([h.id for h in hits[:3]])
    assert any("接待" in chunk.text for chunk in chunks)


def test_questions_without_text_are_refused_by_name() -> None:
    for line in ({}, {"question": " "}, {"turns": []}, {"turns": [1]}, {"question": "a", "filters": 3}):
        with pytest.raises(UsageError):
            question_from_json(line)


def test_an_answer_has_the_contracts_shape(engine: Engine) -> None:
    answer = answer_to_json(engine.ask(Question("市科协三公经费多少", id="q1")))
    assert {"id", "question", "status", "text", "values", "verification", "citations", "timings_ms"} <= set(answer)
    assert set(answer["values"][0]) == {"label", "value", "unit", "department", "year", "doc_type", "verified"}
    assert set(answer["verification"][0]) == {"claim", "method", "expression", "agrees", "facts"}
    keys = {"document", "department", "year", "doc_type", "section", "table", "row", "column", "page", "bbox", "text"}
    assert set(answer["citations"][0]) == keys
    assert isinstance(answer["values"][0]["value"], str)
    assert {"understand", "compute", "verify", "total"} <= set(answer["timings_ms"])
    json.dumps(answer)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "retriever", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_a_batch_answers_every_line_in_order_and_keeps_failed_ids(sample_path: Path, tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "question": "市科协三公经费多少"}',
        '{"id": "b"}',
        "not json",
        '{"id": "d", "turns": ["市科协三公经费多少", "换算成元"]}',
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), "utf-8")
    done = run("--store", str(sample_path), "--batch", str(tmp_path / "in.jsonl"))
    assert done.returncode == 1
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["id"] for a in answers] == ["a", "b", "", "d"]
    assert answers[0]["values"][0]["value"] == "9.80"
    assert answers[1]["status"] == answers[2]["status"] == "error"
    assert answers[3]["values"][0]["value"] == "98000"


def test_a_mistake_of_the_program_costs_one_question(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(sample_store)
    monkeypatch.setattr("retriever.engine.draft_answer", lambda *_: {}["missing"])
    with pytest.raises(AnswerError, match="程序出错") as caught:
        engine.ask(Question("市科协三公经费多少"))
    assert isinstance(caught.value.__cause__, KeyError)


def test_one_question_is_answered_as_a_person_reads_it(sample_path: Path) -> None:
    done = run("--store", str(sample_path), "市科协三公经费多少")
    assert done.returncode == 0
    assert "9.80万元" in done.stdout


def test_wrong_calls_say_so(sample_path: Path, tmp_path: Path) -> None:
    assert run("--store", str(sample_path)).returncode == 2
    assert run("--store", str(sample_path), "--batch", str(tmp_path / "none.jsonl")).returncode == 2
    missing = run("--store", str(tmp_path / "nothing"), "三公经费多少")
    assert missing.returncode in (1, 2)
    assert missing.stderr.strip()
    assert "Traceback" not in missing.stderr


def test_one_question_needs_neither_torch_nor_chroma_nor_llama_index(sample_path: Path) -> None:
    script = (
        "import sys; from retriever.__main__ import main; "
        f"main(['--store', {str(sample_path)!r}, '市科协三公经费多少']); "
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'torch', 'chromadb', 'llama_index', 'transformers'}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_another_llamaindex_program_mounts_both(sample_store: Store) -> None:
    from retriever.llama import YusuanQueryEngine, YusuanRetriever

    response = YusuanQueryEngine.over(sample_store).query("市科协三公经费多少")
    assert "9.80万元" in str(response)
    assert response.metadata is not None
    assert response.metadata["status"] == "verified"
    nodes = YusuanRetriever(sample_store, 5).retrieve("公务接待费")
    assert len(nodes) == 5
    assert nodes[0].node.metadata["document"]
