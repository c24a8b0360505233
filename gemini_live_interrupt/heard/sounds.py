"""What the kinds of sound are like, as far as loudness and crossings of zero can tell.

A dozen kinds are enough: a vowel is loud and crosses zero seldom, a hiss (s, z, sh) crosses it fifty
times in 10 ms, a plosive is mostly silence. Knows neither spelling nor where in the audio anything is.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

__all__ = [
    "CROSSING_COSTS",
    "HISSING",
    "HISSING_DB",
    "LEVEL_COSTS",
    "LOUDEST_DB",
    "MOST_CROSSINGS",
    "SOFTEST_DB",
    "SOUNDS",
    "SoundKind",
    "crossing_costs",
    "level_costs",
]

SOFTEST_DB, LOUDEST_DB = -45, 5
"""Beside the loud parts of the voice; what is softer or louder counts as this."""
MOST_CROSSINGS = 127
"""More in 10 ms count as so many."""


@dataclass(frozen=True, slots=True)
class SoundKind:
    """How one kind of sound looks in the frames: normal distributions."""

    level_db: float
    """Beside the loud parts of the voice."""
    level_spread: float
    """dB."""
    crossings: float
    """10 ln(crossings in 10 ms + 2)."""
    crossings_spread: float
    """Of the same."""
    length: float
    """In spoken units, beside the other sounds of the word."""
    hiss: float = 0.0
    """Spoken units of it that hiss."""


SOUNDS = {
    "V": SoundKind(-4.8, 7.0, 19.5, 3.8, 1.80),
    "W": SoundKind(-5.7, 7.9, 19.5, 3.7, 2.85),
    "S": SoundKind(-11.0, 7.6, 42.5, 6.7, 2.00, 1.7),
    "C": SoundKind(-18.4, 9.5, 34.3, 10.7, 1.55, 1.0),
    "F": SoundKind(-24.6, 8.7, 30.0, 11.6, 1.05, 0.6),
    "H": SoundKind(-17.6, 12.2, 25.6, 9.4, 0.60, 0.2),
    "P": SoundKind(-25.5, 13.0, 17.9, 13.0, 1.35, 0.4),
    "B": SoundKind(-21.5, 13.1, 13.9, 7.2, 0.80),
    "N": SoundKind(-8.5, 8.9, 13.9, 3.0, 1.25),
    "L": SoundKind(-15.7, 11.8, 17.9, 6.4, 0.50),
    "E": SoundKind(-3.0, 7.0, 17.0, 6.0, 3.40),
    "X": SoundKind(-9.4, 9.6, 22.8, 9.1, 1.00, 0.15),
}
_USUAL = SoundKind(-11.4, 10.6, 22.8, 9.1, 0.0)
"""All speech together: what a frame costs is counted against it."""

# Frames that follow each other say much the same, so each counts for less than one; how much less
# hardly matters for the voices that this was learnt on, but with more than a half other voices are
# believed to have said what they have not.
_EACH_COUNTS = 0.4
_MOST_OFF = 3.0


def _cost(value: float, mean: float, spread: float) -> float:
    off = min(abs(value - mean) / spread, _MOST_OFF)
    return off * off / 2.0 + log(spread)


def level_costs(kind: SoundKind) -> tuple[float, ...]:
    """Of a moment with each level, from `SOFTEST_DB`."""
    return tuple(
        _EACH_COUNTS
        * (
            _cost(db, kind.level_db, kind.level_spread)
            - _cost(db, _USUAL.level_db, _USUAL.level_spread)
        )
        for db in range(SOFTEST_DB, LOUDEST_DB + 1)
    )


def crossing_costs(kind: SoundKind) -> tuple[float, ...]:
    """Of a moment with each number of crossings."""
    return tuple(
        _EACH_COUNTS
        * (
            _cost(seen, kind.crossings, kind.crossings_spread)
            - _cost(seen, _USUAL.crossings, _USUAL.crossings_spread)
        )
        for seen in (10.0 * log(crossings + 2) for crossings in range(MOST_CROSSINGS + 1))
    )


LEVEL_COSTS = {name: level_costs(kind) for name, kind in SOUNDS.items()}
CROSSING_COSTS = {name: crossing_costs(kind) for name, kind in SOUNDS.items()}

HISSING = 28
"""Crossings in 10 ms from which a frame that is no more than `HISSING_DB` below the loud parts hisses."""
HISSING_DB = 30
