"""The recogniser: pictures of single lines to characters with their places and certainty."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime would call home, and keep an identifier of the machine

_THREADS = 2
"""Documents are read in parallel already; more threads in each would only wait for one another."""


class RecognitionError(Exception):
    """The recogniser gave up on a picture."""


class Mark(NamedTuple):
    """A recognised character; `middle` is its place in the picture, 0 at the left edge and 1 at the right one."""

    text: str
    middle: float
    confidence: float


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The models of the installed package; they need no network."""
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": _THREADS,
            "Rec.rec_img_shape": [3, 48, 160],
            "Det.limit_type": "max",
            "Det.limit_side_len": 1280,
        }
    )


def recognise(lines: Sequence[Picture]) -> list[tuple[Mark, ...]]:
    """Each line's characters, spaces included; nothing where no character was seen. Raises RecognitionError."""
    if not lines:
        return []
    import cv2
    from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError
    from rapidocr.main import RapidOCRError

    try:
        found = _engine().recognize_txt([cv2.cvtColor(line, cv2.COLOR_GRAY2BGR) for line in lines])
    except (RapidOCRError, ONNXRuntimeError, cv2.error) as error:
        raise RecognitionError(str(error)) from error
    return [_marks(text, words) for text, words in zip(found.txts, found.word_results, strict=True)]


def _marks(text: str, words: Any) -> tuple[Mark, ...]:
    """Places come for all characters but spaces, which stand between their neighbours."""
    length = max(float(words.line_txt_len), 1.0)
    places = [(column + 0.5) / length for column in chain.from_iterable(words.word_cols)]
    if len(places) != sum(not c.isspace() for c in text):
        places = [(i + 0.5) / len(text) for i, c in enumerate(text) if not c.isspace()]
    out: list[Mark] = []
    rest = iter(places)
    for c, confidence in zip(text, words.confs, strict=False):
        middle = (out[-1].middle if out else 0.0) if c.isspace() else next(rest)
        out.append(Mark(" " if c.isspace() else c, min(middle, 1.0), float(confidence)))
    return tuple(out)


def text_boxes(picture: Picture) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, right, bottom) of lines of text, top to bottom."""
    import cv2

    found = _engine()(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None:
        return []
    return [
        (int(box[:, 0].min()), int(box[:, 1].min()), int(box[:, 0].max()) + 1, int(box[:, 1].max()) + 1)
        for box in found.boxes
    ]
