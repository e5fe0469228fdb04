"""The frozen types that pass between stages.

Every piece carries its `SourceRef`, so that a figure on the screen can show the cell it was printed in.
Amounts are `Decimal`; a float never holds money. Coordinates are PDF points of the page as displayed
(after /Rotate), origin top left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

BBox = tuple[float, float, float, float]
"""x0, y0, x1, y1 in PDF points, origin top left of the displayed page."""


class DocType(StrEnum):
    """Which stage of the year a document publishes."""

    BUDGET = "预算"
    FINAL = "决算"


class Scope(StrEnum):
    """部门: head office with its units; 单位: one body alone. Never add the two up."""

    DEPARTMENT = "部门"
    UNIT = "单位"


class TableKind(StrEnum):
    """What a table is about, whatever its region calls it."""

    BALANCE = "balance"
    INCOME_TOTAL = "income_total"
    EXPENSE_TOTAL = "expense_total"
    GRANT_BALANCE = "grant_balance"
    GENERAL_PUBLIC = "general_public"
    BASIC_ECONOMIC = "basic_economic"
    GOV_FUND = "gov_fund"
    STATE_CAPITAL = "state_capital"
    THREE_PUBLIC = "three_public"
    PROJECT = "project"
    PERFORMANCE = "performance"
    PROCUREMENT = "procurement"
    ASSETS = "assets"
    UNITS = "units"
    OTHER = "other"


class Blank(StrEnum):
    """How an empty figure was printed; `NONE` means that a number stands there."""

    NONE = ""
    EMPTY = "empty"
    DASH = "dash"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read as it should; never silent."""

    page: int | None
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Where a figure or sentence is printed. `row` and `column` count body rows and columns from 0."""

    document: str
    page: int
    bbox: BBox | None = None
    table: str = ""
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class TextLine:
    """A printed line outside tables and page furniture, in reading order."""

    page: int
    text: str
    bbox: BBox
    size: float
    bold: bool = False


SURE_ENOUGH = 0.8
"""What was recognised from a picture with a smaller `confidence` may well be misread, and people are told so."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One body cell: text joined without line breaks; `confidence` below 1 only where it was recognised from a picture."""

    text: str
    page: int
    bbox: BBox | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """One table, stitched over its pages.

    `header` holds one path a column, outermost heading first. Body rows have one cell a column; covered
    cells of a merge are empty. `halves` are the column ranges of a two-sided table, e.g. ((0, 2), (2, 4));
    one range otherwise. `preamble` holds label-value pairs printed inside the frame above the headings
    (the goal row of a performance table). `department` is the body named above the table, as printed; `period` the line that dates it (预算年度：2023).
    """

    id: str
    index: int
    title: str
    kind: TableKind
    unit: str
    pages: tuple[int, ...]
    header: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    halves: tuple[tuple[int, int], ...] = ()
    preamble: tuple[str, ...] = ()
    department: str = ""
    bboxes: tuple[tuple[int, BBox], ...] = ()
    period: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one PDF file holds, before any meaning: tables and the lines outside them."""

    path: str
    sha256: str
    pages: int
    page_sizes: tuple[tuple[float, float], ...]
    tables: tuple[Table, ...]
    lines: tuple[TextLine, ...]
    problems: tuple[Problem, ...] = ()
    outline: tuple[tuple[str, int], ...] = ()
    metadata_title: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Prose joined over lines and pages. `lines` are its places: (page, bbox, start offset in `text`)."""

    text: str
    lines: tuple[tuple[int, BBox, int], ...]

    @property
    def page(self) -> int:
        return self.lines[0][0]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the paragraphs under it, before its first sub-heading.

    `path` runs from the outermost heading down to its own. `tables` are indexes of tables printed under it.
    """

    id: str
    index: int
    path: tuple[str, ...]
    level: int
    pages: tuple[int, ...]
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[int, ...] = ()

    @property
    def title(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document as a person names it. `id` is the file's name without extension (contract)."""

    id: str
    title: str
    department: str
    year: int | None
    doc_type: DocType | None
    scope: Scope | None
    region: str = ""
    aliases: tuple[str, ...] = ()
    pages: int = 0
    sha256: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure cell with its meaning.

    `item` is the thing the figure is about (a 科目, a 三公 item, a project) and `measure` which money of it
    (合计, 基本支出, 一般公共预算, 决算数 …). In a horizontal 三公 table the item comes from the heading and the
    row is a total; the meaning is the same as in a vertical one.

    `code`: the classification code of the row ("" when none); `item_path`: ancestor labels, outermost first;
    `concept`: vocabulary concept of the item ("" when none); `level`: 0 for a grand total, then 1 类, 2 款, 3 项;
    `side`: "income", "expenditure" or ""; `measure`: vocabulary id of the column's meaning ("" when unknown);
    `stage`: "预算" or "决算", by column heading, else by document; `year`: of the figure;
    `value`: in `unit`, 0 where `blank`; `places`: digits printed after the point.
    """

    id: str
    document: str
    table: str
    kind: TableKind
    item: str
    code: str
    item_path: tuple[str, ...]
    concept: str
    level: int
    is_total: bool
    side: str
    measure: str
    measure_path: tuple[str, ...]
    stage: str
    year: int | None
    value: Decimal
    unit: str
    places: int
    blank: Blank
    source: SourceRef
    text: str = ""
    confidence: float = 1.0


class ClaimRole(StrEnum):
    """What a figure in prose says of its subject."""

    AMOUNT = "amount"
    CHANGE = "change"
    CHANGE_RATE = "change_rate"
    SHARE = "share"
    COMPLETION = "completion"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure stated in prose.

    `subject`: the words it speaks of, cleaned; `concept`/`code`: linked where the vocabulary or the document's
    own codes allow; `context`: heading path; `value`: signed for changes (减少 is negative, 持平 is 0);
    `year`: of the figure; `base_year`: what a change is measured against; `stage`: "预算" or "决算" or "";
    `share_of`: denominator's words; `text`: the sentence; `figure`: as printed ("9.80万元").
    `base_stage`: "预算" or "决算" of the figure a change is measured against ("" when unsaid);
    `fund`: vocabulary id of the money the sentence or its heading limits the figure to (fund.general,
    fund.gov, fund.state, fund.grant; "" for all money); `part_of`: id of the amount this figure is a part of
    ("其中：…", "A（B…，C…）").
    """

    id: str
    document: str
    section: str
    subject: str
    concept: str
    code: str
    context: tuple[str, ...]
    role: ClaimRole
    value: Decimal
    unit: str
    places: int
    year: int | None
    base_year: int | None
    stage: str
    share_of: str
    figure: str
    text: str
    source: SourceRef
    base_stage: str = ""
    fund: str = ""
    part_of: str = ""


class IdentityStatus(StrEnum):
    """`rounding`: off by at most what rounding of the printed digits explains; `hint`: worth a look, not a mistake."""

    HOLDS = "holds"
    ROUNDING = "rounding"
    FAILS = "error"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Term:
    """A figure in an identity: a fact's or claim's id, with its sign."""

    ref: str
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Identity:
    """One equation between printed figures that was checked.

    `rule`: name of the rule in `indexer.checks`; `relation`: "sum" (target = Σ terms), "same" (two places state
    one figure), "ratio", "change", "rate", "at_most"; `target`: the printed figure; `printed`/`expected` are in
    `unit`; `expression` shows the arithmetic; `message` is a sentence a clerk can act on (only when not holding).
    `documents`: more than one for rules across documents.
    """

    id: str
    document: str
    rule: str
    relation: str
    target: Term
    terms: tuple[Term, ...]
    printed: Decimal
    expected: Decimal
    unit: str
    status: IdentityStatus
    expression: str
    message: str = ""
    kind: str = ""
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingInput:
    """A figure that a finding was computed from; `document` is "" for the finding's own."""

    page: int
    table: str
    row: str
    column: str
    value: str
    bbox: BBox | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A place where a document contradicts itself or leaves a gap (contract: `indexer check`)."""

    document: str
    page: int
    rule: str
    kind: str
    where: str
    printed: str
    expected: str
    inputs: tuple[FindingInput, ...]
    severity: str
    message: str
    printed_unit: str = ""
    expected_unit: str = ""
    bbox: BBox | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage for retrieval: one section or one table (or a row group of it).

    `text` is what is embedded and searched; `parent` is the id of the whole table for a row group.
    """

    id: str
    document: str
    kind: str
    text: str
    title: str
    pages: tuple[int, ...]
    table: str = ""
    table_kind: str = ""
    section: str = ""
    parent: str = ""
    rows: tuple[int, int] | None = None
    bbox: BBox | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a passage belongs: document, table kind ("" for prose), id of the whole table that it is rows of ("")."""

    document: str
    table_kind: str
    parent: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Which passages a search may find. `documents` None and empty tuples do not limit.

    `kinds`: table kinds, "" for passages that are no table; `containing`: wording that must stand in the text, compared
    without spaces and differences of width; a number only as a whole.
    """

    documents: tuple[str, ...] | None = None
    kinds: tuple[str, ...] = ()
    containing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """Everything that one document was turned into; what the store writes and reads as one piece.

    `contents`: entries of the contents page as (title, printed page or None, PDF page); for the rules only.
    """

    info: DocumentInfo
    tables: tuple[Table, ...]
    sections: tuple[Section, ...]
    facts: tuple[Fact, ...]
    claims: tuple[Claim, ...]
    chunks: tuple[Chunk, ...] = ()
    identities: tuple[Identity, ...] = ()
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = field(default=())
    contents: tuple[tuple[str, int | None, int], ...] = ()
