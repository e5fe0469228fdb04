"""Embedding models: the light loader gives sentence-transformers' vectors; wrong models are named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from indexer.embedding import load_embedding, model_name
from indexer.errors import EmbeddingError
from indexer.settings import SHIPPED_MODEL, Settings
from tests.store import samples

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

TEXTS = [
    "公务接待费9.80万元，比上年减少",
    "",
    "因公出国（境）费 Abroad 2080505",
    "三公",
    "〇 ☃",
    "款" * 3000,
]
needs_shipped = pytest.mark.skipif(
    not any(SHIPPED_MODEL.rglob("*.safetensors")), reason="the checkout has no model in data/model"
)


def same_as_sentence_transformers(folder: Path) -> None:
    from sentence_transformers import SentenceTransformer

    expected = SentenceTransformer(str(folder), device="cpu").encode(TEXTS, normalize_embeddings=True)
    light = load_embedding(Settings(embedding_model=str(folder)))
    assert light is not None
    assert type(light).__name__ == "StaticModel"
    vectors = light.encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), light.dimension)
    assert not vectors[TEXTS.index("")].any()  # half-precision models give NaN there in sentence-transformers
    np.testing.assert_allclose(vectors, np.nan_to_num(np.asarray(expected, dtype=np.float32)), atol=2e-3)
    np.testing.assert_array_equal(vectors, light.encode_queries(TEXTS))


def test_the_light_loader_gives_the_same_vectors(model: Path) -> None:
    same_as_sentence_transformers(model)


def test_the_light_loader_reads_what_sentence_transformers_saves(tmp_path: Path, model: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Normalize

    first = SentenceTransformer(str(model), device="cpu")[0]
    SentenceTransformer(modules=[first, Normalize()], device="cpu").save(str(tmp_path / "saved"))
    same_as_sentence_transformers(tmp_path / "saved")


@needs_shipped
def test_the_shipped_model_gives_the_same_vectors() -> None:
    same_as_sentence_transformers(SHIPPED_MODEL)


@needs_shipped
def test_the_shipped_model_serves_where_nothing_is_set() -> None:
    shipped = load_embedding(Settings())
    assert shipped is not None
    near, far = (
        shipped.encode_passages(["公务接待费", "国有资产占用"]) @ shipped.encode_queries(["请客吃饭花了多少"])[0]
    )
    assert near > far


def test_prefixes_are_put_before_queries_and_passages(model: Path) -> None:
    plain = load_embedding(Settings(embedding_model=str(model)))
    prefixed = load_embedding(Settings(embedding_model=str(model), query_prefix="问：", passage_prefix="文："))
    assert plain is not None
    assert prefixed is not None
    np.testing.assert_array_equal(prefixed.encode_queries(["接待"]), plain.encode_queries(["问：接待"]))
    np.testing.assert_array_equal(prefixed.encode_passages(["接待"]), plain.encode_passages(["文：接待"]))


def test_vectors_cut_to_fewer_numbers_have_length_one(tmp_path: Path, model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    whole, cut = (load_embedding(Settings(embedding_model=str(model), dimension=d)) for d in (0, 8))
    assert whole is not None
    assert cut is not None
    expected = whole.encode_queries(["接待"])[:, :8]
    np.testing.assert_allclose(cut.encode_queries(["接待"]), expected / np.linalg.norm(expected), atol=1e-6)
    with pytest.raises(EmbeddingError, match="只有 16 维"):
        load_embedding(Settings(embedding_model=str(model), dimension=17))
    dense = _dense(SentenceTransformer(str(model), device="cpu"), tmp_path / "dense")
    other = load_embedding(Settings(embedding_model=str(dense), dimension=4))
    assert other is not None
    assert other.encode_passages(["接待"]).shape == (1, other.dimension) == (1, 4)


def test_what_changes_the_vectors_of_passages_changes_the_name(model: Path) -> None:
    given = Settings(embedding_model=str(model))
    made = [replace(given, dimension=8), replace(given, passage_prefix="文："), given]
    assert len({model_name(s) for s in made}) == 3
    assert model_name(replace(given, query_prefix="问：")) == model_name(given)


def test_a_model_trained_again_has_another_name(tmp_path: Path, model: Path) -> None:
    again = samples.tiny_model(tmp_path / "tiny", seed=2)
    names = {model_name(Settings(embedding_model=str(folder))) for folder in (model, again)}
    assert len(names) == 2
    assert all(name.startswith("tiny-") for name in names)


def test_no_model_on_request() -> None:
    assert load_embedding(Settings(embedding_model="none")) is None


@pytest.mark.parametrize("spoil", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_model_is_named(tmp_path: Path, spoil: str) -> None:
    folder = samples.tiny_model(tmp_path / "broken")
    (folder / spoil).write_bytes(b"{}")
    with pytest.raises(EmbeddingError, match="broken"):
        load_embedding(Settings(embedding_model=str(folder)))


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match="没有向量模型"):
        load_embedding(Settings(embedding_model=str(tmp_path)))


def test_a_hub_model_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EmbeddingError, match=r"某机构/不存在的模型.*离线"):
        load_embedding(Settings(embedding_model="某机构/不存在的模型"))


def _dense(static: SentenceTransformer, folder: Path) -> Path:
    """A model that is no static one any more."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Dense

    SentenceTransformer(modules=[static[0], Dense(16, 8)], device="cpu").save(str(folder))
    return folder


def test_any_other_sentence_transformers_model(tmp_path: Path, model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    folder = _dense(SentenceTransformer(str(model), device="cpu"), tmp_path / "dense")
    embedding = load_embedding(Settings(embedding_model=str(folder)))
    assert embedding is not None
    assert (type(embedding).__name__, embedding.dimension) == ("SentenceModel", 8)
    vectors = embedding.encode_passages(["公务接待费", "出国"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert embedding.encode_queries([]).shape == (0, 8)


def test_llama_index_takes_our_models(model: Path) -> None:
    from indexer.embedding.llama import LlamaEmbedding

    ours = load_embedding(Settings(embedding_model=str(model)))
    assert ours is not None
    llama = LlamaEmbedding(ours)
    assert llama.get_query_embedding("接待") == pytest.approx(ours.encode_queries(["接待"])[0].tolist())
    assert llama.get_text_embedding_batch(["接待", "出国"])[1] == pytest.approx(
        ours.encode_passages(["出国"])[0].tolist()
    )
