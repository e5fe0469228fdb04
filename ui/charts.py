"""A comparison as a chart. Only here amounts become floats: to be drawn, with the figures themselves in the table."""

from __future__ import annotations

import plotly.graph_objects as go

from ui.compare import DOC_TYPES, Comparison
from ui.words import Words, chinese

_COLOURS = ("#047857", "#b45309", "#1d4ed8", "#be185d", "#6d28d9", "#0e7490", "#4d7c0f", "#9f1239")
_SHAPES = (("circle", "solid"), ("diamond", "dash"), ("square", "dot"), ("x", "dashdot"))
"""What tells lines apart that have the same colour."""
_LINES = "rgba(100,116,139,.25)"
_HEIGHT = 340
_LEGEND_HEIGHT = 8
"""So much higher for each name in the legend, some three of which fit beside each other."""
FEWEST = 2
"""Fewer points make no chart."""


def comparison_to_figure(made: Comparison, fonts: tuple[str, ...], t: Words = chinese) -> go.Figure | None:
    """Lines over years, bars for the rest; None where there is too little to draw."""
    if len(made.marks) < FEWEST:
        return None
    figure = go.Figure()
    for number, group in enumerate(dict.fromkeys(mark.group for mark in made.marks)):
        marks = [mark for mark in made.marks if mark.group == group]
        values = {
            "x": [_named(mark.x, t) for mark in marks],
            "y": [float(mark.y) for mark in marks],
            "name": _named(group, t),
        }
        colour = _COLOURS[number % len(_COLOURS)]
        if made.line:
            symbol, dash = _SHAPES[number // len(_COLOURS) % len(_SHAPES)]
            line = {"color": colour, "dash": dash}
            figure.add_scatter(**values, mode="lines+markers", line=line, marker={"size": 9, "symbol": symbol})
        else:
            figure.add_bar(**values, marker_color=colour)
    figure.update_layout(
        height=_HEIGHT + _LEGEND_HEIGHT * len(figure.data),
        title={"text": made.wanted.subject, "font_size": 15},
        margin={"l": 10, "r": 10, "t": 44, "b": 10},
        barmode="group",
        font_family=", ".join(fonts),
        legend={"orientation": "h", "y": -0.2}
        if made.line
        else {"orientation": "h", "y": 1, "yanchor": "bottom", "x": 1, "xanchor": "right"},
        showlegend=len(figure.data) > 1,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font_color="#64748b",
    )
    figure.update_xaxes(
        type="category",
        automargin=True,
        showgrid=False,
        linecolor=_LINES,
        categoryorder="array" if not made.line else "category ascending",
    )
    figure.update_yaxes(
        title_text=made.unit, rangemode="tozero", automargin=True, gridcolor=_LINES, zerolinecolor=_LINES
    )
    return figure


def _named(name: str, t: Words) -> str:
    """The kind of document at a name's end in the page's language."""
    head, _, last = name.rpartition(" ")
    return f"{head} {t(last)}".strip() if last in DOC_TYPES else name
