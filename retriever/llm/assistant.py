"""What the engine asks of the language model. Every failure is one line in the log, and the answer stands without it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.errors import ModelError
from indexer.settings import Settings
from prompts import say
from retriever.catalog import Catalog
from retriever.draft import Draft, is_blank
from retriever.library import Library
from retriever.llm.model import Deadline, Model
from retriever.llm.restate import needs_help, restated
from retriever.llm.stated import answer_to_evidence
from retriever.llm.wording import reworded
from retriever.query import Operation, Query
from retriever.render import opening
from retriever.types import Answer, Question, Status

_FILE = "answers"
_WORDED = (Status.VERIFIED, Status.SINGLE_SOURCE, Status.CONFLICT)
"""Refusals and questions back say what is held, and prose answers are quotations: these are not reworded."""
_ORDERED = (Operation.RANK, Operation.FILTER, Operation.COUNT, Operation.CONSISTENCY)
"""Answers whose point is an order or a count, which a sentence with the right figures can still miss."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Assistant:
    """A language model with the seconds that it may take over one question."""

    model: Model
    seconds: float

    def deadline(self) -> Deadline:
        """The end of the time for a question that is asked now."""
        return Deadline.after(self.seconds)

    def restated(self, question: Question, query: Query, status: Status, deadline: Deadline) -> str | None:
        """The question in other words, where the rules left words unexplained; None otherwise."""
        if not needs_help(query, status):
            return None
        try:
            return restated(self.model, question, query, deadline)
        except ModelError as error:
            logger.warning("没有采用语言模型的转述：%s", error)
            return None

    def worded(
        self, answer: Answer, draft: Draft, query: Query, catalog: Catalog, library: Library, deadline: Deadline
    ) -> Iterator[Answer]:
        """The answer with its opening in the model's words, growing by checked sentences; at last whole, or as it was."""
        verified = "\n".join(opening(draft, query))
        evidence = answer_to_evidence(draft, query, catalog, library) if draft.items else None
        before, found, rest = answer.text.partition(verified)
        if not _may_be_worded(answer, draft, query) or evidence is None or not found:
            return
        said = ""
        try:
            for sentence in reworded(self.model, answer.question, verified, evidence, deadline):
                said += sentence
                yield replace(answer, text=before + said + rest)
        except ModelError as error:
            logger.warning("没有采用语言模型的措辞：%s", error)
            if said:
                yield answer
            return
        yield replace(answer, text=f"{before}{said}{rest}\n{say(_FILE, 'reworded')}")


def _may_be_worded(answer: Answer, draft: Draft, query: Query) -> bool:
    """A blank cell keeps the sentence that says so."""
    blank = not draft.lead and any(is_blank(i.figure) for i in draft.items)
    return answer.status in _WORDED and query.operation not in _ORDERED and not blank


def assistant(settings: Settings) -> Assistant | None:
    """The assistant that the settings name; None without one."""
    if not settings.llm_base_url:
        return None
    from retriever.llm.client import OpenAICompatible  # heavy: only where it is used

    return Assistant(OpenAICompatible(settings), settings.llm_timeout)
