"""Writes the state table and the state picture of `design.md` from the table that is the code.

    python docs/state_table.py           writes both
    python docs/state_table.py --check   says whether they are up to date, and exits 1 if not

Knows the layout of both. Must not know what any event means: every word of it is a name of
`core/table.py`. Not part of the package.
"""

from __future__ import annotations

import re
import sys
from itertools import groupby
from pathlib import Path

from gemini_live_interrupt.core.situation import Floor
from gemini_live_interrupt.core.table import ANY, BY_TIME, LEADS_TO, TABLE, Cell, If, cell

DOCS = Path(__file__).parent
DESIGN, PICTURE = DOCS / "design.md", DOCS / "states.svg"
BEGIN, END = "<!-- state table: python docs/state_table.py -->", "<!-- end of the state table -->"


def plain(name: str) -> str:
    """A name of the code as words: "TurnComplete" and "turn_complete" are "turn complete"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower()


def described(what: Cell) -> str:
    """A cell as words, with the floor that it leads to."""
    if isinstance(what, If):
        guard = plain(what.guard.__name__)
        return f"if {guard}: {described(what.then)}; else {described(what.otherwise)}"
    to = LEADS_TO.get(what)
    text = plain(what.__name__)
    return f"{text} → **{to.name}**" if to else text


def table() -> str:
    """The table as Markdown."""
    events = [event for event, _ in groupby(event for event, _ in TABLE)]
    everywhere = [event for event in events if (event, ANY) in TABLE]
    lines = ["| event | QUIET | REPLYING | CUT |", "|---|---|---|---|"]
    for event in events:
        if event not in everywhere:
            cells = (described(cell(event, floor)) for floor in Floor)
            lines.append(f"| {plain(event.__name__)} | {' | '.join(cells)} |")
    lines += ["", "| event | in every floor |", "|---|---|"]
    lines += [f"| {plain(ev.__name__)} | {described(TABLE[ev, ANY])} |" for ev in everywhere]
    return "\n".join(lines)


# --- the picture

STYLE = """\
 .t{fill:#1f2328}.m{fill:#59636e}.f{fill:#ddf4ff;stroke:#0969da;stroke-width:1.5}
 .a{stroke:#59636e;fill:none;stroke-width:1.5}.h{fill:#59636e}
 @media (prefers-color-scheme: dark){.t{fill:#e6edf3}.m{fill:#9198a1}.f{fill:#0c2d4d;stroke:#4493f8}
 .a{stroke:#9198a1}.h{fill:#9198a1}}"""

BOXES = {Floor.QUIET: (30, 190), Floor.REPLYING: (400, 40), Floor.CUT: (770, 190)}
"""Top left corner of each floor's box."""
WIDE, HIGH = 160, 56
SAYS = {
    Floor.QUIET: "nobody has the floor",
    Floor.REPLYING: "the model is heard",
    Floor.CUT: "the user took it",
}
ARROWS: dict[tuple[Floor, Floor], tuple[str, int, int, str]] = {
    (Floor.QUIET, Floor.REPLYING): ("M110 184 C 120 90, 260 52, 392 56", 236, 60, "end"),
    (Floor.REPLYING, Floor.QUIET): ("M440 104 C 400 170, 290 205, 202 210", 376, 196, "start"),
    (Floor.REPLYING, Floor.CUT): ("M564 56 C 700 52, 840 90, 850 182", 692, 22, "start"),
    (Floor.CUT, Floor.REPLYING): ("M764 210 C 670 205, 560 170, 520 104", 646, 176, "start"),
    (Floor.QUIET, Floor.CUT): ("M194 232 C 380 262, 580 262, 762 232", 480, 276, "middle"),
    (Floor.CUT, Floor.QUIET): ("M850 250 C 800 350, 160 350, 110 254", 480, 346, "middle"),
}
"""Each arrow's path, and where its reasons stand."""


def reasons() -> dict[tuple[Floor, Floor], list[str]]:
    """Why the floor goes from one to another: events, and what time does."""
    found: dict[tuple[Floor, Floor], list[str]] = {way: [text] for way, text in BY_TIME.items()}
    for event in dict.fromkeys(event for event, _ in TABLE):
        for floor in Floor:
            for to in _leads(cell(event, floor)):
                if to is not floor:
                    found.setdefault((floor, to), []).append(plain(event.__name__))
    return found


def _leads(what: Cell) -> set[Floor]:
    if isinstance(what, If):
        return _leads(what.then) | _leads(what.otherwise)
    return {LEADS_TO[what]} if what in LEADS_TO else set()


def _lines(words: list[str]) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) < 34:
            lines[-1] += f", {word}"
        else:
            lines.append(word)
    return lines


def picture() -> str:
    """The states and what leads from one to another, as an SVG."""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 360" font-family="system-ui, sans-serif"'
        ' font-size="13" role="img" aria-label="Who has the floor, and what passes it on">',
        f"<style>\n{STYLE}\n</style>",
        '<defs><marker id="h" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" markerHeight="7"'
        ' orient="auto"><path d="M0 0 L10 5 L0 10z" class="h"/></marker></defs>',
    ]
    for way, why in reasons().items():
        path, x, y, anchor = ARROWS[way]
        parts.append(f'<path d="{path}" class="a" marker-end="url(#h)"/>')
        parts += [
            f'<text x="{x}" y="{y + 17 * i}" class="m" text-anchor="{anchor}">{line}</text>'
            for i, line in enumerate(_lines(why))
        ]
    for floor, (x, y) in BOXES.items():
        middle = x + WIDE // 2
        parts += [
            f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="10" class="f"/>',
            f'<text x="{middle}" y="{y + 24}" class="t" text-anchor="middle" font-weight="600">{floor.name}</text>',
            f'<text x="{middle}" y="{y + 43}" class="m" text-anchor="middle">{SAYS[floor]}</text>',
        ]
    return "\n".join([*parts, "</svg>\n"])


def page(text: str) -> str:
    """`design.md` with the table as it is now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def stale() -> list[str]:
    """The files that differ from the table."""
    wanted = {DESIGN: page(DESIGN.read_text("utf-8")), PICTURE: picture()}
    return [
        path.name
        for path, text in wanted.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]


def main() -> int:
    if "--check" in sys.argv:
        for name in (old := stale()):
            print(f"docs/{name} differs from core/table.py: run python docs/state_table.py")
        return 1 if old else 0
    DESIGN.write_text(page(DESIGN.read_text("utf-8")), "utf-8")
    PICTURE.write_text(picture(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
