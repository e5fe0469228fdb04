"""Small documents and a tiny embedding model for the tests of the store and the command line."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from pathlib import Path

from indexer.types import (
    Blank,
    Cell,
    Chunk,
    Claim,
    ClaimRole,
    DocType,
    DocumentContent,
    DocumentInfo,
    Fact,
    Finding,
    FindingInput,
    Identity,
    IdentityStatus,
    Paragraph,
    Problem,
    Scope,
    Section,
    SourceRef,
    Table,
    TableKind,
    Term,
)

ITEMS = (
    ("公务接待费", "three_public.reception"),
    ("因公出国（境）费", "three_public.abroad"),
    ("公务用车运行维护费", "three_public.vehicle_running"),
)


def pdf(folder: Path, name: str, text: str = "one") -> Path:
    """A file that the store keeps; what it holds does not matter there."""
    path = folder / f"{name}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF-1.4 " + text.encode())
    return path


def content(
    path: Path, department: str = "某区档案局", year: int = 2024, amount: str = "9.80", source: Path | None = None
) -> DocumentContent:
    """A whole document with one of everything, named after `path` and read from it or from `source`."""
    source = source or path
    document = path.stem
    facts = tuple(fact(document, n, item, concept, amount, year) for n, (item, concept) in enumerate(ITEMS))
    return DocumentContent(
        info=DocumentInfo(
            id=document,
            title=f"{department}{year}年部门预算",
            department=department,
            year=year,
            doc_type=DocType.BUDGET,
            scope=Scope.DEPARTMENT,
            aliases=(department[2:],),
            pages=3,
            sha256=hashlib.sha256(source.read_bytes()).hexdigest(),
            path=str(source),
        ),
        tables=(_table(amount),),
        sections=(_section(),),
        facts=facts,
        claims=(_claim(document, amount, year),),
        chunks=_chunks(document, department, amount),
        identities=(_identity(document, amount),),
        findings=(_finding(document, amount),),
        problems=(Problem(2, "ocr", "第 2 页由图片识别"),),
    )


def fact(document: str, row: int, item: str, concept: str, amount: str, year: int) -> Fact:
    return Fact(
        id=f"{document}/f{row}",
        document=document,
        table="t0",
        kind=TableKind.THREE_PUBLIC,
        item=item,
        code="",
        item_path=("“三公”经费",),
        concept=concept,
        level=1,
        is_total=False,
        side="expenditure",
        measure="total",
        measure_path=("预算数",),
        stage="预算",
        year=year,
        value=Decimal(amount) + row,
        unit="万元",
        places=2,
        blank=Blank.NONE,
        source=SourceRef(document, 2, (10.5, 20.0, 30.25, 40.0), "t0", row, 1),
        text=amount,
    )


def _table(amount: str) -> Table:
    rows = tuple((Cell(item, 2, (1.0, 2.0, 3.0, 4.0)), Cell(amount, 2, None, 0.9)) for item, _ in ITEMS)
    return Table(
        id="t0",
        index=0,
        title="“三公”经费预算表",
        kind=TableKind.THREE_PUBLIC,
        unit="万元",
        pages=(2,),
        header=(("项目",), ("预算数",)),
        rows=rows,
        halves=((0, 2),),
        bboxes=((2, (0.0, 0.0, 100.0, 50.0)),),
    )


def _section() -> Section:
    paragraph = Paragraph("公务接待费主要用于接待来访。", ((1, (1.0, 2.0, 3.0, 4.0), 0),))
    return Section("s0", 0, ("第三部分", "“三公”经费说明"), 2, (1,), (paragraph,), (0,))


def _claim(document: str, amount: str, year: int) -> Claim:
    return Claim(
        id=f"{document}/c0",
        document=document,
        section="s0",
        subject="公务接待费",
        concept="three_public.reception",
        code="",
        context=("第三部分",),
        role=ClaimRole.AMOUNT,
        value=Decimal(amount),
        unit="万元",
        places=2,
        year=year,
        base_year=None,
        stage="预算",
        share_of="",
        figure=f"{amount}万元",
        text=f"公务接待费{amount}万元。",
        source=SourceRef(document, 1),
    )


def _identity(document: str, amount: str) -> Identity:
    return Identity(
        id=f"{document}/i0",
        document=document,
        rule="prose",
        relation="same",
        target=Term(f"{document}/f0"),
        terms=(Term(f"{document}/c0"),),
        printed=Decimal(amount),
        expected=Decimal(amount),
        unit="万元",
        status=IdentityStatus.HOLDS,
        expression=f"{amount} = {amount}",
    )


def _finding(document: str, amount: str) -> Finding:
    given = (FindingInput(2, "“三公”经费预算表", "公务接待费", "预算数", amount),)
    return Finding(
        document, 2, "sum", "总和", "三公合计", "1.00", amount, given, "error", "合计不等于分项之和", "万元", "万元"
    )


def _chunks(document: str, department: str, amount: str) -> tuple[Chunk, ...]:
    prose = f"{department} 公务接待费主要用于接待来访。"
    table = f"{department} “三公”经费预算表 公务接待费 {amount} 因公出国（境）费 公务用车运行维护费"
    return (
        Chunk(f"{document}/k0", document, "section", prose, "“三公”经费说明", (1,), section="s0"),
        Chunk(f"{document}/k1", document, "table", table, "“三公”经费预算表", (2,), "t0", "three_public", rows=(0, 3)),
    )


def tiny_model(folder: Path, dimension: int = 16, seed: int = 1) -> Path:
    """A sentence-transformers model of one StaticEmbedding: a random vector a character."""
    import numpy as np
    from safetensors.numpy import save_file
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    characters = [chr(c) for c in range(0x4E00, 0x9FA6)] + list("0123456789.%abcdefghijklmnopqrstuvwxyz（）“”。")
    vocabulary = {"[UNK]": 0} | {c: n for n, c in enumerate(characters, 1)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    weights = np.random.default_rng(seed).normal(size=(len(vocabulary), dimension)).astype("float16")
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    save_file({"embedding.weight": weights}, folder / "model.safetensors")
    module = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"}
    (folder / "modules.json").write_text(json.dumps([module]), encoding="utf-8")
    return folder
