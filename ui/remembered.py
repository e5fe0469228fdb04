"""Answers kept for whoever asks the same next, as long as what is held stays the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator

from retriever.types import Answer, Question
from ui.asking import Asks

_KEPT = 1000


class Remembered:
    """An engine that works each answer out once for each state of the store.

    Only for an engine by rules alone: its answer depends on nothing but the question and what is held.
    """

    def __init__(self, engine: Asks, state: Callable[[], str]) -> None:
        """`state`: another text whenever what is held has changed; raises StoreError where the store is not there."""
        self._engine, self._state = engine, state
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, Question], Answer] = OrderedDict()

    def ask(self, question: Question) -> Answer:
        """As the engine's; only answers are kept, never errors."""
        key = (self._state(), question)  # before the answer: one made while the store changes is not found afterwards
        with self._lock:
            answer = self._kept.get(key)
            if answer is not None:
                self._kept.move_to_end(key)
                return answer
        answer = self._engine.ask(question)
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return answer

    def stream(self, question: Question) -> Iterator[Answer]:
        yield self.ask(question)
