"""The shipped model: it loads everywhere, is small, and knows citizens' words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from eval.train.material import groups, held_out
from eval.train.measure import dense, measure
from eval.train.shipped import fitted, related, written
from eval.train.static import Recipe, train
from eval.train.tokens import hanzi

MODEL = Path(__file__).parents[2] / "data" / "model"

ASKED = [
    ("请客吃饭花了多少", "公务接待费", "公务用车购置费"),
    ("养车一年要多少钱", "公务用车运行维护费", "公务接待费"),
    ("给退休老人发的钱", "退休费", "基本工资"),
    ("打电话上网寄快递", "邮电费", "电费"),
    ("冬天烧暖气", "取暖费", "水费"),
    ("单位给职工交的公积金", "住房公积金", "职业年金缴费"),
    ("去年没花完的钱", "上年结转", "事业收入"),
    ("家底有多少", "资产总额", "收入总计"),
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(MODEL / "tokenizer.json"))


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return load_file(MODEL / "model.safetensors")["embedding.weight"].astype(np.float32)


def test_it_is_small_enough_for_git() -> None:
    assert sum(file.stat().st_size for file in MODEL.rglob("*") if file.is_file()) < 6_000_000


def test_every_token_has_a_vector(tokenizer: Tokenizer, vectors: np.ndarray) -> None:
    assert len(vectors) == tokenizer.get_vocab_size()
    assert np.isfinite(vectors).all()


def test_common_characters_are_known(tokenizer: Tokenizer) -> None:
    unknown = tokenizer.token_to_id("[UNK]")
    known = [c for c in hanzi() if tokenizer.encode(c, add_special_tokens=False).ids not in ([], [unknown])]
    assert len(known) > 6_700


def test_numbers_and_punctuation_do_not_matter(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("2023年：1,234.50（万元）").tokens == tokenizer.encode("1999 年 0 万元").tokens


@pytest.mark.parametrize(("question", "right", "wrong"), ASKED)
def test_a_citizens_question_stands_nearest_to_its_item(
    question: str, right: str, wrong: str, tokenizer: Tokenizer, vectors: np.ndarray
) -> None:
    near, far = dense(vectors, tokenizer)([question], [right, wrong])[0]
    assert near > far


@pytest.mark.parametrize(("width", "first", "five"), [(256, 0.6, 0.85), (128, 0.55, 0.8)])
def test_held_out_questions_find_their_concept(
    width: int, first: float, five: float, tokenizer: Tokenizer, vectors: np.ndarray
) -> None:
    result = measure(dense(vectors, tokenizer, width), groups(), held_out())
    assert result.first >= first
    assert result.five >= five


def test_everyday_words_without_a_shared_character_find_their_concept(
    tokenizer: Tokenizer, vectors: np.ndarray
) -> None:
    everyday = held_out("everyday.csv")
    assert len(everyday) >= 60
    assert measure(dense(vectors, tokenizer), groups(), everyday).five >= 0.9


def test_everyday_words_that_others_wrote_find_their_concept(tokenizer: Tokenizer, vectors: np.ndarray) -> None:
    blind = held_out("everyday_blind.csv")
    assert len(blind) >= 50
    assert measure(dense(vectors, tokenizer), groups(), blind).five >= 0.8
    third = held_out("everyday_third.csv")
    assert len(third) >= 50
    assert measure(dense(vectors, tokenizer), groups(), third).five >= 0.9


def test_the_layout_is_the_one_sentence_transformers_reads() -> None:
    modules = json.loads((MODEL / "modules.json").read_text(encoding="utf-8"))
    assert [m["type"].rpartition(".")[2] for m in modules] == ["StaticEmbedding", "Normalize"]
    assert all((MODEL / m["path"]).is_dir() for m in modules)


@pytest.mark.slow
def test_sentence_transformers_gives_the_same_vectors(tokenizer: Tokenizer, vectors: np.ndarray) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [question for question, _, _ in ASKED]
    theirs = SentenceTransformer(str(MODEL), device="cpu").encode(texts, normalize_embeddings=True)
    ours = dense(vectors, tokenizer)(texts, texts)
    assert np.abs(theirs.astype(np.float32) @ theirs.astype(np.float32).T - ours).max() < 0.01


@pytest.mark.slow
def test_training_again_gives_the_same_vectors() -> None:
    all_groups = groups()
    pairs = written(all_groups, count=600)
    assert pairs == written(all_groups, count=600)
    tokenizer = fitted(pairs, all_groups, merges=50)
    recipe = Recipe(dimensions=(32, 16), batch=200, epochs=1)
    once, again = (train(pairs, tokenizer, related(all_groups), recipe) for _ in range(2))
    assert np.array_equal(once, again)
