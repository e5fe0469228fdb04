"""The command line: `python -m indexer add|list|remove|tables|check|export|feedback|reembed|backup|restore|upgrade`."""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from indexer.errors import UsageError, YusuanError
from indexer.settings import Settings

FAILED, WRONG_CALL, INTERRUPTED = 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command: 0 all done, 1 some input failed, 2 the call itself is wrong."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s：%(message)s")
    args = _parser().parse_args(argv)
    try:
        from indexer import commands

        settings = Settings.from_environment().at(args.store)
        return int(getattr(commands, args.run)(args, settings))
    except UsageError as exc:
        print(f"错误：{exc}", file=sys.stderr)
        return WRONG_CALL
    except YusuanError as exc:
        print(f"错误：{exc}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as head, has gone; Python would complain again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m indexer", description="建立和查看预决算文件的索引库")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--store", type=Path, metavar="DIR", help="索引库目录（默认取 YUSUAN_STORE，否则 data/store）")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: str, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, parents=[common])
        sub.set_defaults(run=run)
        return sub

    sub = command("add", "add_files", "读入 PDF 文件或文件夹（含子文件夹）")
    sub.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    sub.add_argument(
        "--ray", metavar="ADDRESS", help="在 Ray 集群上读取（auto、主机:端口 或 ray://主机:端口），仍由本机写库"
    )
    command("list", "list_documents", "列出库中的文件")
    sub = command("remove", "remove_documents", "从库中整个移除文件")
    sub.add_argument("documents", nargs="+", metavar="DOCUMENT")
    sub = command("tables", "show_tables", "只提取表格，不建库")
    sub.add_argument("file", type=Path, metavar="FILE.pdf")
    sub.add_argument("--password", help="加密文件的密码")
    sub = command("check", "check_documents", "列出勾稽关系检查的发现")
    sub.add_argument("documents", nargs="*", metavar="DOCUMENT")
    sub = command("export", "export_facts", "导出全部数据")
    sub.add_argument("--format", choices=("csv", "xlsx", "jsonl"), default="csv")
    sub.add_argument("--output", type=Path, metavar="FILE", help="写入文件而不是标准输出")
    command("feedback", "export_feedback", "列出读者对答案的评价")
    command("reembed", "reembed", "更换向量模型后重新生成全部向量")
    sub = command("backup", "back_up", "把整个库备份成一个文件")
    sub.add_argument("file", type=Path, metavar="FILE.tar")
    sub = command("restore", "restore_backup", "由备份恢复到新的库目录")
    sub.add_argument("file", type=Path, metavar="FILE.tar")
    command("upgrade", "upgrade_store", "把旧版本建立的库转成本版本的结构，不必重读文件")
    return parser


if __name__ == "__main__":
    sys.exit(main())
