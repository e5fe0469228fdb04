"""`python -m retriever "问题"`: one answer; `--batch` answers a file of questions; `--search` finds passages."""

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
from indexer.types import DocType, TableKind
from retriever.contract import answer_to_json, question_from_json
from retriever.engine import Engine
from retriever.library import Library
from retriever.llm import assistant
from retriever.search import search
from retriever.search_output import page_to_json, page_to_text
from retriever.search_types import PROSE, SearchFilters, Sort
from retriever.types import Question


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m retriever", description="回答关于已入库预算、决算文件的问题")
    parser.add_argument("question", nargs="?", help="一个问题")
    parser.add_argument("--json", action="store_true", help="输出答案对象（JSON）")
    parser.add_argument("--batch", metavar="IN.jsonl", help="逐行回答一个文件里的问题")
    parser.add_argument("--search", metavar="词", help="只查找段落和表格，不作回答；引号内的字样须原样出现")
    limits = parser.add_argument_group("查找的范围（均可重复）")
    limits.add_argument("--department", action="append", default=[], metavar="部门")
    limits.add_argument("--year", action="append", default=[], type=int, metavar="年度")
    limits.add_argument("--type", action="append", default=[], choices=[t.value for t in DocType])
    limits.add_argument("--kind", action="append", default=[], choices=[PROSE, *TableKind], metavar="表格种类")
    limits.add_argument("--sort", choices=list(Sort), default=Sort.RELEVANCE, type=Sort)
    limits.add_argument("--page", type=int, default=1)
    limits.add_argument("--size", type=int, default=10)
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


def _search(options: argparse.Namespace, store: Store) -> None:
    filters = SearchFilters(tuple(options.department), tuple(options.year), tuple(options.type), tuple(options.kind))
    found = search(Library(store), options.search, filters, options.page, options.size, options.sort)
    print(json.dumps(page_to_json(found), ensure_ascii=False) if options.json else page_to_text(found))


def main(arguments: list[str] | None = None) -> int:
    """Exit status: 0 all answered, 1 some line failed, 2 the call is wrong."""
    options = _parser().parse_args(arguments)
    if sum(given is not None for given in (options.question, options.batch, options.search)) != 1:
        print("请给出一个问题，或用 --batch 给出问题文件，或用 --search 给出要查找的词", file=sys.stderr)
        return 2
    try:
        settings = Settings.from_environment().at(Path(options.store) if options.store else None)
        with Store.open(settings.store, settings=settings, create=False) as store:
            if options.search is not None:
                _search(options, store)
                return 0
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
