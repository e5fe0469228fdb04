"""Files of a seed are put into a store of their own; what becomes of each is counted."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from eval.fuzz.hostile import HOSTILE
from eval.fuzz.mutate import MUTATIONS
from indexer.pipeline import Added, add
from indexer.settings import NO_MODEL, Settings
from indexer.store import Store

_SLACK = 15
"""Seconds beyond the limit on a document that starting a process and storing may take."""


@dataclass(slots=True)
class Outcome:
    """`kinds`: how many files of each mutation ended in each way; `wrong`: what must not happen, in words."""

    files: int = 0
    seconds: float = 0.0
    slowest: tuple[float, str] = (0.0, "")
    most_memory_mb: int = 0
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def make(folder: Path, bases: Sequence[Path], count: int, seed: int) -> list[Path]:
    """`count` files, every mutation in turn; the same seed gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    sound = [base.read_bytes() for base in bases]
    return [_write(folder / f"{i:05}-{name}.pdf", data) for i, (name, data) in enumerate(_files(sound, count, seed))]


def _files(bases: Sequence[bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    kinds = len(MUTATIONS) + len(HOSTILE)
    for i in range(count):
        random = Random(f"{seed}/{i}")
        kind = i % kinds
        if kind < len(MUTATIONS):
            mutation = MUTATIONS[kind]
            yield mutation.__name__, mutation(random, random.choice(bases))
        else:
            hostile = HOSTILE[kind - len(MUTATIONS)]
            yield hostile.__name__, hostile(random)


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def run(files: Sequence[Path], folder: Path, settings: Settings) -> Outcome:
    """Adds the files in one batch to a store in `folder`, without vectors."""
    settings = replace(settings, store=folder / "store", embedding_model=NO_MODEL)
    outcome = Outcome()
    seen: Counter[str] = Counter()

    def report(added: Added) -> None:
        seen[added.info.id] += 1
        _count(outcome, added, settings.max_seconds)

    started = time.monotonic()
    with Store.open(settings.store, settings=settings) as store:
        add(files, store, settings, report)
        held = {info.id for info in store.documents()}
    outcome.seconds = time.monotonic() - started
    outcome.files = len(files)
    outcome.most_memory_mb = _most_memory()
    if outcome.most_memory_mb > settings.max_memory_mb:
        outcome.wrong.append(f"a process took {outcome.most_memory_mb} MB")
    outcome.wrong += [f"{file.stem}: reported {seen[file.stem]} times" for file in files if seen[file.stem] != 1]
    outcome.wrong += [f"{name}: held, but never reported" for name in held - seen.keys()]
    return outcome


def _count(outcome: Outcome, added: Added, limit: int) -> None:
    name = added.info.id
    problems = {problem.kind for problem in added.problems}
    ended = "+".join([added.status, *sorted(problems)])
    outcome.kinds.setdefault(name.partition("-")[2], Counter())[ended] += 1
    outcome.slowest = max(outcome.slowest, (added.seconds, name))
    if added.seconds > limit + _SLACK:
        outcome.wrong.append(f"{name}: took {added.seconds:.0f} s")
    if added.status == "failed" and (not problems or not all(p.message for p in added.problems)):
        outcome.wrong.append(f"{name}: failed without a named problem")
    if added.status == "failed" and "store" in problems:
        outcome.wrong.append(f"{name}: read, but not stored: {added.problems[0].message}")


def _most_memory() -> int:
    """Megabytes that the largest ended process held at once; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return most // (1_000_000 if sys.platform == "darwin" else 1_000)
