"""What the probe's answers look like: a table of the routes, a table of the other questions.

Knows rich. Everything that a service said is shown as text. Must not know how answers were got.
"""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gemini_live_interrupt.commands.probe.conclusions import Findings
from gemini_live_interrupt.commands.shown import shown
from gemini_live_interrupt.core.profiles import RouteFound

_COLOURS = {"yes": "green", "no": "cyan", "mixed": "yellow", "unknown": "dim"}
_REPORT = (
    "Please report what you saw, with the raw evidence: the profiles in core/profiles.py rest on "
    "such reports."
)
_LOCAL = "The local server is a stand-in: this shows what the probe does, and nothing about Gemini."


def show(findings: Findings, *, local: str = "", console: Console | None = None) -> None:
    """Print the answers.

    Args:
        findings: the answers so far.
        local: the local server's profile, if it was that; "": the service.
        console: where to; None: the process's output.
    """
    console = console or Console(highlight=False)
    model = shown(findings.model)
    who = f"the local server does as a stand-in for {model} (profile {local})" if local else model
    if not local:
        who += " does"
    console.print(Text(f"What {who}", style="bold"))
    if local:
        console.print(Text(_LOCAL, style="yellow"))
    if findings.routes:
        console.print(_routes(findings.routes))
    console.print(_answers(findings))
    fits = f'delivery="{findings.fits}"' if findings.fits else "no notes"
    console.print(Text.assemble((f"What fits: {fits}. ", "bold"), findings.because))
    if not local:
        console.print(Text(_REPORT))


def _routes(routes: tuple[RouteFound, ...]) -> Table:
    table = Table(title="How far the model knew that it was cut", title_justify="left")
    table.add_column("told by")
    for name in ("calls", "knew", "in the prompt", "replies", "closed"):
        table.add_column(name, justify="right")
    for route in routes:
        in_prompt = "not known" if route.in_prompt is None else str(route.in_prompt)
        replies = "none" if route.replies is None else f"{route.replies:g}"
        table.add_row(
            route.route.replace("_", " "),
            str(route.calls),
            str(route.used),
            "" if route.route == "none" else in_prompt,
            replies,
            str(route.closes),
        )
    return table


def _answers(findings: Findings) -> Table:
    table = Table(title="What else was asked", title_justify="left")
    for name in ("question", "answer", "seen"):
        table.add_column(name, overflow="fold")
    for one in findings.answers:
        answer = Text(one.answer, style=_COLOURS[one.answer])
        table.add_row(Text(shown(one.question)), answer, Text(shown(one.evidence)))
    return table
