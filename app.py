"""The web page: `python app.py [--host HOST] [--port PORT] [--store DIR]`."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.errors import UsageError, YusuanError
from indexer.settings import ROOT, Settings

if TYPE_CHECKING:
    from ui.asking import Asks

_GRADIO = {
    "GRADIO_ANALYTICS_ENABLED": "False",  # no call home
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",  # it would sum up the last ten thousand events after each one,
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",  # for a page of its own that is shut here
}
"""Read when gradio is imported."""
SAMPLE = ROOT / "data" / "sample"


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The command line, checked by argparse (exit status 2 when it is wrong)."""
    parser = argparse.ArgumentParser(prog="python app.py", description="预算问答网页；空库先装入自带的示例文件。")
    parser.add_argument("--host", default="127.0.0.1", help="监听地址，默认 127.0.0.1（只有本机能打开）")
    parser.add_argument("--port", type=_port, default=7860, help="端口，默认 7860")
    parser.add_argument("--store", type=Path, default=None, help="库所在的文件夹，默认 YUSUAN_STORE 或 data/store")
    parser.add_argument(
        "--hash-password", action="store_true", help="读入管理密码，给出可写进 YUSUAN_STAFF_PASSWORD 的值"
    )
    parser.add_argument(
        "--log", choices=("text", "json"), default="text", help="日志的样子；json 每行一个对象，含每次请求"
    )
    return parser.parse_args(argv)


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError("端口应在 1 到 65535 之间")
    return port


def main(argv: Sequence[str] | None = None) -> int:
    """Open the store, fill an empty one with the sample, serve the page until it is stopped."""
    arguments = parse(argv)
    os.environ.update(_GRADIO)
    if arguments.hash_password:
        from getpass import getpass

        from ui.staff import hash_password

        print(hash_password(getpass("管理密码：")))
        return 0
    try:
        settings = Settings.from_environment().at(arguments.store)
        os.environ.pop("YUSUAN_STAFF_PASSWORD", None)  # no process started from here needs it
        serve(arguments, settings)
    except UsageError as exc:
        print(exc, file=sys.stderr)
        return 2
    except YusuanError as exc:
        print(exc, file=sys.stderr)
        return 1
    except OSError:
        where = f"{arguments.host}:{arguments.port}"
        print(f"无法在 {where} 打开网页：端口已被占用，或本机没有这个地址；可用 --port、--host 另选", file=sys.stderr)
        return 1
    return 0


def serve(arguments: argparse.Namespace, settings: Settings) -> None:
    """Serve until interrupted. Raises YusuanError, and OSError when the port is taken."""
    import uvicorn

    from indexer.inbox import Inbox
    from indexer.pdf import page_picture
    from indexer.store import Store
    from retriever.engine import Engine
    from retriever.llm import assistant
    from ui.metrics import log_json
    from ui.mounting import mount
    from ui.page import Services
    from ui.pictures import Pictures
    from ui.remembered import Remembered
    from ui.staff import Staff, check_password

    if arguments.log == "json":
        log_json()
    check_password(settings.staff_password)
    with socket.create_server((arguments.host, arguments.port)) as listening:
        fill_when_empty(settings)
        with Store.open(settings.store, settings=settings) as store, Inbox(settings) as inbox:
            plain, helper = Engine(store), assistant(settings)
            rules = Remembered(plain, store.state)
            engine = Engine(store, helper) if helper else rules
            threading.Thread(target=warm_up, args=(plain,), daemon=True).start()
            staff = Staff(settings.staff_password, store.staff_sessions)
            services = Services(engine, rules, store, Pictures(page_picture), inbox, staff, settings)
            config = uvicorn.Config(mount(services), log_level="warning", timeout_graceful_shutdown=3, log_config=None)
            print(f"网页已就绪：http://{arguments.host}:{arguments.port}/（按 Ctrl+C 停止）", file=sys.stderr)
            uvicorn.Server(config).run(sockets=[listening])


def warm_up(engine: Asks) -> None:
    """One question before the first reader's, so that vocabulary and model are in memory when that comes; not kept,
    or the first reader would read how long this one took."""
    from retriever.types import Question

    with suppress(YusuanError):
        engine.ask(Question("三公经费多少"))


def fill_when_empty(settings: Settings) -> None:
    """Index the bundled sample into a store that holds nothing, then give the store back for others to write to."""
    from indexer.pipeline import Added, add
    from indexer.store import Store

    def tell(added: Added) -> None:
        said = f"{added.tables} 张表，{added.facts} 个数字"
        if added.status == "failed":
            said = "；".join(problem.message for problem in added.problems)
        print(f"  {added.info.id}：{said}", file=sys.stderr)

    with Store.open(settings.store, settings=settings) as store:
        if not store.documents():
            print("库是空的，先装入自带的示例文件……", file=sys.stderr)
            add([SAMPLE], store, settings, tell)


if __name__ == "__main__":
    sys.exit(main())
