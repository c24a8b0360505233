"""How well the outcome of an interruption is read from a reply's transcript.

    python bench/outcomes.py             the table
    python bench/outcomes.py --wrong     and each reply that was read wrongly (not of the held-out part)

Replies written by hand. Those of two parts were written before the matching was: one was looked at
while tuning, the other was held out. Those of the third, "fresh", were written afterwards, to be
hard; four of them led to changes. `outcome_replies/*.toml` has them: a reply that was cut, split at
what was heard, and replies to what the user said then, each with what it did. Another draw of the
same kind may come out a few replies worse than the tables here.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from gemini_live_interrupt.core.retold import Retold, retold
from gemini_live_interrupt.heard.sentences import continuation_start

REPLIES = Path(__file__).parent / "outcome_replies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One reply after one cut."""

    language: str
    part: str
    """"tuned on", "held out", or "fresh": written when the matching was done."""
    heard: str
    unheard: str
    reply: str
    sentence: int
    """Where the cut sentence starts, where a person sees it elsewhere than our sentences do."""
    kind: str
    """What it did, as a person says."""

    def read(self) -> Retold:
        """What it did, as we read it."""
        text = self.heard + self.unheard
        start = self.sentence or continuation_start(text, len(self.heard))
        return retold(text, sentence=start, heard=len(self.heard), reply=self.reply)


def cases() -> Iterator[Case]:
    """All replies."""
    for path in sorted(REPLIES.glob("*.toml")):
        data = tomllib.loads(path.read_text("utf-8"))
        for scene in data["scene"]:
            part = "held out" if scene.get("held_out") else data.get("part", "tuned on")
            for reply in scene["replies"]:
                yield Case(
                    language=scene.get("language", data["language"]),
                    part=part,
                    heard=scene["heard"],
                    unheard=scene["unheard"],
                    reply=reply["text"],
                    sentence=scene["heard"].find(scene["sentence"]) if "sentence" in scene else 0,
                    kind=reply["kind"],
                )


def line(name: str, part: Iterable[Case]) -> str:
    """One row of the table."""
    read = [(case, case.read()) for case in part]
    unclear = sum(found.kind == "unclear" for _, found in read)
    right = sum(found.kind == case.kind for case, found in read)
    # The one error that would hide a loss: the story is called resumed, and words were left out.
    hidden = sum(found.kind == "resumed" and case.kind == "skipped" for case, found in read)
    decided = len(read) - unclear
    return (
        f"| {name} | {len(read)} | {100 * right / max(1, decided):.1f} % | {100 * right / len(read):.1f} % | "
        f"{100 * unclear / len(read):.1f} % | {hidden} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--wrong", action="store_true", help="show what was read wrongly")
    arguments = parser.parse_args()
    every = list(cases())
    print(
        "| part | replies | right of the decided | right of all | unclear | skipped, called resumed |"
    )
    print("|---|---|---|---|---|---|")
    for part in ("tuned on", "held out", "fresh"):
        print(line(part, (case for case in every if case.part == part)))
    print(line("all", every))
    for language in sorted({case.language for case in every}):
        print(line(language, (case for case in every if case.language == language)))
    confused = Counter(
        (case.kind, case.read().kind) for case in every if case.kind != case.read().kind
    )
    print("\nConfused:", dict(confused) or "nothing")
    started = perf_counter()
    for case in every:
        case.read()
    print(f"{(perf_counter() - started) / len(every) * 1000:.2f} ms for one reply, on average")
    if arguments.wrong:
        for case in every:
            found = case.read()
            if found.kind != case.kind and case.part != "held out":
                print(
                    f"\n{case.language}: {case.kind}, read as {found}\n  heard: …{case.heard[-70:]}|"
                )
                print(f"  unheard: {case.unheard[:90]}…\n  reply: {case.reply}")


if __name__ == "__main__":
    main()
