"""`python -m eval.generate`: draw the bundled sample and write its ground truth and cases.

With `--evaluation DIR` it draws the larger evaluation corpus into a folder instead, with the truths beside the PDFs.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from eval.generate.build import all_sources, load
from eval.generate.cases import case_lines, load_truths
from eval.generate.fonts import find_font
from eval.generate.render import render
from eval.generate.truth import truth_of, write_truth
from indexer.errors import UsageError

_ROOT = Path(__file__).parents[2]
SAMPLE = _ROOT / "data" / "sample"
GOLDEN = _ROOT / "tests" / "sample" / "golden"
CASES = _ROOT / "eval" / "cases"


def draw(collection: str, out: Path, truth: Path, font: str | None = None, only: list[str] | None = None) -> None:
    """A collection's PDFs with their truths. Raises UsageError without the font."""
    file = find_font(font)
    for folder in (out, truth):
        folder.mkdir(parents=True, exist_ok=True)
    for source in all_sources(collection):
        if only and source.short not in only:
            continue
        target = out / f"{source.document.id}.pdf"
        places = render(source.document, target, file)
        write_truth(truth_of(source, places), truth / f"{source.document.id}.truth.json")
        print(f"{target.name}：{places.pages} 页，{target.stat().st_size // 1024} KB", file=sys.stderr)


def draw_evaluation(out: Path, font: str | None = None) -> str:
    """The evaluation corpus, truths beside the PDFs; returns its case lines. Raises UsageError without the font."""
    draw("evaluation", out, out, font)
    return case_lines(load("evaluation_questions.yaml"), {**load_truths(GOLDEN), **load_truths(out)})


def main(argv: list[str] | None = None) -> int:
    """Exit status 0 when every document was written, 2 when the call is wrong."""
    parser = argparse.ArgumentParser(prog="python -m eval.generate", description="生成示例文件及其标准答案")
    parser.add_argument("--out", type=Path, default=SAMPLE, help="PDF 的目录")
    parser.add_argument("--truth", type=Path, default=GOLDEN, help="标准表格与数字（JSON）的目录")
    parser.add_argument("--cases", type=Path, default=CASES / "sample.jsonl", help="问题与标准答案")
    parser.add_argument("--evaluation", type=Path, metavar="DIR", help="改为生成评测语料，并更新它的问题文件")
    parser.add_argument("--evaluation-cases", type=Path, default=CASES / "evaluation.jsonl", help="评测语料的问题文件")
    parser.add_argument("--font", help="字体文件（默认：系统中的文泉驿微米黑）")
    parser.add_argument("--only", action="append", help="只生成这些短编号，可重复")
    options = parser.parse_args(argv)
    try:
        if options.evaluation is not None:
            options.evaluation_cases.write_text(draw_evaluation(options.evaluation, options.font), encoding="utf-8")
            return 0
        draw("departments", options.out, options.truth, options.font, options.only)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    options.cases.write_text(case_lines(load("questions.yaml"), load_truths(options.truth)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
