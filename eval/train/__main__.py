"""`python -m eval.train`: trains the shipped model; `--measure` compares ways of doing it on held-out questions."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from eval.train import compare, shipped

_MODEL = Path(__file__).parents[2] / "data" / "model"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.train", description="训练随软件提供的向量模型")
    parser.add_argument("--out", type=Path, default=_MODEL, help="写到哪个文件夹（默认 data/model）")
    parser.add_argument("--measure", action="store_true", help="只比较各种做法，不写模型")
    parser.add_argument("--transformer", action="store_true", help="比较时加上一个小的 Transformer（约一刻钟）")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    if options.measure:
        print(compare.table(options.transformer))
    else:
        print(shipped.build(options.out))
    print(f"{time.perf_counter() - started:.0f} 秒", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
