"""Functions that take the fields of a settings class: with its signature, and its documentation.

Knows dataclasses, and the docstrings under their fields. So every setting is said once, where its
field is: type checkers and editors see the whole signature of `enable_interrupt_resume`, `help()`
shows it with what each argument means, and a call gets what was really given. Must not know any
particular setting.
"""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import textwrap
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar, get_type_hints

P = ParamSpec("P")
T = TypeVar("T")
Given = Mapping[str, Any]
"""The arguments that a call really gave, by name."""


def with_settings(kind: Callable[P, Any]) -> Callable[[Callable[[Given], T]], Callable[P, T]]:
    """Let a function be called with the fields of `kind`.

    Args:
        kind: a dataclass of settings.
    """
    return functools.partial(_called_with, kind, ())


def with_session_and_settings(
    kind: Callable[P, Any],
) -> Callable[[Callable[[Any, Given], T]], Callable[Concatenate[Any, P], T]]:
    """The same for a function whose first argument is a session."""
    first = inspect.Parameter("session", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation="Any")
    return functools.partial(_called_with, kind, (first,))


def _called_with(
    kind: Any, first: tuple[inspect.Parameter, ...], function: Callable[..., Any]
) -> Any:
    own = inspect.signature(function)
    fields = inspect.signature(kind).parameters.values()
    signature = own.replace(parameters=[*first, *fields])

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            given = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{function.__name__}() {error}") from None
        return function(*(given.pop(each.name) for each in first), given)

    del call.__wrapped__  # It is called otherwise.
    call.__signature__ = signature  # type: ignore[attr-defined]
    hints = get_type_hints(kind) | {"session": Any} | get_type_hints(function)
    call.__annotations__ = {name: hints[name] for name in [*signature.parameters, "return"]}
    call.__doc__ = _with_arguments(function.__doc__ or "", field_docs(kind))
    return call


def _with_arguments(doc: str, docs: Mapping[str, str]) -> str:
    """Put what each field means at the end of the section "Args:"."""
    lines = inspect.cleandoc(doc).splitlines()
    if "Args:" not in lines:
        return doc
    end = lines.index("", lines.index("Args:"))
    lines[end:end] = [
        textwrap.fill(f"{name}: {text}", 100, initial_indent=" " * 4, subsequent_indent=" " * 8)
        for name, text in docs.items()
    ]
    return "\n".join(lines)


def field_docs(kind: type) -> dict[str, str]:
    """The docstrings under the fields of a dataclass and its bases, in the order of its fields.

    They are read from the source, as pydantic does with `use_attribute_docstrings`; where there is
    none, say in a frozen executable, there are none.
    """
    docs: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        try:
            source = textwrap.dedent(inspect.getsource(each))
        except (OSError, TypeError):
            continue
        body = ast.parse(source).body[0].body  # type: ignore[attr-defined]
        for field, below in itertools.pairwise(body):
            if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr):
                docs[field.target.id] = " ".join(below.value.value.split())  # type: ignore[attr-defined, union-attr]
    return docs
