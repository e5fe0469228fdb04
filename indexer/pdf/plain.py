"""The text of a PDF with nothing made of it: the floor against which reading speed is measured."""

from __future__ import annotations

from pathlib import Path

from indexer.pdf.opening import open_pdf


def plain_text(path: Path) -> tuple[str, ...]:
    """Each page's text as pypdfium2 gives it. Raises the ReadErrors of `read_document`."""
    with open_pdf(Path(path), None) as opened:
        texts = []
        for page in opened.document:
            text = page.get_textpage()
            texts.append(text.get_text_bounded())
            text.close()
            page.close()
        return tuple(texts)
