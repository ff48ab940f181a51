#!/usr/bin/env python3
"""Measure paylint on what bench.sh has made, beside ripgrep where that is the yardstick.

    measure.py PAYLINT FOLDER [--rounds 15]

Commands that are compared run in turn (A B A B ...), and what counts is the median of the ratios of neighbours,
so that a machine that is busy for a while slows both. Times are those of whole processes.
"""

import argparse
import os
import pathlib
import statistics
import sys
import time
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass
class Run:
    """What one process took: seconds, seconds, MiB."""

    wall: float
    cpu: float
    memory: float


def run(command, folder, allowed):
    """Runs a command in a folder without showing its output."""
    nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    os.chdir(folder)
    start = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ, file_actions=nowhere)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) not in allowed:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


class Report:
    """Prints measures beside their budgets."""

    def __init__(self):
        self.exceeded = 0

    def line(self, what, measured, budget, unit, note=""):
        within = measured <= budget
        self.exceeded += not within
        verdict = "ok" if within else "EXCEEDED"
        print(f"{what:<44} {measured:8.2f} / {budget:<6g} {unit:<10} {verdict:<9}{note}", flush=True)


def median(runs, field):
    return statistics.median(getattr(each, field) for each in runs)


def measure_tree(report, paylint, folder, what, budget, rounds):
    """A tree where few files pay: the walk, the reading and the search before all."""
    ours, theirs = [], []
    for number in range(rounds + 1):
        pair = run([paylint, "."], folder, (0, 1)), run(["rg", "-l", "tradePay", "."], folder, (0, 1))
        # The first round only fills the system's cache.
        if number:
            ours.append(pair[0])
            theirs.append(pair[1])
    for field in ("wall", "cpu"):
        ratio = statistics.median(getattr(a, field) / getattr(b, field) for a, b in zip(ours, theirs))
        note = f"{median(ours, field) * 1000:.0f} ms, rg {median(theirs, field) * 1000:.0f} ms"
        report.line(f"{what}: {field} time", ratio, budget, "of rg's", note)
    # The starter's own memory (some 12 MiB) is the least that can be seen.
    report.line(f"{what}: peak memory", max(each.memory for each in ours), 64, "MiB")


def measure_paying(report, paylint, folder, rounds):
    """A tree where every file pays: parsing and analysis."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MIB
    runs = [run([paylint, "."], folder, (0, 1)) for _ in range(rounds + 1)][1:]
    note = f"{median(runs, 'cpu') * 1000:.0f} ms for {size:.1f} MiB, peak {max(each.memory for each in runs):.0f} MiB"
    report.line("1,000 files that pay: CPU time", median(runs, "cpu") * 1000 / size, 35, "ms a MiB", note)


def measure_file(report, paylint, path, what, budget, rounds):
    runs = [run([paylint, path.name], path.parent, (0, 1)) for _ in range(rounds + 1)][1:]
    report.line(what, median(runs, "wall") * 1000, budget, "ms", f"CPU {median(runs, 'cpu') * 1000:.1f} ms")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paylint", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()
    paylint, folder, report = str(chosen.paylint.resolve()), chosen.folder.resolve(), Report()
    print(f"{'':<44} measured / budget")
    measure_tree(report, paylint, folder / "tree", "tree of 20,000 files", 1.5, chosen.rounds)
    measure_tree(report, paylint, folder / "dense", "tree of which 2 % pay", 2, chosen.rounds)
    measure_paying(report, paylint, folder / "paying", chosen.rounds)
    measure_file(report, paylint, folder / "page.html", "page of 10 KB: wall time", 10, chosen.rounds)
    measure_file(report, paylint, folder / "plain.js", "script of 1 MB: wall time", 75, chosen.rounds)
    measure_file(report, paylint, folder / "bundle.js", "bundle of 1 MB on one line: wall time", 75, chosen.rounds)
    sys.exit(1 if report.exceeded else 0)


if __name__ == "__main__":
    main()
