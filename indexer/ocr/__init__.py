"""Reading scanned pages: the one home of rapidocr and OpenCV. Nothing heavy is imported before the first scan."""

from indexer.ocr.scan import read_scan

__all__ = ["read_scan"]
