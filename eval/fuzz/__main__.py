"""`python -m eval.fuzz`: broken and hostile PDFs, each of which has to end in a named problem or a document."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from eval.fuzz.run import make, run
from indexer.settings import ROOT, Settings


def main(argv: list[str] | None = None) -> int:
    """Exit status 0 when nothing happened that must not."""
    parser = argparse.ArgumentParser(prog="python -m eval.fuzz", description="用损坏的和恶意的 PDF 测试读取")
    parser.add_argument("bases", nargs="*", type=Path, metavar="PDF", help="用来改坏的文件（默认为自带示例）")
    parser.add_argument("--count", type=int, default=1000, help="文件数")
    parser.add_argument("--seed", type=int, default=0, help="同样的种子得到同样的文件")
    parser.add_argument("--only", default="", metavar="WORD", help="只用名称含此字样的改法")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="把文件写在这里，并且保留")
    parser.add_argument("--seconds", type=int, default=60, help="每份文件的上限")
    parser.add_argument("--page-seconds", type=int, default=20, help="每页的上限")
    options = parser.parse_args(argv)
    bases = options.bases or sorted((ROOT / "data" / "sample").glob("*.pdf"))
    limits = replace(Settings.from_environment(), max_seconds=options.seconds, max_page_seconds=options.page_seconds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = make(options.keep or folder / "in", bases, options.count, options.seed)
        outcome = run([f for f in files if options.only in f.stem], folder, limits)
    print(
        json.dumps(
            {
                "files": outcome.files,
                "seconds": round(outcome.seconds, 1),
                "slowest": {"document": outcome.slowest[1], "seconds": round(outcome.slowest[0], 1)},
                "most_memory_mb": outcome.most_memory_mb,
                "outcomes": {name: dict(counts.most_common()) for name, counts in sorted(outcome.kinds.items())},
                "wrong": outcome.wrong,
            },
            ensure_ascii=False,
            indent=1,
        )
    )
    return int(bool(outcome.wrong))


if __name__ == "__main__":
    sys.exit(main())
