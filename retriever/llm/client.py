"""The one place that talks to a language model: any OpenAI-compatible endpoint, streamed, within a hard time limit."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
from llama_index.core.llms import ChatMessage, MessageRole
from llama_index.llms.openai_like import OpenAILike
from openai import APIStatusError, OpenAIError

from indexer.errors import ModelError
from indexer.settings import Settings
from retriever.llm.model import Deadline, Prompt

_UNUSABLE = (ValueError, LookupError, TypeError, AttributeError, RuntimeError, OSError)
"""What libraries raise on a reply that is no reply: broken JSON, fields missing, a stream that ends half way."""


@dataclass(slots=True)
class _Call:
    """One request in a thread of its own, so that no server can hold the reader up: it is cancelled, not waited for."""

    settings: Settings
    prompt: Prompt
    deadline: Deadline
    pieces: queue.SimpleQueue[str | ModelError | None] = field(default_factory=queue.SimpleQueue)
    loop: asyncio.AbstractEventLoop | None = None
    task: asyncio.Task[None] | None = None
    stopped: bool = False

    def run(self) -> None:
        """Fill `pieces`; the last is None, or the error that ended it."""
        try:
            asyncio.run(self._within_time())
        except APIStatusError as error:
            self.pieces.put(ModelError(f"语言模型服务返回 HTTP {error.status_code}"))
        except (OpenAIError, httpx.HTTPError, *_UNUSABLE) as error:  # messages may quote keys and questions
            self.pieces.put(ModelError(f"语言模型服务出错（{type(error).__name__}）"))
        except asyncio.CancelledError:
            return
        else:
            self.pieces.put(None)

    def stop(self) -> None:
        """End the request, wherever it is."""
        self.stopped = True
        if self.loop is not None and self.task is not None:
            with suppress(RuntimeError):  # it has ended by itself meanwhile
                self.loop.call_soon_threadsafe(self.task.cancel)

    async def _within_time(self) -> None:
        self.loop, self.task = asyncio.get_running_loop(), asyncio.current_task()
        if self.stopped:
            return
        async with asyncio.timeout(self.deadline.left()), httpx.AsyncClient(timeout=self.deadline.left()) as http:
            await self._ask(http)

    async def _ask(self, http: httpx.AsyncClient) -> None:
        model = OpenAILike(
            model=self.settings.llm_model,
            api_base=self.settings.llm_base_url,
            api_key=self.settings.llm_api_key or "none",  # else the adapter would take another service's from the shell
            is_chat_model=True,
            temperature=0,
            max_retries=0,
            timeout=max(self.deadline.left(), 0.001),
            async_http_client=http,  # type: ignore[call-arg]  # the adapter passes it on
        )
        messages = [
            ChatMessage(role=MessageRole.SYSTEM, content=self.prompt.task),
            ChatMessage(role=MessageRole.USER, content=self.prompt.data),
        ]
        empty = True
        async for piece in await model.astream_chat(messages):
            if piece.delta:
                empty = False
                self.pieces.put(piece.delta)
        if empty:  # a server that does not stream answers a streamed request with nothing that reads as a stream
            reply = await model.achat(messages)
            self.pieces.put(reply.message.content or "")


@dataclass(frozen=True, slots=True)
class OpenAICompatible:
    """The model that the settings name."""

    settings: Settings

    def stream(self, prompt: Prompt, deadline: Deadline) -> Iterator[str]:
        """Pieces of the output as they come. Raises ModelError whenever it is not there whole and in time."""
        call = _Call(self.settings, prompt, deadline)
        threading.Thread(target=call.run, name="language-model", daemon=True).start()
        try:
            while True:
                try:
                    piece = call.pieces.get(timeout=deadline.left())
                except queue.Empty:
                    raise ModelError("语言模型超过时限") from None
                if isinstance(piece, ModelError):
                    raise piece
                if piece is None:
                    return
                yield piece
        finally:
            call.stop()
