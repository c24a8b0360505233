"""What stands in the place of a method of google-genai: to all who look, the method itself.

Knows the manners of functions: binding, weak references to bound methods, pickle, copies, the flags
and signature that `inspect` reads. Must not know what is done around a call.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import time
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, Protocol, runtime_checkable

import wrapt

_MARK = "_mark_of_gemini_live_interrupt"
_LONGEST_CHAIN = 100
"""Wrappers around a method at most: a chain that goes round in circles has an end."""

_MOST_KEPT = 50
"""Ways of calling a method that are remembered."""

Around = Callable[[Callable[..., Any], Any, tuple[Any, ...], dict[str, Any]], Any]
"""Called with the method as it would be without us, what it is called on, and the arguments."""


@runtime_checkable
class Receives(Protocol):
    """What is around a method that is only awaited for what it brings."""

    arrived: Callable[[Any, Any, float], None]
    """Called with the object, what it has brought, and when it was asked for that, in seconds. Must
    not raise."""
    ended: Callable[[Any, Exception], None]
    """Called with the object and its error. Must not raise."""


def waits(call: Any) -> bool:
    """Whether a bound method does nothing until what it gives is awaited."""
    function = getattr(call, "__func__", call)
    return type(function) is FunctionType and bool(
        function.__code__.co_flags & inspect.CO_COROUTINE
    )


def afterwards(
    given: Any,
    done: Callable[[Any], None],
    failed: Callable[[Exception], None] = lambda error: None,
) -> Any:
    """What a method that does not wait has given, with something done once it is there.

    A task stays one, since nobody need ever await it; and what cannot be awaited is there already.

    Args:
        given: by the method.
        done: called with what comes of it. Must not raise.
        failed: called with its error. Must not raise.

    Returns:
        The same, or what is awaited in its place.
    """
    if isinstance(given, asyncio.Future):
        given.add_done_callback(functools.partial(_is_over, done, failed))
    elif inspect.isawaitable(given):
        waiting: Any = _awaited(given, done, failed)
        # So that "was never awaited" says what the app knows.
        waiting.__qualname__ = str(getattr(given, "__qualname__", waiting.__qualname__))
        return waiting
    else:
        done(given)
    return given


def _is_over(
    done: Callable[[Any], None], failed: Callable[[Exception], None], future: asyncio.Future[Any]
) -> None:
    if future.cancelled():
        return
    # Not by `exception()`: that would count as a look at it, and nobody would be told of it.
    error = future._exception
    if error is None:
        done(future.result())
    elif isinstance(error, Exception):
        failed(error)


async def _awaited(
    given: Any, done: Callable[[Any], None], failed: Callable[[Exception], None]
) -> Any:
    try:
        result = await given
    except Exception as error:
        failed(error)
        raise
    done(result)
    return result


def named(
    call: Any, args: tuple[Any, ...], kwargs: dict[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    """The arguments of a call by name.

    Args:
        call: what takes them: it may be a wrapper of somebody else, that takes some by position.
        args: those by position.
        kwargs: those by name.
        names: what they stand for where `call` does not say.

    >>> named(lambda audio=None, **other: 0, (b"pcm",), {"trace": 1}, ())
    {'audio': b'pcm', 'trace': 1}
    """
    if not args:
        return kwargs
    by_place = dict(zip(names, args, strict=False))
    try:
        signature = inspect.signature(call)
        bound = signature.bind_partial(*args).arguments
    except (ValueError, TypeError):
        return by_place | kwargs
    kinds = {name: parameter.kind for name, parameter in signature.parameters.items()}
    of_call = {n: a for n, a in bound.items() if kinds[n] is not inspect.Parameter.VAR_POSITIONAL}
    return by_place | of_call | kwargs


class Mark:
    """What tells a wrapper of ours from those of others, and whether it is in use."""

    __slots__ = ("is_active", "stands")

    def __init__(self) -> None:
        self.is_active = True
        """False: it only passes on. It may be hidden below a wrapper of somebody else."""
        self.stands: Any = None
        """The wrapper itself: others may copy its attributes to theirs."""


def mark_of(method: Any) -> Mark | None:
    """The mark of a wrapper of ours; None if it is none."""
    method = getattr(method, "__func__", method)
    mark = getattr(method, _MARK, None)
    return mark if isinstance(mark, Mark) and mark.stands is method else None


def is_wrapped(method: Any) -> bool:
    """Whether an active wrapper of ours is in the chain around a method, as far as it shows."""
    for _ in range(_LONGEST_CHAIN):
        method = getattr(method, "__func__", method)
        mark = mark_of(method)
        if mark is not None and mark.is_active:
            return True
        method = getattr(method, "__wrapped__", None)
        if method is None:
            break
    return False


def wrap(function: Any, around: Around) -> tuple[Any, Mark]:
    """What is to stand in the place of a function of a class.

    Args:
        function: what the class has.
        around: what is done at a call; awaited, where the function is.

    Returns:
        That, and its mark.
    """
    if type(function) is FunctionType and inspect.iscoroutinefunction(function):
        code = function.__code__
        plain = code.co_argcount == 1 and not code.co_kwonlyargcount
        variable = code.co_flags & (inspect.CO_VARARGS | inspect.CO_VARKEYWORDS)
        if plain and not variable and isinstance(around, Receives):
            return _plain(function, around)
    wrapper = Wrapper(function, around)
    return wrapper, wrapper._self_mark


def _plain(function: Any, around: Receives) -> tuple[Any, Mark]:
    """For what takes nothing but its object, a function like any other: it costs the host least."""
    mark, arrived, ended = Mark(), around.arrived, around.ended

    async def method(self: Any) -> Any:
        asked_at = time.monotonic()
        try:
            message = await function(self)
        except Exception as error:
            if mark.is_active:
                ended(self, error)
            raise
        if mark.is_active:
            arrived(self, message, asked_at)
        return message

    functools.update_wrapper(method, function)
    mark.stands = method
    setattr(method, _MARK, mark)
    return method, mark


class Wrapper(wrapt.ObjectProxy):  # type: ignore[type-arg]
    """A function of a class with something around it.

    Args:
        function: what the class had.
        around: what is done at a call.
    """

    def __init__(self, function: Any, around: Around) -> None:
        super().__init__(function)
        self._self_mark = mark = Mark()
        mark.stands = self
        # One look at the proxy for each call, since each takes as long as what is done here.
        self._self_parts = function, mark, Taking(function, firsts=1), around

    @property
    def _mark_of_gemini_live_interrupt(self) -> Mark:
        return self._self_mark

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else MethodType(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        function, mark, takes, around = self._self_parts
        if not args:
            return function(**kwargs)  # An error, and the one that it would be without us.
        session = args[0]
        if type(function) is FunctionType:
            bound: Any = MethodType(function, session)
        else:
            bind = getattr(type(function), "__get__", None)
            bound = function if bind is None else bind(function, session, type(session))
        if mark.is_active and takes(args, kwargs):
            return around(bound, session, args[1:], kwargs)
        return bound(*args[1:], **kwargs)

    def __reduce_ex__(self, protocol: Any) -> str:
        return str(self.__wrapped__.__qualname__)  # By name, as functions are.

    def __copy__(self) -> Wrapper:
        return self

    def __deepcopy__(self, memo: Any) -> Wrapper:
        return self


class BoundWrapper(Wrapper):
    """The same for what is bound to its object already, or needs no object.

    Args:
        method: what the object had.
        session: the object.
        around: what is done at a call.
    """

    def __init__(self, method: Any, session: Any, around: Around) -> None:
        super().__init__(method, around)
        self._self_takes, self._self_around = Taking(method, firsts=0), around
        self._self_session = session

    @property
    def __self__(self) -> Any:
        return self._self_session

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self._self_takes(args, kwargs):
            return self.__wrapped__(*args, **kwargs)
        return self._self_around(self.__wrapped__, self._self_session, args, kwargs)


class Taking:
    """Whether a call's arguments are such as a function takes: at the cost of a look, where they were
    before.

    What is wrong must raise at the call, as it would without us, not where the result is awaited.

    Args:
        function: with a signature, or without: then it takes anything.
        firsts: arguments that always come first, by position: the object.
    """

    __slots__ = ("_firsts", "_names", "_needed", "_signature", "_taken")

    def __init__(self, function: Any, *, firsts: int) -> None:
        self._firsts = firsts
        self._taken: set[tuple[str, ...]] = set()
        """Names that were right with nothing else but the first ones."""
        self._names: frozenset[str] | None = None
        """Of what can be named; None: anything can."""
        self._needed: frozenset[str] = frozenset()
        try:
            self._signature: inspect.Signature | None = inspect.signature(function)
        except (ValueError, TypeError):
            self._signature = None
            return
        parameters = list(self._signature.parameters.values())
        if not any(each.kind is each.VAR_KEYWORD for each in parameters):
            self._names = frozenset(each.name for each in parameters[firsts:])
        variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        self._needed = frozenset(
            each.name
            for each in parameters[firsts:]
            if each.default is each.empty and each.kind not in variable
        )

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        by_name = len(args) == self._firsts
        if (by_name and tuple(kwargs) in self._taken) or self._signature is None:
            return True
        given = kwargs.keys()
        if by_name and self._needed <= given and (self._names is None or given <= self._names):
            if len(self._taken) < _MOST_KEPT:
                self._taken.add(tuple(kwargs))
            return True
        try:
            self._signature.bind(*args, **kwargs)
        except TypeError:
            return False
        return True
