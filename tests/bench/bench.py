#!/usr/bin/env python3
"""What the simulator and the machines cost, as a table and as build/bench.json.

Whole programs are measured by the processor time that they used on one core, so that a neighbour on
the machine does not change the figures; the small things by google-benchmark. The operator's memory
is the business of operator_load.py.
"""

import argparse
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
STANDARD = "configs/scenarios/session-cluster.yaml"
REST = "tests/bench/rest.yaml"
NANOSECONDS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": 1_000_000_000}


@dataclass
class Figure:
    what: str
    value: float
    unit: str
    goal: float | None = None

    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return f"goal {self.goal:,.0f}: " + ("met" if self.value >= self.goal else "not met")


def cpu_seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def simulate(build: pathlib.Path, *arguments: str) -> tuple[dict, float]:
    """The run's own statistics and the processor time it took. A violated verdict is an error."""
    with tempfile.TemporaryDirectory() as folder:
        stats = pathlib.Path(folder) / "stats.json"
        before = cpu_seconds_of_children()
        done = subprocess.run([str(build / "drey"), "simulate", *arguments, "--jobs", "1",
                               "--format", "json", "--stats", str(stats)], cwd=ROOT,
                              capture_output=True, text=True, check=False)
        used = cpu_seconds_of_children() - before
        if done.returncode != 0:
            raise SystemExit(f"drey simulate {' '.join(arguments)} ended with {done.returncode}\n"
                             f"{done.stderr}")
        return json.loads(stats.read_text()), used


def simulator(build: pathlib.Path) -> list[Figure]:
    heavy, heavy_cpu = simulate(build, STANDARD, "--faults", "heavy", "--seeds", "200")
    rest, rest_cpu = simulate(build, REST, "--until", "100h")
    return [
        Figure("heavy faults, one core", heavy["events"] / heavy_cpu, "events/s", 300_000),
        Figure("heavy faults, one core", heavy["seeds"] / heavy_cpu * 3600, "seeds/h"),
        Figure("one cluster, ten jobs at rest", rest["virtual_seconds"] / rest_cpu,
               "virtual s/s", 100_000),
        Figure("one cluster, ten jobs at rest", rest["events"] / rest["virtual_seconds"],
               "events/virtual s"),
    ]


def small_things(build: pathlib.Path) -> list[Figure]:
    done = subprocess.run([str(build / "drey_bench"), "--benchmark_format=json"], check=True,
                          stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return [Figure(one["name"].replace("_", " "),
                   one["cpu_time"] * NANOSECONDS[one["time_unit"]], "ns")
            for one in json.loads(done.stdout)["benchmarks"]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    build = parser.parse_args().build.resolve()
    figures = simulator(build) + small_things(build)
    width = max(len(one.what) for one in figures)
    for one in figures:
        value = f"{one.value:,.1f}" if one.value < 1_000 else f"{one.value:,.0f}"
        print(f"{one.what:<{width}}  {value:>12} {one.unit:<17} {one.verdict()}".rstrip())
    (build / "bench.json").write_text(json.dumps([asdict(one) for one in figures], indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
