"""Search without an answer: what people find, limit, count and leaf through."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.errors import UsageError
from indexer.settings import Settings
from indexer.store import Store
from indexer.types import DocumentContent, Limits, Scope
from retriever.asked import take_apart
from retriever.library import Library
from retriever.ranking import rank
from retriever.search import search, surroundings
from retriever.search_types import PROSE, FacetValue, SearchFilters, Sort
from retriever.snippets import snippet


@pytest.fixture(scope="module")
def library(sample_store: Store) -> Library:
    return Library(sample_store)


@pytest.mark.parametrize(
    "filters",
    [
        SearchFilters(departments=("望溪市水务局",)),
        SearchFilters(years=(2023, 2024)),
        SearchFilters(doc_types=("决算",)),
        SearchFilters(table_kinds=("three_public", PROSE)),
        SearchFilters(("望溪市水务局",), (2023,), ("预算",), ("three_public",)),
        SearchFilters(departments=("没有的局",)),
    ],
)
@pytest.mark.parametrize("text", ["公务接待费", "请客吃饭", "", '"公务接待费"'])
def test_nothing_outside_the_filters_is_found(library: Library, text: str, filters: SearchFilters) -> None:
    found = search(library, text, filters, size=1000)
    assert len(found.hits) == found.total
    assert (found.total == 0) == (filters.departments == ("没有的局",))
    for hit in found.hits:
        assert not filters.departments or hit.info.department in filters.departments
        assert not filters.years or hit.info.year in filters.years
        assert not filters.doc_types or (hit.info.doc_type or "") in filters.doc_types
        assert not filters.table_kinds or (hit.chunk.table_kind or PROSE) in filters.table_kinds


@pytest.mark.parametrize("text", ["差旅费", '"差旅费"', ""])
@pytest.mark.parametrize("sort", list(Sort))
def test_pages_follow_one_another_without_gap_or_repeat(library: Library, text: str, sort: Sort) -> None:
    whole = [h.chunk.id for h in search(library, text, size=10_000, sort=sort).hits]
    first = search(library, text, size=7, sort=sort)
    leafed = [h.chunk.id for n in range(first.pages) for h in search(library, text, page=n + 1, size=7, sort=sort).hits]
    assert leafed == whole
    assert len(set(whole)) == len(whole) == first.total > 7
    assert search(library, text, page=first.pages + 1, size=7, sort=sort).hits == ()


def test_facets_count_everything_found_and_are_filters_themselves(library: Library) -> None:
    found = search(library, '"公务接待费"', size=3)
    assert found.complete
    for values in (found.facets.departments, found.facets.years, found.facets.doc_types, found.facets.table_kinds):
        assert sum(v.count for v in values) == found.total
    kind = next(v for v in found.facets.table_kinds if v.value == "three_public")
    assert kind == FacetValue("three_public", "“三公”经费表", kind.count)
    assert search(library, '"公务接待费"', SearchFilters(table_kinds=(kind.value,))).total == kind.count
    year = found.facets.years[-1]
    assert search(library, '"公务接待费"', SearchFilters(years=(int(year.value),))).total == year.count


def test_quoted_wording_stands_in_every_passage(library: Library) -> None:
    found = search(library, '"公务用车运行维护费" 预算', size=500)
    assert found.total > 3
    assert all("公务用车运行维护费" in h.chunk.text for h in found.hits)
    assert search(library, '"维护费公务用车"').total == 0


def test_a_code_finds_the_passages_that_print_it(library: Library) -> None:
    found = search(library, "2060701", size=500)
    assert found.total > 1
    assert found.absent == ()
    assert all("2060701" in h.chunk.text for h in found.hits)
    assert all("2060701" in {h.snippet[a:b] for a, b in h.marks} for h in found.hits)


def test_a_code_that_nothing_prints_is_said_and_what_is_near_is_shown(library: Library) -> None:
    found = search(library, "2060799", SearchFilters(departments=("望溪市水务局",)), size=5)
    assert found.absent == ("2060799",)
    assert not found.complete
    assert found.hits


def test_by_year_the_newest_come_first(library: Library) -> None:
    for text in ("差旅费", '"差旅费"', ""):
        years = [h.info.year or 0 for h in search(library, text, size=500, sort=Sort.YEAR).hits]
        assert years == sorted(years, reverse=True)
        assert len(set(years)) > 1


def test_a_department_named_outright_limits_and_a_short_form_only_leads(library: Library) -> None:
    outright = search(library, "望溪市水务局公务接待费", size=500)
    assert outright.named == ("望溪市水务局",)
    assert {h.info.department for h in outright.hits} == {"望溪市水务局"}
    led = search(library, "科协公务接待费", size=500)
    departments = [h.info.department for h in led.hits]
    assert led.named == () or set(departments) == {"石家庄市科学技术协会"}
    assert departments[:3] == ["石家庄市科学技术协会"] * 3


def test_a_department_chosen_goes_before_one_named(library: Library) -> None:
    found = search(library, "望溪市水务局公务接待费", SearchFilters(departments=("石家庄市科学技术协会",)))
    assert {h.info.department for h in found.hits} == {"石家庄市科学技术协会"}


def test_everyday_words_find_and_mark_what_is_printed(library: Library) -> None:
    asked = take_apart("请客吃饭", library.catalog())
    assert asked.meant == ("公务接待费",)
    hit = search(library, "请客吃饭").hits[0]
    assert "公务接待费" in {hit.snippet[a:b] for a, b in hit.marks}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("公务接待费为什么增加", ("主要原因",)),
        ("培训费比去年涨了没有", ("比上年", "增加", "减少")),
        ("什么是机关运行经费", ("名词解释",)),
        ("一共花了多少", ()),
    ],
)
def test_what_is_asked_leads_to_how_documents_word_it(library: Library, text: str, meant: tuple[str, ...]) -> None:
    assert take_apart(text, library.catalog()).meant == meant


def test_a_year_that_no_document_has_stays_among_the_words(library: Library) -> None:
    assert take_apart("2019年培训费", library.catalog()).words == "2019年培训费"


def test_figures_stand_before_the_outline_of_their_table(library: Library) -> None:
    found = rank(library.store, take_apart("石家庄市科学技术协会福利费", library.catalog()), Limits())
    place = {ranked.id: n for n, ranked in enumerate(found)}
    pairs = [(place[r.place.parent], place[r.id]) for r in found if r.place.parent in place]
    assert pairs
    assert all(outline > min(rows for o, rows in pairs if o == outline) for outline, _ in pairs)


def test_the_reason_stands_before_passages_with_more_of_the_words(library: Library) -> None:
    hit = search(library, "望溪市水务局2024年总收入为什么比去年多").hits[0]
    assert "主要是" in hit.chunk.text


def test_a_year_named_leads(library: Library) -> None:
    found = search(library, "望溪市水务局2022年公务接待费", size=3)
    assert [h.info.year for h in found.hits] == [2022] * 3


@pytest.mark.parametrize(
    ("text", "words", "phrases", "numbers"),
    [
        ("“三公”经费", "三公经费", (), ()),
        ('"三公"经费预算', "三公经费预算", (), ()),
        ("“政府采购” 培训费", "培训费", ("政府采购",), ()),
        ("2060702", "2060702", (), ("2060702",)),
        ("206", "206", (), ("206",)),
        ("30217 公务接待费", "30217公务接待费", (), ("30217",)),
        ("1,050.40万元", "1,050.40万元", (), ("1050.40",)),
        ("2023年接待费", "接待费", (), ()),
        ("增长12.5%", "增长12.5%", (), ()),
    ],
)
def test_a_text_is_taken_apart(
    library: Library, text: str, words: str, phrases: tuple[str, ...], numbers: tuple[str, ...]
) -> None:
    asked = take_apart(text, library.catalog())
    assert (asked.words, asked.phrases, asked.numbers) == (words, phrases, numbers)


def test_snippets_show_the_words_and_where_they_stand() -> None:
    text = "标题\n" + "无关的话。" * 60 + "公务接待费（预算数）９.80万元。" + "无关的话。" * 60
    shown, marks = snippet(text, ("公务", "接待费", "公务接待费", "9.80"))
    assert [shown[a:b] for a, b in marks] == ["公务接待费", "９.80"]
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 130
    assert snippet("标题\n正文在此", ("蘑菇",)) == ("…正文在此", ())
    assert snippet("109.80", ("9.80",))[1] == ()


def test_neighbours_and_the_whole_table_on_demand(library: Library, sample_store: Store) -> None:
    document = "石家庄市科学技术协会-2023年部门预算"
    chunks = sample_store.content(document).chunks
    part = next(c for c in chunks if c.parent)
    around = surroundings(library, part)
    assert around.parent is not None
    assert around.parent.table == part.table
    assert around.parent.kind == "table"
    assert surroundings(library, chunks[0]).before is None
    after = surroundings(library, chunks[0]).after
    assert after is not None
    assert surroundings(library, after).before == chunks[0]


def test_the_like_documents_of_a_department_and_its_head_office_are_both_shown(
    tmp_path: Path, sample_store: Store
) -> None:
    department = sample_store.content("望溪市水务局-2024年部门预算")
    office = _head_office(department)
    settings = Settings(store=tmp_path / "store")
    with Store.open(settings.store, settings=settings) as store:
        for content in (department, office):
            store.write(content, sample_store.pdf(department.info.id))
        for text in ("公务接待费", '"公务接待费"'):
            found = search(Library(store), text, size=6)
            assert {h.info.id for h in found.hits} == {department.info.id, office.info.id}


def _head_office(content: DocumentContent) -> DocumentContent:
    """The same passages in a document of the head office alone."""
    document = "望溪市水务局本级-2024年单位预算"
    info = replace(content.info, id=document, department="望溪市水务局本级", scope=Scope.UNIT)
    chunks = tuple(replace(c, id=f"u-{c.id}", document=document, parent="") for c in content.chunks)
    return DocumentContent(info, (), (), (), (), chunks)


def test_wrong_pages_are_named(library: Library) -> None:
    with pytest.raises(UsageError, match="不小于 1"):
        search(library, "预算", page=0)


def test_search_on_the_command_line(sample_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "retriever", "--store", str(sample_path), "--search", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    lines = run("2060701", "--department", "石家庄市科学技术协会", "--size", "2").stdout.splitlines()
    assert lines[0].startswith("1. 石家庄市科学技术协会-2023年部门预算 第")
    assert "【2060701】" in lines[1]
    found = json.loads(run("差旅费", "--year", "2023", "--json").stdout)
    assert found["hits"][0]["pages"]
    assert {h["year"] for h in found["hits"]} == {2023}
    assert run("差旅费", "--page", "0").returncode == 2
