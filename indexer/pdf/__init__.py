"""Reading PDF files: the one home of pypdfium2 and pypdf."""

from indexer.pdf.document import read_document
from indexer.pdf.page import PageReader
from indexer.pdf.picture import page_picture

__all__ = ["PageReader", "page_picture", "read_document"]
