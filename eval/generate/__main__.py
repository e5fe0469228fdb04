"""`python -m eval.generate`: draw the bundled sample and write its ground truth."""

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


def main(argv: list[str] | None = None) -> int:
    """Exit status 0 when every document was written, 2 when the call is wrong."""
    parser = argparse.ArgumentParser(prog="python -m eval.generate", description="生成示例文件及其标准答案")
    parser.add_argument("--out", type=Path, default=_ROOT / "data" / "sample", help="PDF 的目录")
    parser.add_argument(
        "--truth", type=Path, default=_ROOT / "tests" / "sample" / "golden", help="标准表格与数字（JSON）的目录"
    )
    parser.add_argument("--cases", type=Path, default=_ROOT / "eval" / "cases" / "sample.jsonl", help="问题与标准答案")
    parser.add_argument("--font", help="字体文件（默认：系统中的文泉驿微米黑）")
    parser.add_argument("--only", action="append", help="只生成这些短编号，可重复")
    options = parser.parse_args(argv)
    try:
        font = find_font(options.font)
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    for folder in (options.out, options.truth):
        folder.mkdir(parents=True, exist_ok=True)
    for source in all_sources():
        if options.only and source.short not in options.only:
            continue
        target = options.out / f"{source.document.id}.pdf"
        places = render(source.document, target, font)
        write_truth(truth_of(source, places), options.truth / f"{source.document.id}.truth.json")
        print(f"{target.name}：{places.pages} 页，{target.stat().st_size // 1024} KB", file=sys.stderr)
    options.cases.write_text(case_lines(load("questions.yaml"), load_truths(options.truth)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
