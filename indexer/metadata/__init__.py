"""Who published a document, for which year, and by which names people will ask for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from indexer.metadata.names import aliases_of, name_words, region_of
from indexer.sections import cover_lines
from indexer.sections.layout import tidy
from indexer.text import fold
from indexer.types import DocType, DocumentInfo, Reading, Scope, Section, Table

__all__ = ["aliases_of", "describe", "region_of"]

_YEAR = re.compile(r"(20\d{2})\s*年?\s*度?")
_YEAR_OF_TITLE = re.compile(r"(20\d{2})\s*年?\s*度?[^\d\n]{0,12}?(?:预算|决算|收支)")
_YEAR_OF_PERIOD = re.compile(r"(?:年度[:：]?\s*|^)(20\d{2})")
_CN_YEAR = re.compile(r"[二两][〇零○Ｏ0][一二三四五六七八九〇零○\d]{2}(?=年)")
_CN_DIGITS = str.maketrans("二两〇零○Ｏ一三四五六七八九", "22000013456789")
_ABBREVIATION = re.compile(r"[（(](?:以下)?(?:统一)?简称[:：为]?[“\"]?([一-鿿]{2,12}?)[”\"]?[）)]")
_CODE = re.compile(r"^\d{3,9}[\s_\-]*")
_YEAR_FIRST = re.compile(r"^(?:19|20)\d{2}\s*(?:年度?|[-_—])\s*")
_FILE_SPLIT = re.compile(r"[\s_\-—–－]+")
_CHINESE = re.compile(r"[一-鿿]")


def describe(reading: Reading, sections: Sequence[Section], tables: Sequence[Table]) -> DocumentInfo:
    """A document as a person names it; parts that nothing printed tells are None or ""."""
    stem = PurePath(reading.path).stem
    cover = cover_lines(reading)
    joined = "".join(cover)
    heads = (joined, tidy(stem), tidy(reading.metadata_title), *(s.title for s in sections), *(t.title for t in tables))
    department = _department(stem, cover, sections, tables)
    doc_type, scope = _doc_type(heads), _scope(heads, stem)
    year = _year(heads, sections, tables)
    return DocumentInfo(
        id=stem,
        title=_title(department, year, doc_type, scope) or stem,
        department=department,
        year=year,
        doc_type=doc_type,
        scope=scope,
        region=region_of(department),
        aliases=_aliases(department, stem, sections),
        pages=reading.pages,
        sha256=reading.sha256,
        path=reading.path,
    )


def _title(department: str, year: int | None, doc_type: DocType | None, scope: Scope | None) -> str:
    """Such as 某市审计局2023年部门预算; "" when too few parts are known."""
    if not department or doc_type is None:
        return ""
    return f"{department}{f'{year}年' if year else ''}{scope.value if scope else ''}{doc_type.value}"


def _doc_type(heads: Iterable[str]) -> DocType | None:
    """By the first head that says 预算 or 决算; a head that says both is a 决算 (决算 documents speak of 预算)."""
    for head in heads:
        for name, pattern in name_words().doc_types.items():
            if pattern.search(head):
                return DocType(name)
    return None


def _scope(heads: Iterable[str], stem: str) -> Scope | None:
    for head in (stem, *heads):
        for name, pattern in name_words().scopes.items():
            if pattern.search(head):
                return Scope(name)
    return None


def _year(heads: Sequence[str], sections: Sequence[Section], tables: Sequence[Table]) -> int | None:
    """The year of account: the one beside 预算 or 决算, not the month of publication."""
    for pattern in (_YEAR_OF_TITLE, _YEAR):
        for head in heads[:3]:
            if match := pattern.search(_arabic(head)):
                return int(match.group(1))
        votes = Counter(int(m.group(1)) for head in heads[3:] if (m := pattern.search(_arabic(head))))
        if votes:
            return votes.most_common(1)[0][0]
    dated = Counter(int(m.group(1)) for t in tables if (m := _YEAR_OF_PERIOD.search(tidy(t.period))))
    if dated:
        return dated.most_common(1)[0][0]
    text = "".join(p.text for s in sections for p in s.paragraphs)
    said = Counter(int(y) for y in _YEAR_OF_TITLE.findall(text))
    return said.most_common(1)[0][0] if said else None


def _arabic(text: str) -> str:
    return _CN_YEAR.sub(lambda m: m.group().translate(_CN_DIGITS), text)


def _department(stem: str, cover: Sequence[str], sections: Sequence[Section], tables: Sequence[Table]) -> str:
    """The body's full name: as labelled on the cover, else in captions, on its title, in headings, in the file name."""
    candidates = (
        _labelled(cover),
        _most_common(_clean_name(table.department) for table in tables),
        _cover_name(cover),
        _most_common(_clean_name(section.title) for section in sections if section.level == 1),
    )
    from_file = _file_name_part(stem)
    named = [c for c in candidates if _is_body(c)]
    best = next(iter(named), from_file)
    # A cover cut short by the layout loses to the same name written out in the file's name.
    if from_file.startswith(best) and _is_body(from_file) and not name_words().own_office.search(from_file):
        return from_file
    return best or from_file


def _labelled(cover: Sequence[str]) -> str:
    labels = "|".join(name_words().name_labels)
    for line in cover:
        if match := re.match(rf"^(?:{labels})(?:名称)?[（(盖章公）)]*[:：]\s*(.+)$", line):
            return _clean_name(match.group(1))
    return ""


def _cover_name(cover: Sequence[str]) -> str:
    """The name on a cover, which may run over several lines before the year."""
    joined = ""
    for line in cover[:4]:
        joined = _YEAR_FIRST.sub("", _arabic(joined + line))
        if _YEAR.search(joined) or _is_body(_clean_name(joined)):
            break
    return _clean_name(joined)


def _clean_name(text: str) -> str:
    name = re.sub(r"^第[一二三四五六七八九十]部分\s*", "", _CODE.sub("", _YEAR_FIRST.sub("", tidy(text))))
    for tail in name_words().name_tails:
        name = tail.sub("", name).strip()
    return name


def _is_body(name: str) -> bool:
    return 3 <= len(name) <= 40 and any(name.endswith(ending) for ending in name_words().bodies)


def _most_common(names: Iterable[str]) -> str:
    votes = Counter(name for name in names if _is_body(name))
    return votes.most_common(1)[0][0] if votes else ""


def _file_name_part(stem: str) -> str:
    parts = [_clean_name(part) for part in _FILE_SPLIT.split(tidy(stem))]
    named = [part for part in parts if _is_body(part)] or [part for part in parts if _CHINESE.search(part)]
    return max(named, key=len, default="")


def _aliases(department: str, stem: str, sections: Sequence[Section]) -> tuple[str, ...]:
    """Short forms by rule, those that the text introduces beside the name, and the file's own name for the body."""
    printed = []
    for section in sections:
        for paragraph in section.paragraphs:
            for match in _ABBREVIATION.finditer(paragraph.text):
                if department and paragraph.text[: match.start()].endswith(department):
                    printed.append(match.group(1))
    from_file = _file_name_part(stem)
    found = list(aliases_of(department, printed))
    if from_file and from_file != department:
        found += [from_file, *aliases_of(from_file)]
    return tuple(dict.fromkeys(alias for alias in found if alias != department))


_HEAD_OFFICE = re.compile(r"[（(]?(?:局|机关|厅|委|办)?本级[)）]?$|[（(]本部[)）]$")


def are_related(one: DocumentInfo, other: DocumentInfo) -> bool:
    """Whether two documents are of one body, or of a department and a unit named after it."""
    a, b = (_HEAD_OFFICE.sub("", fold(info.department)) for info in (one, other))
    return bool(a and b) and (a.startswith(b) or b.startswith(a))
