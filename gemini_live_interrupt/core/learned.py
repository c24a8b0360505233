"""What a session has shown of the ways to let its model know: which worked, and which did not.

Knows counts for each route, and what follows from them. Must not know how an outcome is read
(`retold.py`), or what earlier sessions have shown: a shell brings that as the first evidence. Owns
the evidence of one session. It chooses between routes, and never sends more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

LearnedRoute = Literal["silent", "answering", "repair"]
"""A silent note, an answering note, or a repair where the reply after a note did not come back."""

LearnedDelivery = Literal["silent", "answering"]
"""The routes that are deliveries of a note."""

_OUT = 2
"""Times in a row that a route has to fail, and never to work, until another is taken first."""
_PROVEN = 2
"""Times that a route has to work until nothing else need be ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of one route.

    >>> once = Evidence(route="silent").after(worked=False)
    >>> once.is_out, once.after(worked=False).is_out, once.after(worked=True).is_out
    (False, True, False)
    """

    route: LearnedRoute
    worked: int = 0
    """How often the story went on after it."""
    in_vain: int = 0
    """How often running it did not."""

    def after(self, *, worked: bool) -> Evidence:
        """The evidence, and one more time."""
        if worked:
            return replace(self, worked=self.worked + 1, in_vain=0)
        return replace(self, in_vain=self.in_vain + 1)

    @property
    def is_out(self) -> bool:
        """It failed twice running and never worked: it is not the first choice any more."""
        return self.worked == 0 and self.in_vain >= _OUT

    @property
    def is_proven(self) -> bool:
        """It has worked twice."""
        return self.worked >= _PROVEN


class Learned:
    """The evidence of one session, or of one model in a process.

    Args:
        before: what is known already, say from earlier sessions with this model and backend.
    """

    def __init__(self, before: Iterable[Evidence] = ()) -> None:
        self._routes = {evidence.route: evidence for evidence in before}
        self._refused: frozenset[str] = frozenset()

    def of(self, route: LearnedRoute) -> Evidence:
        """What is known of a route."""
        return self._routes.get(route, Evidence(route=route))

    @property
    def all(self) -> tuple[Evidence, ...]:
        """What is known of any route."""
        return tuple(self._routes.values())

    def best(
        self, first: LearnedDelivery, other: LearnedDelivery | None, *, repairs: bool
    ) -> LearnedDelivery:
        """The delivery to take now: the first choice, unless it is out and another may be better.

        Args:
            first: what is taken as long as nothing speaks against it.
            other: what may be taken instead; None: nothing.
            repairs: a silent note that is not used may be made up for by a repair.
        """
        if other is not None and first in self._refused:
            return other
        if (
            other is None
            or other in self._refused
            or not self.of(first).is_out
            or self.of(other).is_out
        ):
            return first
        made_up_for = first == "silent" and repairs and not self.of("repair").is_out
        return first if made_up_for else other

    def are_refused(self, deliveries: Iterable[LearnedDelivery]) -> None:
        """The server has closed earlier connections of this conversation over these."""
        self._refused = frozenset(deliveries)

    def saw(self, route: LearnedRoute, *, worked: bool) -> None:
        """A route worked, or did not."""
        self._routes[route] = self.of(route).after(worked=worked)
