"""Pages turned to pictures: what a scanner makes of a printed page."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from indexer.pdf import page_picture


def scanned(
    source: Path, target: Path, *, pages: int = 1, dpi: int = 150, skew: float = 0.0, quality: int = 80,
    noise: float = 4.0, blur: float = 0.0, blurred_from: float = 0.0, quarter: int = 0,
) -> Path:  # fmt: skip
    """A PDF of pictures of the first pages, `skew` degrees clockwise, `quarter` turns, grained as scans are.

    `blur` in pixels, right of `blurred_from` of the width.
    """
    canvas = Canvas(str(target))
    random = np.random.default_rng(7)
    for page in range(1, pages + 1):
        picture = page_picture(source, page, dpi).convert("L").rotate(-skew, Image.Resampling.BICUBIC, fillcolor=255)
        if quarter:
            picture = picture.rotate(-90 * quarter, expand=True)
        if blur:
            part = (round(picture.width * blurred_from), 0, picture.width, picture.height)
            picture.paste(picture.crop(part).filter(ImageFilter.GaussianBlur(blur)), part)
        grain = random.normal(0, noise, (picture.height, picture.width))
        grey = np.clip(np.asarray(picture) * 0.95 + grain, 0, 255).astype(np.uint8)
        data = io.BytesIO()
        Image.fromarray(grey).save(data, "JPEG", quality=quality)
        width, height = picture.width / dpi * 72, picture.height / dpi * 72
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(data), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return target
