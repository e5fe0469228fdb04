"""`python -m retriever "问题"`: one answer; `--batch` answers a file of questions."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TextIO

from indexer.errors import UsageError, YusuanError
from indexer.settings import Settings
from indexer.store import Store
from retriever.contract import answer_to_json, question_from_json
from retriever.engine import Engine
from retriever.llm import assistant
from retriever.types import Question


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m retriever", description="回答关于已入库预算、决算文件的问题")
    parser.add_argument("question", nargs="?", help="一个问题")
    parser.add_argument("--json", action="store_true", help="输出答案对象（JSON）")
    parser.add_argument("--batch", metavar="IN.jsonl", help="逐行回答一个文件里的问题")
    parser.add_argument("--store", metavar="DIR", help="库目录")
    return parser


def _lines(path: str) -> Iterator[str]:
    with nullcontext(sys.stdin) if path == "-" else open(path, encoding="utf-8") as source:
        yield from (line for line in source if line.strip())


def _answer_line(engine: Engine, line: str) -> dict[str, Any]:
    """One answer object; a line that cannot be answered says so and keeps its id."""
    identity = ""
    try:
        raw = json.loads(line)
        if not isinstance(raw, dict):
            raise UsageError("每一行应为一个 JSON 对象")
        identity = str(raw.get("id", ""))
        return answer_to_json(engine.ask(question_from_json(raw)))
    except (json.JSONDecodeError, YusuanError) as error:
        return {"id": identity, "status": "error", "error": str(error)}


def batch(engine: Engine, lines: Iterable[str], out: TextIO) -> int:
    """Answer line by line, in order. Returns 1 when any line failed."""
    failed = 0
    for line in lines:
        answer = _answer_line(engine, line)
        failed |= answer["status"] == "error"
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()
    return int(failed)


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 all answered, 1 some line failed, 2 the call is wrong."""
    options = _parser().parse_args(arguments)
    if (options.question is None) == (options.batch is None):
        print("请给出一个问题，或用 --batch 给出问题文件", file=sys.stderr)
        return 2
    try:
        settings = Settings.from_environment().at(Path(options.store) if options.store else None)
        with Store.open(settings.store, settings=settings, create=False) as store:
            engine = Engine(store, assistant(settings))
            if options.batch is not None:
                return batch(engine, _lines(options.batch), sys.stdout)
            answer = engine.ask(Question(options.question))
    except FileNotFoundError as error:
        print(f"找不到文件：{error.filename}", file=sys.stderr)
        return 2
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except YusuanError as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(answer_to_json(answer), ensure_ascii=False) if options.json else answer.text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
