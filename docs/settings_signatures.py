"""The reference shows the functions that take the settings as a user calls them.

Their arguments are put together when the package is imported (`genai/signatures.py`), and mkdocstrings only
reads the source. This extension of Griffe, which does the reading, takes them from the imported functions.
"""

from __future__ import annotations

import inspect
from typing import Any

import griffe

_FUNCTIONS = ("enable_interrupt_resume", "attach_interrupt_resume", "interrupt_resume_settings")


class SettingsSignatures(griffe.Extension):
    """Gives them the signature and the docstring that `help()` shows."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """The package has been read."""
        if pkg.name != "gemini_live_interrupt":
            return
        import gemini_live_interrupt

        for name in _FUNCTIONS:
            function = getattr(gemini_live_interrupt, name)
            shown = pkg[name]
            shown.parameters = griffe.Parameters(
                *(_shown(each) for each in inspect.signature(function).parameters.values())
            )
            shown.docstring = griffe.Docstring(
                inspect.getdoc(function) or "", parent=shown, parser="google"
            )


def _shown(parameter: inspect.Parameter) -> griffe.Parameter:
    has_default = parameter.default is not inspect.Parameter.empty
    return griffe.Parameter(
        parameter.name,
        annotation=str(parameter.annotation),
        kind=griffe.ParameterKind[parameter.kind.name.lower()],
        default=repr(parameter.default) if has_default else None,
    )
