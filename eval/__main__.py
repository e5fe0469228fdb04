"""`python -m eval run|score|compare|places|bench|full`: answer and score cases, score answers, compare two
runs, measure retrieval, measure speed, measure everything."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eval.cases_file import read_cases, read_lines
from eval.compare import compare, comparison_json, comparison_lines, read_run
from eval.environment import environment
from eval.report import write_report
from eval.run import answer_in_processes, workers_for
from eval.summary import Summary, judge_all, summarize, summary_json
from indexer.errors import UsageError, YusuanError
from indexer.settings import Settings

OK, FAILED, WRONG_CALL = 0, 1, 2
_ROOT = Path(__file__).parents[1]
_SAMPLE = _ROOT / "data" / "sample"
_GROWTH, _KINDS_OF = "1,10,100,1000", 24
_CASES = _ROOT / "eval" / "cases" / "sample.jsonl"


def main(argv: Sequence[str] | None = None) -> int:
    """Exit status: 0 all done, 1 a case could not be answered or `--fail-under` was missed, 2 the call is wrong."""
    options = _parser().parse_args(argv)
    try:
        return int(options.command(options))
    except UsageError as error:
        print(f"错误：{error}", file=sys.stderr)
        return WRONG_CALL
    except YusuanError as error:
        print(f"错误：{error}", file=sys.stderr)
        return FAILED


@dataclass(frozen=True, slots=True)
class _Percent:
    """A share from 0 to 100 on the command line."""

    def __call__(self, text: str) -> float:
        value = float(text.rstrip("%"))
        if not 0 <= value <= 100:
            raise argparse.ArgumentTypeError("应为 0 到 100 的百分数")
        return value / 100


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description="评测问答")
    commands = parser.add_subparsers(required=True, metavar="run|score|compare|places|bench|load|full")
    limit: dict[str, Any] = {
        "type": _Percent(),
        "metavar": "百分数",
        "help": "正确率低于它、或有误报已核实时，退出状态为 1",
    }
    run = commands.add_parser("run", help="回答并评分，写出报告文件夹")
    run.add_argument("cases", type=Path, metavar="CASES", help="问题文件：JSONL，或表头为“编号、问题、答案…”的 CSV")
    run.add_argument("--store", type=Path, metavar="DIR", help="库目录")
    run.add_argument("--out", type=Path, metavar="DIR", help="报告文件夹（默认 reports/时间）")
    run.add_argument("--workers", type=int, default=0, metavar="N", help="进程数（默认按问题多少）")
    run.add_argument("--fail-under", **limit)
    run.set_defaults(command=_run)
    score = commands.add_parser("score", help="只给已有的答案评分")
    score.add_argument("cases", type=Path, metavar="CASES")
    score.add_argument("answers", type=Path, metavar="ANSWERS")
    score.add_argument("--out", type=Path, metavar="DIR", help="也写出报告文件夹")
    score.add_argument("--fail-under", **limit)
    score.set_defaults(command=_score)
    places = commands.add_parser("places", help="比较各种检索方式找到答案所在段落的比率")
    places.add_argument("cases", type=Path, metavar="CASES.jsonl", help="问题和答案所在的页；问答用例也可以")
    places.add_argument("--store", type=Path, metavar="DIR", help="库目录")
    places.set_defaults(command=_places)
    differ = commands.add_parser("compare", help="比较两次评测：哪些变好、哪些变差，差别是否偶然")
    differ.add_argument("old", type=Path, metavar="A", help="报告文件夹")
    differ.add_argument("new", type=Path, metavar="B", help="报告文件夹")
    differ.set_defaults(command=_compare)
    full = commands.add_parser("full", help="生成评测语料，测量全部指标，写出报告文件夹（约三分钟）")
    full.add_argument("--out", type=Path, metavar="DIR", help="报告文件夹（默认 reports/时间）")
    full.add_argument("--fail-under", **limit)
    full.set_defaults(command=_full)
    bench = commands.add_parser("bench", help="测量建库和回答的速度")
    bench.add_argument("paths", type=Path, nargs="*", metavar="PDF", help="读哪些文件（默认为自带示例）")
    bench.add_argument("--store", type=Path, metavar="DIR", help="库目录；没有时只测读文件")
    bench.add_argument("--cases", type=Path, default=_CASES, metavar="CASES.jsonl")
    bench.add_argument("--documents", metavar="1,10,100,1000", help="只测整库：增长到这些文件数时的速度、大小和内存")
    bench.add_argument("--chunks", metavar="1000,10000", help="只测检索：库增长到这些段数时的速度和大小")
    bench.add_argument(
        "--kinds", action="store_true", help="以 --documents 的份数比较 SQLite 和 PostgreSQL、内嵌和独立的 Chroma"
    )
    bench.add_argument(
        "--page",
        type=Path,
        metavar="docs/performance.md",
        help="测全部（读文件、整库增长、各种数据库），把表和曲线写进这一页（约十分钟）",
    )
    bench.add_argument("--without-chroma", action="store_true", help="与 --chunks 同用：不填向量库，建库快得多")
    bench.set_defaults(command=_bench)
    many = commands.add_parser("load", help="许多人同时向正在运行的网页提问")
    many.add_argument("urls", nargs="+", metavar="http://127.0.0.1:7860", help="几个进程同服务一个库时，把地址都列上")
    many.add_argument("--people", type=int, default=50)
    many.add_argument("--seconds", type=float, default=300.0)
    many.add_argument("--pause", type=float, default=5.0, help="每人看答案的平均秒数；0 表示不停地问")
    many.add_argument("--cases", type=Path, default=_CASES, metavar="CASES.jsonl")
    many.set_defaults(command=_load)
    return parser


def _run(options: argparse.Namespace) -> int:
    from tqdm import tqdm  # type: ignore[import-untyped]

    cases = read_cases(options.cases)
    settings = Settings.from_environment().at(options.store)
    answering = answer_in_processes(cases, settings, workers_for(len(cases), options.workers))
    answers = list(tqdm(answering, total=len(cases), desc="回答", unit="题", disable=None))
    return _finish(cases, answers, settings, options, options.out or _new_folder())


def _new_folder() -> Path:
    return _ROOT / "reports" / datetime.now().strftime("%Y%m%d-%H%M%S")


def _score(options: argparse.Namespace) -> int:
    settings = Settings.from_environment()
    return _finish(read_cases(options.cases), read_lines(options.answers), settings, options, options.out)


def _finish(
    cases: list[dict[str, Any]],
    answers: list[dict[str, Any]],
    settings: Settings,
    options: argparse.Namespace,
    out: Path | None,
    sections: Sequence[tuple[str, str]] = (),
    more: dict[str, Any] | None = None,
) -> int:
    judgements = judge_all(cases, answers)
    summary = summarize(cases, answers, judgements)
    if out is not None:
        write_report(out, cases, answers, judgements, summary, environment(settings, options.cases), sections, more)
        print(f"报告：{out / 'report.html'}", file=sys.stderr)
    print(json.dumps({**summary_json(summary), **(more or {})}, ensure_ascii=False))
    for judgement in judgements:
        if not judgement.ok:
            mark = "【误报已核实】" if judgement.false_verified else ""
            print(f"{judgement.id} {mark}{judgement.reason}", file=sys.stderr)
    return FAILED if summary.errors or _missed(summary, options.fail_under) else OK


def _missed(summary: Summary, least: float | None) -> bool:
    return least is not None and (summary.total.ratio < least or summary.false_verified.right > 0)


def _compare(options: argparse.Namespace) -> int:
    comparison = compare(read_run(options.old), read_run(options.new))
    print(json.dumps(comparison_json(comparison), ensure_ascii=False))
    print("\n".join(comparison_lines(comparison)), file=sys.stderr)
    return OK


def _full(options: argparse.Namespace) -> int:
    from eval.full import WHOLE, measure, prepare, sections, to_json

    settings = Settings.from_environment()
    with TemporaryDirectory() as folder:
        material = prepare(Path(folder), settings)
        measured = measure(material, Path(folder), lambda name: print(name, file=sys.stderr, flush=True))
    answers, cases = [dict(a) for a in measured.answers[WHOLE]], [dict(c) for c in material.cases]
    more = to_json(measured, cases)
    options.cases = Path("eval/cases")
    return _finish(cases, answers, settings, options, options.out or _new_folder(), sections(measured, cases), more)


def _places(options: argparse.Namespace) -> int:
    from eval.places import AS_SEARCH, measure, places_table, read_places
    from indexer.store import Store

    cases = read_places(options.cases)
    settings = Settings.from_environment().at(options.store)
    with Store.open(settings.store, settings=settings, create=False) as store:
        scores = measure(store, cases)
    print(places_table(scores))
    for question in scores[AS_SEARCH].missed:
        print(f"前五段中没有：{question}", file=sys.stderr)
    return OK


def _bench(options: argparse.Namespace) -> int:
    from eval.bench import bench_answers, bench_reading
    from eval.scale import bench_search
    from indexer.pipeline import find_pdfs

    settings = Settings.from_environment().at(options.store)
    paths = [pdf for path in options.paths or [_SAMPLE] for pdf in find_pdfs(path)]
    if options.page:
        from eval.performance import measure, write

        parts = measure(paths, _sizes(options.documents or _GROWTH), _KINDS_OF, settings)
        write(options.page, parts)
        print(f"已写入 {options.page}", file=sys.stderr)
        return OK
    if options.documents:
        from eval.growth import bench_growth, bench_kinds

        sizes = _sizes(options.documents)
        if options.kinds and not (settings.database_url and settings.chroma_url and len(sizes) == 1):
            raise UsageError("--kinds 要设 YUSUAN_DATABASE_URL 和 YUSUAN_CHROMA_URL，--documents 只给一个数")
        rows = bench_kinds(paths, sizes[0], settings) if options.kinds else bench_growth(paths, sizes, settings)
        print(json.dumps({"environment": environment(settings), "growth": rows}, ensure_ascii=False, indent=1))
        return OK
    if options.chunks:
        rows = bench_search(paths, _sizes(options.chunks), settings, not options.without_chroma)
        print(json.dumps({"environment": environment(settings), "search": rows}, ensure_ascii=False, indent=1))
        return OK
    result: dict[str, Any] = {"environment": environment(settings), "reading": bench_reading(paths, settings)}
    if options.store is not None:
        from indexer.store import Store
        from retriever.engine import Engine

        with Store.open(settings.store, settings=settings, create=False) as store:
            result["answers"] = bench_answers(read_cases(options.cases), store, Engine(store))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    return OK


def _load(options: argparse.Namespace) -> int:
    from eval.load import load

    questions = [case["question"] for case in read_cases(options.cases) if "question" in case]
    seen = load(options.urls, questions, options.people, options.seconds, options.pause)
    print(json.dumps(seen, ensure_ascii=False, indent=1))
    return OK if set(seen["outcomes"]) == {"ok"} else FAILED


def _sizes(text: str) -> tuple[int, ...]:
    sizes = [part.strip() for part in text.split(",")]
    if not all(size.isdigit() and int(size) > 0 for size in sizes):
        raise UsageError(f"--documents、--chunks 应为逗号分隔的正整数，现为“{text}”")
    return tuple(map(int, sizes))


if __name__ == "__main__":
    sys.exit(main())
