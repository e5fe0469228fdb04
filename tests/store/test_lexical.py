"""Tokens: known words whole, unknown runs by pairs of characters."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.lexical import tokens
from tests.store.helpers import ROOT


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("因公出国（境）费", {"出国", "境", "费"}),
        ("公务接待费支出", {"公务接待费", "支出", "公务", "接待"}),
        ("一般公共预算", {"一般公共预算", "公共"}),
        ("蘑菇坡智慧灌区", {"蘑菇", "菇坡", "坡智", "智慧", "灌区"}),
        ("1,050.40万元", {"1050.40", "万元"}),
        ("科目2080505", {"科目", "2080505"}),
        ("ＡＢＣ系统", {"abc", "系统"}),
        ("⻋辆购置", {"购置"}),
        ("，。！?", set()),
        ("", set()),
    ],
)
def test_tokens(text: str, some: set[str]) -> None:
    assert some <= set(tokens(text))
    assert (tokens(text) == ()) == (not some)


def test_every_pair_of_neighbours_can_be_found() -> None:
    text = "青桉市听澜区蘑菇坡灌区改造"
    found = set(tokens(text))
    assert all(any(a + b in word for word in found) for a, b in itertools.pairwise(text))


def test_importing_does_no_work_and_tokens_need_no_temporary_folder(tmp_path: Path) -> None:
    code = """
import os, sys, tempfile
import indexer.lexical
assert "jieba" not in sys.modules
tempfile.tempdir = None
tempfile._candidate_tempdir_list = lambda: []
def refuse(*args, **kwargs):
    raise FileNotFoundError("no usable temporary directory")
tempfile.gettempdir = tempfile.mkstemp = refuse
print(indexer.lexical.tokens("公务接待费")[0])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip()
    assert done.stderr == ""
