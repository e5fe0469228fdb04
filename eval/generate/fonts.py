"""The font that drawing needs; reading the PDFs needs none, for the used glyphs are embedded.

WenQuanYi Micro Hei (Apache-2.0 or GPL-3 with font exception): Debian package fonts-wqy-microhei.
"""

from __future__ import annotations

import os
from pathlib import Path

from indexer.errors import UsageError

FONT_SETTING = "YUSUAN_SAMPLE_FONT"
NAME = "sample"
_PLACES = (
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/wenquanyi/wqy-microhei/wqy-microhei.ttc",
)


def find_font(path: str | None = None) -> Path:
    """The font file: given, by setting, or where systems put it. Raises UsageError when there is none."""
    for place in (path, os.environ.get(FONT_SETTING), *_PLACES):
        if place and Path(place).is_file():
            return Path(place)
    raise UsageError(
        f"生成示例文件需要“文泉驿微米黑”字体：apt install fonts-wqy-microhei，或用 --font、{FONT_SETTING} 指定文件"
    )


def register(path: Path) -> str:
    """Make the font known to reportlab afresh, so that two documents never share a subset; returns its name."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont(NAME, str(path), subfontIndex=0))
    return NAME
