"""Medians of repeated runs, in the time that the processor worked: other programs hardly disturb it."""

import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence


def warm(work: Callable[[], object], *, runs: int) -> list[float]:
    """Milliseconds of processor time for each run in this process, after one that does not count."""
    work()
    return [_timed(work, time.process_time) for _ in range(runs)]


def taking_turns(works: Mapping[str, Callable[[], object]], *, runs: int) -> dict[str, list[float]]:
    """The same for several works, one run of each at a time, so that a busy spell slows all of them alike."""
    for work in works.values():
        work()
    rounds = [{name: _timed(work, time.process_time) for name, work in works.items()} for _ in range(runs)]
    return {name: [times[name] for times in rounds] for name in works}


def cold(command: Sequence[str], *, runs: int, given: bytes = b"") -> tuple[list[float], list[float]]:
    """Milliseconds of processor time and of waiting, for each run as a process of its own."""
    worked, waited = [], []
    for _ in range(runs):
        before, began = _children(), time.perf_counter()
        subprocess.run(command, input=given, stdout=subprocess.DEVNULL, check=True)
        waited.append((time.perf_counter() - began) * 1000)
        worked.append((_children() - before) * 1000)
    return worked, waited


def report(what: str, times: Sequence[float], unit: str = "ms of processor time") -> None:
    """Print one line: the median, and the best and the worst."""
    middle, low, high = statistics.median(times), min(times), max(times)
    print(f"{what:36} median {middle:8.1f} {unit}   ({low:.1f} to {high:.1f}, {len(times)} runs)", flush=True)


def _timed(work: Callable[[], object], clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return (clock() - began) * 1000


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
