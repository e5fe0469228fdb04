"""The optional language model: it may restate a question and reword an answer, and is believed in neither."""

from retriever.llm.assistant import Assistant, assistant

__all__ = ["Assistant", "assistant"]
