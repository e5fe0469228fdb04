"""What any language model is to the rest: a prompt continued piece by piece until a deadline."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from indexer.errors import ModelError

MOST_READ = 20_000
"""Characters after which an output counts as endless."""
_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time that everything about one question has to keep."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(self.at - time.monotonic(), 0.0)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is told: its task, then the data it works on."""

    task: str
    data: str


class Model(Protocol):
    """Anything that continues a prompt piece by piece."""

    def stream(self, prompt: Prompt, deadline: Deadline) -> Iterator[str]:
        """Pieces of the output as they come. Raises ModelError whenever it is not there whole and in time."""


def without_thought(pieces: Iterator[str]) -> Iterator[str]:
    """The output without the `<think>` part that some models begin with. Raises ModelError for an endless one."""
    read, held = 0, ""
    begun = False
    for piece in pieces:
        read += len(piece)
        if read > MOST_READ:
            raise ModelError("语言模型的输出没有止境")
        if begun:
            yield piece
            continue
        held += piece
        start = held.lstrip()
        if "<think>".startswith(start) or (start.startswith("<think>") and "</think>" not in start):
            continue
        begun = True
        yield _THOUGHT.sub("", held)
    if not begun and held and not held.lstrip().startswith("<think>"):
        yield held
