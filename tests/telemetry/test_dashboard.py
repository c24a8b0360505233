"""The Grafana dashboard asks for metrics that there are, by labels that they have."""

from __future__ import annotations

import json
import re
from pathlib import Path

from opentelemetry.metrics import get_meter

from gemini_live_interrupt.telemetry.spans import Instruments

DASHBOARD = Path(__file__).resolve().parents[2] / "examples" / "grafana_dashboard.json"


class _Names:
    """A meter that remembers what it was asked for, as Prometheus would name it."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._meter = get_meter("names")

    def create_counter(self, name: str, unit: str = "", description: str = "") -> object:
        self.names.add(name.replace(".", "_") + "_total")
        return self._meter.create_counter(name)

    def create_histogram(self, name: str, unit: str = "", description: str = "") -> object:
        suffix = {"s": "_seconds", "1": "_ratio"}.get(unit, "")
        self.names.add(name.replace(".", "_") + suffix + "_bucket")
        return self._meter.create_histogram(name)


def test_every_metric_of_the_dashboard_is_one_of_ours_and_every_one_of_ours_is_in_it() -> None:
    meter = _Names()
    Instruments(meter)  # type: ignore[arg-type]
    asked = " ".join(
        target["expr"]
        for panel in json.loads(DASHBOARD.read_text())["panels"]
        for target in panel["targets"]
    )
    found = set(re.findall(r"gemini_live_interrupt_\w+_(?:total|bucket)", asked))
    assert found == meter.names
