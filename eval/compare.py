"""Two runs over the same cases: what got better, what got worse, and whether that is more than chance."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.statistics import Share, mcnemar
from indexer.errors import UsageError

Run = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cases of both runs. `better`, `worse`: judgements of the new run (of the old one) that changed;
    `falsely_verified`: cases only the new run verifies wrongly; `settings`: what else differs, as (old, new)."""

    before: Share
    after: Share
    better: tuple[Run, ...]
    worse: tuple[Run, ...]
    falsely_verified: tuple[Run, ...]
    p: float
    settings: Mapping[str, tuple[str, str]]
    left_out: int


def read_run(path: Path) -> Run:
    """A run from its report folder or `report.json`. Raises UsageError."""
    file = path / "report.json" if path.is_dir() else path
    try:
        run: Run = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UsageError(f"{file}：无法读取（{error}）") from error
    if not isinstance(run, dict) or not isinstance(run.get("judgements"), list):
        raise UsageError(f"{file} 不是评测报告")
    return run


def compare(old: Run, new: Run) -> Comparison:
    """Case by case over the cases that both runs have. Raises UsageError when there are none."""
    before = {str(j["id"]): j for j in old["judgements"]}
    after = {str(j["id"]): j for j in new["judgements"]}
    shared = [i for i in before if i in after]
    if not shared:
        raise UsageError("两次评测没有共同的问题")
    better = tuple(after[i] for i in shared if after[i]["ok"] and not before[i]["ok"])
    worse = tuple(after[i] for i in shared if before[i]["ok"] and not after[i]["ok"])
    return Comparison(
        before=Share(sum(before[i]["ok"] for i in shared), len(shared)),
        after=Share(sum(after[i]["ok"] for i in shared), len(shared)),
        better=better,
        worse=worse,
        falsely_verified=tuple(
            after[i] for i in shared if after[i]["false_verified"] and not before[i]["false_verified"]
        ),
        p=mcnemar(len(better), len(worse)),
        settings=_differing(old.get("environment", {}), new.get("environment", {})),
        left_out=len(before.keys() ^ after.keys()),
    )


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    names = dict.fromkeys((*old, *new))
    return {n: (old.get(n, ""), new.get(n, "")) for n in names if n != "时间" and old.get(n) != new.get(n)}


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as `eval compare` prints it."""
    return {
        "cases": comparison.before.asked,
        "left_out": comparison.left_out,
        "before": round(comparison.before.ratio, 4),
        "after": round(comparison.after.ratio, 4),
        "better": [j["id"] for j in comparison.better],
        "worse": [j["id"] for j in comparison.worse],
        "newly_false_verified": [j["id"] for j in comparison.falsely_verified],
        "mcnemar_p": round(comparison.p, 6),
        "differing": {name: list(values) for name, values in comparison.settings.items()},
    }


def comparison_lines(comparison: Comparison) -> list[str]:
    """The same as sentences a person reads."""
    likely = "不像偶然" if comparison.p < 0.05 else "可能只是偶然"
    lines = [
        f"共同的问题 {comparison.before.asked} 个：答对 {comparison.before.right} → {comparison.after.right}，"
        f"变好 {len(comparison.better)}，变差 {len(comparison.worse)}，精确 McNemar 检验 p = {comparison.p:.4f}（{likely}）"
    ]
    if comparison.left_out:
        lines.append(f"只在一次评测中出现、没有比较的问题 {comparison.left_out} 个")
    for word, changed in (("变好", comparison.better), ("变差", comparison.worse)):
        lines += [f"{word} {j['id']}：{j.get('question', '')}　{j['reason']}".rstrip() for j in changed]
    lines += [f"新的误报已核实 {j['id']}：{j.get('question', '')}　{j['reason']}" for j in comparison.falsely_verified]
    lines += [f"不同 {name}：{a or '（无）'} → {b or '（无）'}" for name, (a, b) in comparison.settings.items()]
    return lines
