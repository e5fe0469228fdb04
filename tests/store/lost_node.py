"""A program of its own: documents read on a cluster of which a whole machine is lost meanwhile. `FOLDER` is the store's.

Ray may wait for a long time when a machine goes, so the test that runs this can end it with all it has started.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

from indexer.cluster import remote_readers
from indexer.pipeline import Added, add
from indexer.settings import ROOT, Settings
from indexer.store import Store
from tests.store.test_cluster import Nodes, processes

_WAIT_SECONDS = 60.0


def main(folder: Path) -> None:
    """Prints one line: what became of each document, and whether the machine was reading one when it went."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    nodes = Nodes(patient=False)
    nodes.be(2)
    settings = Settings(store=folder, embedding_model="none")
    begun, lost = threading.Event(), threading.Event()

    def lose() -> None:
        begun.wait(_WAIT_SECONDS)
        end = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < end:
            if any(nodes.runs(process) for process in processes()):
                nodes.lose()
                lost.set()
                return
            time.sleep(0.01)

    def first(_: Added) -> None:
        begun.set()

    thread = threading.Thread(target=lose)
    thread.start()
    with remote_readers(nodes.address, settings) as readers, Store.open(folder, settings=settings) as store:
        results = add([ROOT / "data" / "sample"], store, settings, first, readers=readers)
    thread.join()
    print(json.dumps({"statuses": [result.status for result in results], "lost": lost.is_set()}), flush=True)
    nodes.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
