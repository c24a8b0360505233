"""One answer against the truth, and the tables of many: what the benches of heard words share."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import estimators
from delivery import Arrival, Cut
from rich.console import Console
from rich.table import Table

from gemini_live_interrupt.heard.sentences import continuation_start


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One interruption."""

    set: str
    """The kind of speech and delivery."""
    language: str
    cut: Cut
    earlier: tuple[Arrival, ...]
    """A turn of the same voice before it."""

    @property
    def rendering(self) -> tuple[str, int]:
        """The same for all interruptions of one text by one voice at one rate."""
        return self.cut.speech.text, sum(len(arrival.pcm) for arrival in self.earlier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one estimator made of one trial."""

    set: str
    language: str
    rendering: tuple[str, int]
    at_s: float
    error: float
    """Words, signed: positive where more was said to be heard than was."""
    claimed: float
    """Words, signed, of the whole words claimed."""
    right_sentence: bool
    uncertainty: float | None


def judge(trial: Trial, estimate: estimators.Estimate) -> Result:
    """Compare one answer with the truth."""
    cut, said = trial.cut, len(trial.cut.speech.words)
    truth = cut.truth
    position = cut.transcript.words_at(estimate.position, said)
    true_start = continuation_start(cut.text, cut.transcript.position_of(truth))
    return Result(
        set=trial.set,
        language=trial.language,
        rendering=trial.rendering,
        at_s=cut.played_ms / 1000.0,
        error=position - truth,
        claimed=cut.transcript.words_at(estimate.end, said) - truth,
        right_sentence=estimate.continuation == true_start,
        uncertainty=estimate.uncertainty,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def give_or_take(results: Sequence[Result]) -> float:
    """Half the 95 % interval of the mean error. Errors of one rendering go together, so it is taken
    over renderings, not over interruptions."""
    mean = statistics.fmean(abs(result.error) for result in results)
    off: dict[tuple[str, int], float] = defaultdict(float)
    for result in results:
        off[result.rendering] += abs(result.error) - mean
    return 1.96 * math.sqrt(sum(total * total for total in off.values())) / len(results)


def row(results: Sequence[Result]) -> list[str]:
    """Figures of one estimator on one set."""
    errors = [abs(result.error) for result in results]
    count = len(results) or 1
    return [
        f"{statistics.fmean(errors):.3f} ± {give_or_take(results):.3f}",
        f"{statistics.median(errors):.2f}",
        f"{percentile(errors, 0.95):.2f}",
        f"{max(errors):.1f}",
        f"{100 * sum(error > 3 for error in errors) / count:.1f} %",
        f"{100 * sum(result.right_sentence for result in results) / count:.1f} %",
        f"{100 * sum(result.claimed > 0.05 for result in results) / count:.0f} %",
        f"{100 * sum(result.claimed > 1 for result in results) / count:.1f} %",
    ]


COLUMNS = (
    "mean", "median", "p95", "most", "> 3 words", "right sentence", "claims too much", "by > 1 word",
)  # fmt: skip


def tables(
    found: dict[str, list[Result]], main: Sequence[str], of_main: str
) -> list[tuple[str, list[str], list[list[str]]]]:
    """Title, heads and rows of each table."""
    sets = list(dict.fromkeys(result.set for result in next(iter(found.values()))))
    by_estimator = [
        [name, *row([result for result in results if result.set in main])]
        for name, results in found.items()
    ]
    first = next(iter(found))
    by_set = [
        [name, str(len(chosen)), *row(chosen)]
        for name in sets
        if (chosen := [result for result in found[first] if result.set == name])
    ]
    means = []
    for name, results in found.items():
        cells = [name]
        for of in sets:
            errors = [abs(result.error) for result in results if result.set == of]
            cells.append(f"{statistics.fmean(errors):.2f} / {percentile(errors, 0.95):.2f}")
        means.append(cells)
    count = sum(result.set in main for result in found[first])
    return [
        (
            f"All estimators: {of_main} ({count} interruptions)",
            ["estimator", *COLUMNS],
            by_estimator,
        ),
        ("Ours, by set", ["set", "n", *COLUMNS], by_set),
        ("Mean / 95th percentile, by set", ["estimator", *sets], means),
    ]


def show(console: Console, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print one table."""
    table = Table(title=title, title_justify="left")
    for head in heads:
        table.add_column(head, justify="left" if head in ("estimator", "set") else "right")
    for cells in rows:
        table.add_row(*cells)
    console.print(table)


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(cells) + " |" for cells in rows)])
