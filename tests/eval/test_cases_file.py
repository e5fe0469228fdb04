"""Questions from a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.cases_file import read_cases
from eval.score import judge
from indexer.errors import UsageError


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "questions.csv"
    path.write_text("\ufeff" + text, encoding="utf-8")
    return path


def test_a_table_with_chinese_headings_gives_cases_that_can_be_scored(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "问题,答案,单位,文件,页码,应含,应拒答\n"
        "三公经费多少,9.80,万元,甲局-2024年部门预算,3；5,,\n"
        "分别多少,1.00；2.00,万元,,,货物,\n"
        "三公经费 → 换算成元,98000,元,,,,\n"
        "明年预算多少,,,,,,是\n",
    )
    money, several, turns, refused = read_cases(path)
    assert money["page"] == {"甲局-2024年部门预算": [3, 5]}
    assert judge(money, {"status": "verified", "values": [{"value": "98000", "unit": "元"}]}).ok
    assert several["expect"]["numbers"] == [{"value": "1.00", "unit": "万元"}, {"value": "2.00", "unit": "万元"}]
    assert several["expect"]["contains"] == ["货物"]
    assert turns["turns"] == ["三公经费", "换算成元"]
    assert judge(refused, {"status": "not_found"}).ok
    assert len({c["id"] for c in (money, several, turns, refused)}) == 4


@pytest.mark.parametrize("row", [",1,万元,3", "问,1；2；3,万元；元,3", "问,1,万元,三"])
def test_a_row_that_makes_no_case_is_a_wrong_call(row: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="第 1 行"):
        read_cases(table(tmp_path, f"问题,答案,单位,页码\n{row}\n"))
