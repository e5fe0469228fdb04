"""A cross-encoder by setting: it orders the first passages; one that cannot be loaded is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.errors import EmbeddingError
from indexer.settings import Settings
from indexer.store import Store
from retriever.library import Library
from retriever.search import search

TEXT = "公务接待费"


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny cross-encoder of random weights."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("models") / "cross"
    folder.mkdir()
    characters = [chr(c) for c in range(0x4E00, 0x9FA6)]
    (folder / "vocab.txt").write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *characters]), "utf-8")
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=len(characters) + 5,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        num_labels=1,
        initializer_range=0.5,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.mark.slow
def test_the_first_passages_stand_in_the_order_of_the_cross_encoder(
    sample_settings: Settings, cross_encoder: Path
) -> None:
    from sentence_transformers import CrossEncoder

    with Store.open(sample_settings.store, settings=sample_settings, create=False) as plain:
        before = [hit.chunk for hit in search(Library(plain), TEXT, size=60).hits]
    settings = replace(sample_settings, reranker=str(cross_encoder))
    with Store.open(settings.store, settings=settings, create=False) as store:
        after = [hit.chunk for hit in search(Library(store), TEXT, size=60).hits]
    scores = CrossEncoder(str(cross_encoder)).predict([(TEXT, chunk.text) for chunk in after[:30]])
    assert list(scores) == sorted(scores, reverse=True)
    assert {chunk.id for chunk in after[:30]} == {chunk.id for chunk in before[:30]}
    assert after != before
    assert after[30:] == before[30:]


def test_a_cross_encoder_that_is_not_there_is_named(sample_settings: Settings, tmp_path: Path) -> None:
    settings = replace(sample_settings, reranker=str(tmp_path))
    with (
        Store.open(settings.store, settings=settings, create=False) as store,
        pytest.raises(EmbeddingError, match="重排"),
    ):
        search(Library(store), TEXT)
