"""Words written with another character of the same sound."""

from __future__ import annotations

import pytest

from retriever.engine import Engine
from retriever.homophones import corrected
from retriever.types import Question


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("三公经废多少", "三公经费多少"),
        ("政府采够预算", "政府采购预算"),
        ("公务接代费", "公务接待费"),
        ("物业管里费", "物业管理费"),
        ("住房公基金", "住房公积金"),
        ("预祘总额", "预算总额"),
    ],
)
def test_slips_of_sound_are_mended(written: str, read: str) -> None:
    assert corrected(written)[0] == read


@pytest.mark.parametrize(
    "text", ["文件指出收入增加", "办公费和水电费", "为什么增加了", "培训会开了几次", "岚溪市水利局"]
)
def test_words_of_their_own_stay(text: str) -> None:
    assert corrected(text) == (text, ())


def test_the_answer_says_how_a_slip_was_read(engine: Engine) -> None:
    right = engine.ask(Question("望溪市水务局2024年政府采购预算多少"))
    slip = engine.ask(Question("望溪市水务局2024年政府采够预算多少"))
    assert [v.value for v in slip.values] == [v.value for v in right.values] != []
    assert "采够" in slip.text
    assert "采够" not in right.text
