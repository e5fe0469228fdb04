"""A model that knows nothing, served as a real one is: whatever it babbles, the reader gets the default answer."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from indexer.store import Store
from retriever.engine import Engine
from retriever.types import Question
from tests.retriever.llm.endpoint import Handler, Reply, engine_with, serving

QUESTIONS = (
    "市科协三公经费多少",
    "科协项目支出占总支出的百分之几",
    "水务局2024年公务接待费比2023年增长多少",
    "水务局2024年吃喝玩乐支出多少",
)
_WORDS = (
    "三公经费 公务接待费 公务用车运行维护费 项目支出 支出总计 石家庄市科学技术协会 望溪市水务局 2022年 2023年 2024年 预算 决算 为 是 的 其中 占"
    " 比 增加 减少 共 合计 万元 亿元 元 % 不 没有 一半 两倍 9.80 1.00 8.80 338.69 1578.32 21.46 1.80 2.10 0.30 14.29"
)


def vocabulary() -> list[str]:
    """The words of budgets, digits and marks, and a few hundred characters of the sample's own."""
    marks = list('，。、：；（）“”.-0123456789零一二三四五六七八九十百千万亿{}":\n')
    common = [chr(c) for c in range(0x4E00, 0x4E00 + 200)]
    return list(dict.fromkeys((*_WORDS.split(), '{"question": "', '"}', *marks, *common)))


def babbling(seed: int) -> Reply:
    """Two layers of random weights, sampled hot, streamed token by token."""
    torch = pytest.importorskip("torch")
    from transformers import LlamaConfig, LlamaForCausalLM

    words, asking = vocabulary(), threading.Lock()
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=256,
        bos_token_id=0,
        eos_token_id=None,
        pad_token_id=0,
    )
    model = LlamaForCausalLM(config).eval()

    def reply(handler: Handler, request: dict[str, Any]) -> None:
        start = sum(map(ord, request["messages"][-1]["content"])) % len(words)
        with asking, torch.no_grad():
            out = model.generate(
                torch.tensor([[start]]), do_sample=True, temperature=1.5, max_new_tokens=40, min_new_tokens=40
            )
        handler.start()
        for token in out[0].tolist():
            handler.event(words[token])
        handler.event("", "stop")
        handler.send("data: [DONE]\n\n")

    return reply


@pytest.mark.slow
def test_babble_never_reaches_the_reader(engine: Engine, sample_store: Store) -> None:
    assert len(vocabulary()) < 500
    for seed in range(2):
        with serving(babbling(seed)) as endpoint:
            helped = engine_with(sample_store, endpoint.url)
            for question in QUESTIONS:
                plain = engine.ask(Question(question))
                for _ in range(3):
                    answer = helped.ask(Question(question))
                    assert (answer.text, answer.status, answer.values) == (plain.text, plain.status, plain.values)
            assert len(endpoint.asked) == 3 * len(QUESTIONS), "the model was asked every time"
