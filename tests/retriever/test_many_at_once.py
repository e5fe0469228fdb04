"""Many people ask one engine at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from indexer.store import Store
from retriever import library
from retriever.engine import Engine
from retriever.types import Answer, Question
from tests.retriever.test_question_sets import SEED

import pytest


def _plain(answer: Answer) -> Answer:
    return replace(answer, timings_ms=())
