"""Which unit of a printed list a question names, in whatever short form; documents may print no money of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.text import fold
from indexer.types import DocumentInfo
from retriever.catalog import Catalog
from retriever.language import squeeze
from retriever.subjects import clean
from retriever.units import info_of

_HEAD = re.compile(r"[（(]?(?:本级|机关|本部)[)）]?$")
_HEAD_ASKED = re.compile("本级|本部|机关(?!运行|事业|服务|党)")


def unit_named(text: str, names: Iterable[str], info: DocumentInfo) -> str:
    """The one of the printed names that a question says, 本级 for the department's own row; "" for none or several.

    `info`: the document that lists them.
    """
    listed = dict.fromkeys(names)
    own = fold(info.department)
    heads = [name for name in listed if _HEAD.search(name) or fold(name) == own]
    if _HEAD_ASKED.search(text):
        return heads[0] if len(heads) == 1 else ""
    units = Catalog(info_of(name, info) for name in listed if name not in heads)
    found = {body for mention in units.mentions(clean(squeeze(text))) for body in mention.bodies}
    return units.bodies[found.pop()].name if len(found) == 1 else ""
