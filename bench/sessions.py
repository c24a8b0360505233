"""What the library costs a process that carries many calls: CPU, lateness, notes, memory.

    python bench/sessions.py                           # 1, 100, 300 and 1,000 calls; about half an hour
    python bench/sessions.py --quick                   # 1 and 60 calls, one short round each: minutes
    python bench/sessions.py --peer /path/to/python    # also a Python that has another version
    python bench/sessions.py --pauses                  # what one callback of the loop takes, of 100 calls
    python bench/sessions.py --calls 50 --at-once      # all ways at the same time: for a machine that is not quiet

The real SDK over wss; the server is a process of its own (`sessions_server.py`), and so are the hosts
(`sessions_client.py`), one for each round: without the library, with it, and with the other version in
turns, so that a slow machine slows all of them. Quiet, it takes one core for the server and one for the
host. A machine whose speed changes from minute to minute tells the ratio of CPU only with `--at-once`: then
each moment is the same for all; but they are late because of each other. Results go to the screen, as JSON
to `--json`, and as a drawing to `--plot`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

import plot_sessions
import trustme
from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
NAMES = {"bare": "bare SDK", "ours": "with the library", "peer": "gemini-live-interrupt 0.1.0"}
CHUNK_MS = {1: 40, 60: 40, 100: 40, 300: 40, 1000: 250}
WARM_UP = 8.0
"""Seconds after the first reply began that are not counted: from then on the load is even."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round showed. Times in ms, memory in KiB for a call."""

    calls: int
    way: str
    cpu_us: float
    """CPU for a message, of all that the process does."""
    load: float
    """Cores that were busy."""
    messages: float
    """Messages in a second."""
    late: tuple[float, float, float]
    """How late the host has a message: p50, p95, p99."""
    beat: tuple[float, float]
    """How late the loop is: p99, most."""
    spaced: tuple[float, float]
    """From `interrupted` to the note: p50, p99."""
    together: tuple[int, float]
    """How many were interrupted at one instant, and the latest of their notes."""
    lost: int
    doubled: int
    idle_kib: float
    speaking_kib: float
    """Memory beyond that of the idle process, at the most."""
    collected: tuple[float, int, float]
    """Of the garbage collector: seconds in all, full runs, and the longest of them in ms."""


def percentile(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def run(calls: int, way: str, python: str, args: argparse.Namespace, **more: Any) -> dict[str, Any]:
    """One round: both processes, from beginning to end."""
    with tempfile.TemporaryDirectory() as folder:
        authority, certificate = Path(folder, "ca.pem"), Path(folder, "cert.pem")
        ca = trustme.CA()
        ca.cert_pem.write_to_path(str(authority))
        ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
        plan = {
            "calls": calls,
            "way": "bare" if way == "bare" else "library",
            "chunk_ms": args.chunk or CHUNK_MS.get(calls, 40),
            "cycle": 40.0 if calls > 1 else 18.0,
            "seconds": args.seconds,
            "idle_s": 3.0,
            "after_s": 6.0 + calls / 100.0,  # Few calls are all there before the host waits 3 s.
            "microphone_ms": args.microphone,
            "playback_ms": args.playback,
            "handles": False,
            "certificate": str(certificate),
            "authority": str(authority),
            "server_file": str(Path(folder, "server")),
            "client_file": str(Path(folder, "client")),
            **more,
        }
        command = [sys.executable, str(HERE / "sessions_server.py"), json.dumps(plan)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            plan["port"] = int(server.stdout.readline())
            host = [python, str(HERE / "sessions_client.py"), json.dumps(plan)]
            subprocess.run(host, check=True, cwd=folder)
        served = pickle.loads(Path(plan["server_file"]).read_bytes())
        return {**served, **pickle.loads(Path(plan["client_file"]).read_bytes())}


def judged(calls: int, way: str, seen: dict[str, Any], seconds: float) -> Round:
    """What the files of a round say."""
    first, last = seen["begins"] + WARM_UP, seen["begins"] + seconds
    samples = [sample for sample in seen["samples"] if first <= sample[0] <= last]
    (t0, cpu0, count0, _), (t1, cpu1, count1, _) = samples[0], samples[-1]
    late = [
        1000.0 * by
        for sent, by in zip(seen["sent"], seen["late"], strict=True)
        if first <= sent < last
    ]
    spaced, together, lost, doubled = [], [], 0, 0
    for call in seen["calls"]:
        for i, (cut, at_once) in enumerate(call["cut"]):
            until = call["cut"][i + 1][0] if i + 1 < len(call["cut"]) else float("inf")
            mine = [at for at, text in call["notes"] if cut <= at < until and is_note(text)]
            lost += not mine
            doubled += len(mine) > 1
            if mine:
                (together if at_once else spaced).append(1000.0 * (mine[0] - cut))
    return Round(
        calls=calls,
        way=way,
        cpu_us=1e6 * (cpu1 - cpu0) / max(1, count1 - count0),
        load=(cpu1 - cpu0) / (t1 - t0),
        messages=(count1 - count0) / (t1 - t0),
        late=(percentile(late, 0.5), percentile(late, 0.95), percentile(late, 0.99)),
        beat=(1000.0 * percentile(seen["beats"], 0.99), 1000.0 * max(seen["beats"])),
        spaced=(percentile(spaced, 0.5), percentile(spaced, 0.99)),
        together=(len(together), max(together, default=float("nan"))),
        lost=lost if way != "bare" else 0,
        doubled=doubled,
        idle_kib=seen["idle_bytes"] / 1024.0,
        speaking_kib=(max(sample[3] for sample in samples) - seen["base_bytes"]) / 1024.0 / calls,
        collected=(
            sum(sum(each) for each in seen["collections"]),
            len(seen["collections"][2]),
            1000.0 * max(seen["collections"][2], default=0.0),
        ),
    )


def measured(calls: int, way: str, python: str, args: argparse.Namespace) -> Round:
    """One round; once more where the machine was too busy for the host to look at its clock."""
    for _ in range(3):
        seen = run(calls, way, python, args)
        with contextlib.suppress(IndexError, ZeroDivisionError):
            return judged(calls, way, seen, args.seconds)
    raise SystemExit(f"{calls} calls, {way}: the machine is too busy")


def is_note(text: str) -> bool:
    """Whether it is a note, and not a nudge; version 0.1.0 has words of its own."""
    text = text.lower()
    return "your reply was cut off" in text or "interrupt" in text


def compared(console: Console, calls: int, rounds: Sequence[Round], title: str) -> None:
    """The medians of all rounds with so many calls, one column for each way."""
    ways = list(dict.fromkeys(each.way for each in rounds))
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for way in ways:
        table.add_column(NAMES[way], justify="right")

    def row(name: str, show: Any) -> None:
        table.add_row(name, *(show([each for each in rounds if each.way == way]) for way in ways))

    def middle(values: Iterable[float]) -> float:
        return statistics.median(values)

    base = [each for each in rounds if each.way == "bare"]

    def ratio(some: list[Round]) -> str:
        ratios = sorted(one.cpu_us / other.cpu_us for one, other in zip(some, base, strict=False))
        cpu = middle(each.cpu_us for each in some)
        return f"{cpu:.0f} us  {middle(ratios):.3f} ({ratios[0]:.3f} to {ratios[-1]:.3f})"

    def late(share: int) -> Any:
        def show(some: list[Round]) -> str:
            values = [each.late[share] for each in some]
            return f"{middle(values):.1f} ({min(values):.1f} to {max(values):.1f})"

        return show

    row("CPU for a message, ratio", ratio)
    row("cores busy", lambda some: f"{middle(e.load for e in some):.2f}")
    row("messages in a second", lambda some: f"{middle(e.messages for e in some):.0f}")
    for share, name in enumerate(("p50", "p95", "p99")):
        row(f"host has a message late, ms, {name}", late(share))
    row(
        "loop late, ms, p99 / most",
        lambda s: f"{middle(e.beat[0] for e in s):.1f} / {max(e.beat[1] for e in s):.0f}",
    )
    row(
        "garbage collector: s, full runs, longest, ms",
        lambda s: " / ".join(f"{middle(e.collected[i] for e in s):.3g}" for i in range(3)),
    )
    row(
        "note, ms, p50 / p99",
        lambda s: f"{middle(e.spaced[0] for e in s):.1f} / {middle(e.spaced[1] for e in s):.1f}",
    )
    row(
        "at one instant: calls, last note, ms",
        lambda s: f"{s[0].together[0]}, {middle(e.together[1] for e in s):.0f}",
    )
    row("notes lost / doubled", lambda s: f"{sum(e.lost for e in s)} / {sum(e.doubled for e in s)}")
    row("memory of an idle call, KiB", lambda s: f"{middle(e.idle_kib for e in s):.0f}")
    row("memory of a call, at the most", lambda s: f"{middle(e.speaking_kib for e in s):.0f}")
    console.print(table)


def pauses(console: Console, args: argparse.Namespace) -> None:
    """What one callback of the loop takes at the most, in CPU, of 100 calls."""
    table = Table(title="CPU of one callback of the loop, 100 calls, ms", title_justify="left")
    for name in ("", "callbacks", "p50", "p99", "p99.9", "most"):
        table.add_column(name, justify="right")
    for way in ("bare", "ours"):
        seen = run(100, way, sys.executable, args, handles=True)
        for whose, spent in seen["handles"].items():
            if len(spent):
                figures = [percentile(spent, share) for share in (0.5, 0.99, 0.999)]
                cells = [f"{1000.0 * value:.3f}" for value in (*figures, max(spent))]
                table.add_row(f"{NAMES[way]}, {whose}", str(len(spent)), *cells)
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="1 and 60 calls, one short round")
    parser.add_argument("--calls", type=int, nargs="+", help="how many calls at a time")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=38.0, help="of talk in a round")
    parser.add_argument("--chunk", type=int, help="ms of audio in a message")
    parser.add_argument("--microphone", type=int, default=0, help="ms of audio that the app sends")
    parser.add_argument(
        "--playback", type=int, default=0, help="ms that the app's speaker reports at a time"
    )
    parser.add_argument("--peer", help="a Python that has another version of the library")
    parser.add_argument("--pauses", action="store_true", help="what a callback of the loop takes")
    parser.add_argument(
        "--at-once",
        action="store_true",
        help="all ways at the same time: of the results, only the CPU ratio counts",
    )
    parser.add_argument("--json", type=Path, help="all rounds")
    parser.add_argument("--plot", type=Path, help="a drawing of cost against the number of calls")
    args = parser.parse_args()
    console = Console(width=130)
    if args.quick:
        args.rounds, args.seconds = 1, 20.0
    if args.pauses:
        pauses(console, args)
        return
    counts = args.calls or ([1, 60] if args.quick else [1, 100, 300, 1000])
    pythons = {"bare": sys.executable, "ours": sys.executable}
    if args.peer:
        pythons["peer"] = args.peer
    all_rounds: list[Round] = []
    begun = time.monotonic()
    for calls in counts:
        rounds: list[Round] = []
        for turn in range(args.rounds):
            ways = list(pythons)[:: 1 if turn % 2 else -1]
            with ThreadPoolExecutor(len(ways) if args.at_once else 1) as pool:
                of_each = [pythons[way] for way in ways]
                rounds += pool.map(measured, repeat(calls), ways, of_each, repeat(args))
        title = f"{calls} calls, {args.rounds} rounds, {args.chunk or CHUNK_MS.get(calls, 40)} ms of audio a message"
        compared(console, calls, rounds, title)
        all_rounds += rounds
        if args.json:
            args.json.write_text(json.dumps([asdict(each) for each in all_rounds], indent=1))
    if args.plot:
        args.plot.write_text(plot_sessions.drawn(all_rounds, NAMES), "utf-8")
    console.print(f"{time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    main()
