"""What a store promises: whole documents, found again, gone when removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sql

from indexer.errors import StoreError, StoreVersionError, UnknownDocumentError
from indexer.settings import Settings
from indexer.store import Store, schema
from indexer.types import Limits
from tests.store import samples
from tests.store.conftest import BOTH_KINDS
from tests.store.helpers import leftovers, run_python, vector_count

pytestmark = BOTH_KINDS
Opener = Callable[[], Store]


def test_a_document_comes_back_as_it_was_written(tmp_path: Path, store: Store, open_store: Opener) -> None:
    pdf = samples.pdf(tmp_path, "甲局-2024")
    content = samples.content(pdf)
    assert store.write(content, pdf) == "indexed"
    for reader in (store, open_store()):
        assert reader.content("甲局-2024") == content
        assert reader.documents() == (content.info,)
        assert reader.facts() == content.facts
        assert reader.identities(["甲局-2024"]) == content.identities
        assert reader.findings() == content.findings
        assert reader.problems() == content.problems
        assert reader.chunks([c.id for c in reversed(content.chunks)]) == tuple(reversed(content.chunks))
        assert reader.pdf("甲局-2024").read_bytes() == pdf.read_bytes()


def test_writing_again_says_what_happened(tmp_path: Path, store: Store) -> None:
    pdf = samples.pdf(tmp_path, "甲局")
    assert store.write(samples.content(pdf), pdf, "v1") == "indexed"
    assert store.write(samples.content(pdf), pdf, "v1") == "unchanged"
    assert store.write(samples.content(pdf), pdf, "v2") == "replaced"
    samples.pdf(tmp_path, "甲局", "two")
    newer = samples.content(pdf, amount="7.00")
    assert store.write(newer, pdf, "v2") == "replaced"
    assert store.content("甲局") == newer
    assert [f.value for f in store.facts(concepts=["three_public.reception"])] == [newer.facts[0].value]
    assert len(list((store.directory / "files").iterdir())) == 1


def test_removing_leaves_nothing(tmp_path: Path, store: Store, open_store: Opener) -> None:
    for name in ("甲局", "乙局"):
        pdf = samples.pdf(tmp_path, name, name)
        store.write(samples.content(pdf, department=name), pdf)
    store.remove("甲局")
    with pytest.raises(UnknownDocumentError, match="甲局"):
        store.content("甲局")
    with pytest.raises(UnknownDocumentError):
        store.remove("甲局")
    assert [d.id for d in open_store().documents()] == ["乙局"]
    assert all(chunk.startswith("乙局") for chunk, _ in store.search_text("甲局 公务接待费"))
    assert all(chunk.startswith("乙局") for chunk, _ in store.search_vectors("甲局公务接待费"))
    assert vector_count(store) == 2
    store.remove("乙局")
    assert vector_count(store) == 0
    assert leftovers(store) == {}


def test_two_documents_may_share_one_file(tmp_path: Path, store: Store) -> None:
    for name in ("甲", "乙"):
        pdf = samples.pdf(tmp_path, name, "same")
        store.write(samples.content(pdf), pdf)
    store.remove("甲")
    assert store.pdf("乙").exists()


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, 6),
        ({"concepts": ["three_public.reception"]}, 2),
        ({"concepts": ["three_public.reception", "three_public.abroad"], "documents": ["甲"]}, 2),
        ({"documents": []}, 0),
        ({"concepts": []}, 0),
        ({"items": ["因公出国(境)费"]}, 2),
        ({"items": [" 其中：公务接待费"]}, 2),
        ({"kinds": ["three_public"], "measures": ["total"]}, 6),
        ({"kinds": ["assets"]}, 0),
        ({"codes": ["2080505"]}, 0),
    ],
)
def test_facts_meet_every_limit(tmp_path: Path, store: Store, limits: dict[str, list[str]], expected: int) -> None:
    for name in ("甲", "乙"):
        pdf = samples.pdf(tmp_path, name, name)
        store.write(samples.content(pdf), pdf)
    assert len(store.facts(**limits)) == expected


def test_asking_for_a_document_not_held_says_so(tmp_path: Path, store: Store) -> None:
    for ask in (
        store.content,
        store.pdf,
        lambda d: store.facts(documents=[d]),
        lambda d: store.search_text("费", Limits((d,))),
    ):
        with pytest.raises(UnknownDocumentError, match="丙"):
            ask("丙")


def test_search_finds_words_and_keeps_to_documents(tmp_path: Path, store: Store) -> None:
    for name in ("林业局", "审计局", "民政局"):
        pdf = samples.pdf(tmp_path, name, name)
        store.write(samples.content(pdf, department=name), pdf)
    assert store.search_text("审计局接待来访")[0][0] == "审计局/k0"
    assert {c for c, _ in store.search_text("公务接待费", Limits(("林业局",)))} == {"林业局/k0", "林业局/k1"}
    assert len(store.search_text("公务接待费", limit=2)) == 2
    assert store.search_text("！？") == ()
    assert store.search_text('"OR) AND *') is not None
    assert store.search_vectors("审计局 公务接待费主要用于接待来访。")[0][0] == "审计局/k0"
    assert {c for c, _ in store.search_vectors("费", Limits(("民政局", "林业局")), 10)} == {
        "林业局/k0", "林业局/k1", "民政局/k0", "民政局/k1",
    }  # fmt: skip


def test_a_reader_ranks_by_vectors_as_the_owner_does(tmp_path: Path, store: Store, open_store: Opener) -> None:
    for n in range(12):
        pdf = samples.pdf(tmp_path, f"某局{n}", str(n))
        store.write(samples.content(pdf, department=f"某市{n}局", amount=f"{n}.00"), pdf)
    owner, reader = store.search_vectors("接待多少钱", limit=8), open_store().search_vectors("接待多少钱", limit=8)
    assert [c for c, _ in owner] == [c for c, _ in reader]
    assert [s for _, s in owner] == pytest.approx([s for _, s in reader], abs=1e-4)


def test_a_second_process_may_read_but_not_write(tmp_path: Path, store: Store, settings: Settings) -> None:
    pdf = samples.pdf(tmp_path, "甲")
    store.write(samples.content(pdf), pdf)
    code = """
    from indexer.errors import StoreBusyError
    assert len(store.facts()) == 3 and store.search_text("接待") and store.search_vectors("接待")
    try:
        store.remove("甲")
    except StoreBusyError as exc:
        print(exc)
    import sys
    print([m for m in ("torch", "chromadb", "llama_index", "sentence_transformers") if m in sys.modules])
    """
    refusal, heavy = run_python(settings, code).splitlines()
    assert "正由另一个程序写入" in refusal
    assert heavy == "[]"
    store.close()
    assert run_python(settings, "store.remove('甲'); print(store.documents())").strip() == "()"


def test_an_owner_sees_and_keeps_what_another_wrote_in_between(
    tmp_path: Path, open_store: Opener, settings: Settings
) -> None:
    first, pdf = open_store(), samples.pdf(tmp_path, "甲")
    first.write(samples.content(pdf), pdf)
    first.close()
    other = samples.pdf(tmp_path, "乙", "two")
    run_python(settings, f"p = Path({str(other)!r}); store.write(samples.content(p), p)")
    third = samples.pdf(tmp_path, "丙", "three")
    first.write(samples.content(third), third)
    assert [d.id for d in first.documents()] == ["丙", "乙", "甲"]
    assert vector_count(first) == 6
    assert len(first.search_vectors("接待")) == 6


def test_a_file_changed_while_it_was_read_is_refused(tmp_path: Path, store: Store) -> None:
    pdf = samples.pdf(tmp_path, "甲")
    content = samples.content(pdf)
    samples.pdf(tmp_path, "甲", "changed")
    with pytest.raises(StoreError, match="改动"):
        store.write(content, pdf)
    assert store.documents() == ()


def test_another_model_is_refused_until_reembed(tmp_path: Path, store: Store, settings: Settings) -> None:
    pdf = samples.pdf(tmp_path, "甲")
    store.write(samples.content(pdf), pdf)
    store.close()
    other = replace(settings, embedding_model=str(samples.tiny_model(tmp_path / "other", 24, 2)))
    with pytest.raises(StoreVersionError, match="reembed"):
        Store.open(settings.store, settings=other)
    with Store.open(settings.store, settings=other, check_model=False) as again:
        assert again.reembed() == 2
        assert len(again.search_vectors("接待")) == 2
        assert vector_count(again) == 2
    with Store.open(settings.store, settings=other) as again:
        assert len(again.search_vectors("接待", Limits(("甲",)))) == 2
    with pytest.raises(StoreVersionError):
        Store.open(settings.store, settings=settings)


def test_chroma_is_rebuilt_from_sql_when_it_is_lost(tmp_path: Path, store: Store, settings: Settings) -> None:
    pdf = samples.pdf(tmp_path, "甲")
    store.write(samples.content(pdf), pdf)
    vectors = store.llama_vector_store().client
    vectors.delete(ids=vectors.get()["ids"])
    store.close()
    shutil.rmtree(store.directory / "chroma", ignore_errors=True)
    store.own()
    assert vector_count(store) == 2
    assert {c for c, _ in store.search_vectors("接待")} == {"甲/k0", "甲/k1"}


def test_a_store_without_a_model_searches_text_only(tmp_path: Path, settings: Settings) -> None:
    pdf = samples.pdf(tmp_path, "甲")
    with Store.open(settings.store, settings=replace(settings, embedding_model="none")) as store:
        store.write(samples.content(pdf), pdf)
        assert store.search_vectors("接待") == ()
        assert store.search_text("接待")


def test_a_store_of_another_schema_is_refused(store: Store, settings: Settings) -> None:
    with store._engine.begin() as connection:
        connection.execute(sql.update(schema.version).values(version_num="0"))
    store.close()
    with pytest.raises(StoreVersionError, match="另一版本"):
        Store.open(settings.store, settings=settings)


def test_opening_what_is_not_there_makes_nothing(settings: Settings) -> None:
    with pytest.raises(StoreError, match="请先运行 python -m indexer add"):
        Store.open(settings.store, settings=settings, create=False)
    assert not settings.store.exists()


def test_stores_in_one_process_share_ownership(tmp_path: Path, open_store: Opener) -> None:
    one, two = open_store(), open_store()
    for store, name in ((one, "甲"), (two, "乙"), (one, "丙")):
        pdf = samples.pdf(tmp_path, name, name)
        store.write(samples.content(pdf), pdf)
    assert len(one.documents()) == len(two.documents()) == 3
    assert vector_count(one) == 6


def test_llama_index_mounts_the_vectors(tmp_path: Path, store: Store) -> None:
    from llama_index.core.vector_stores.types import VectorStoreQuery

    pdf = samples.pdf(tmp_path, "甲")
    content = samples.content(pdf)
    store.write(content, pdf)
    assert store.embedding is not None
    vector = store.embedding.encode_queries([content.chunks[1].text])[0].tolist()
    found = store.llama_vector_store().query(VectorStoreQuery(query_embedding=vector, similarity_top_k=1))
    assert found.nodes is not None
    node = found.nodes[0]
    assert node.metadata["chunk"] == content.chunks[1].id
    assert node.metadata["year"] == 2024
    assert node.metadata["table_kind"] == "three_public"
    assert node.get_content() == content.chunks[1].text
