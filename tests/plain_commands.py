"""Commands as they can be compared, where times and lengths were added up in another order."""

from __future__ import annotations

from typing import Any


def plain(value: Any) -> Any:
    """A command, with sums of lengths as exact as they are."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
