#!/usr/bin/env python3
"""Each bug of actors/planted_bugs.hpp must be caught, by the checker of the rule that it breaks, or by what a
scenario expects.

`drey_planted N simulate …` is `drey` with the bug of that place: heavy seeds are run until the rule is
seen broken, or seeds without faults until an expectation is not met. Ends with one line `N passed, M failed`.
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = ROOT / "actors" / "planted_bugs.hpp"
SCENARIOS = ("configs/scenarios/session-cluster.yaml", "tests/worlds/people.yaml",
             "tests/worlds/rollout.yaml", "tests/worlds/upgrade.yaml",
             "tests/worlds/discarding.yaml",
             "tests/worlds/scaling.yaml", "tests/worlds/crowded.yaml",
             "tests/worlds/shared_slots.yaml",
             "tests/worlds/paused.yaml", "tests/worlds/idle.yaml",
             "tests/worlds/troubles.yaml", "tests/worlds/snapshots.yaml",
             "tests/worlds/rollback.yaml", "tests/worlds/cluster_rollback.yaml",
             "tests/worlds/application.yaml", "tests/worlds/overtaken.yaml",
             "tests/worlds/farewell.yaml", "tests/worlds/poison.yaml",
             "tests/worlds/yielding.yaml", "tests/worlds/native.yaml",
             "tests/worlds/left_behind.yaml", "tests/worlds/resting.yaml", "tests/worlds/fleet.yaml",
             "tests/worlds/native_application.yaml", "tests/worlds/spare_first.yaml",
             "tests/worlds/lost_slots.yaml", "tests/worlds/lost_nodes.yaml",
             "tests/worlds/drained.yaml", "tests/worlds/periodic.yaml",
             "tests/worlds/rescaling.yaml", "tests/worlds/rescaling_applications.yaml")
RULES = range(9)
EXPECTED = 9  # what a scenario expects, in place of a rule
# Where each was caught before: tried first. It is no proof by itself, and when it does not show the
# bug any more the search goes on as without it.
CAUGHT_BEFORE = {
    "overlooked_loss": ("tests/worlds/idle.yaml", 25),
    "lasting_contest": ("tests/worlds/scaling.yaml", 5),
    "unasked_restart": ("tests/worlds/held_change.yaml", 2),
    "disputed_status": ("tests/worlds/newer_status.yaml", 1),
    "wide_scale_selector": ("configs/scenarios/session-cluster.yaml", 1),
    "boundless_room": ("tests/worlds/crowded.yaml", 1),
    "unread_quota": ("tests/worlds/quota_guard.yaml", 1),
    "cordoned_room": ("tests/worlds/drained.yaml", 1),
    "undone_scaling": ("tests/worlds/cluster_rollback.yaml", 2),
    "forgotten_step": ("tests/worlds/cluster_undone.yaml", 2),
    "greedy_parallelism": ("tests/worlds/shared_slots.yaml", 2),
    "tireless_restart": ("tests/worlds/people.yaml", 1),
    "hasty_suspicion": ("configs/scenarios/session-cluster.yaml", 1),
    "hasty_replacement": ("configs/scenarios/session-cluster.yaml", 3),
    "unread_lock": ("tests/worlds/lost_nodes.yaml", 1),
    "hoarded_places": ("tests/worlds/crowded.yaml", 2),
    "foreign_trigger_id": ("tests/worlds/old_flink.yaml", 1),
    "overtaken_checkpoint": ("tests/worlds/snapshots.yaml", 1),
    "lasting_trouble": ("configs/scenarios/session-cluster.yaml", 2),
    "overlooked_pods": ("tests/worlds/taken_over.yaml", 1),
    "overlooked_elders": ("tests/worlds/taken_over.yaml", 1),
    "lasting_rescale": ("tests/worlds/not_rescaled.yaml", 4),
    "mixed_template": ("tests/worlds/taken_over.yaml", 1),
    "taken_name": ("tests/worlds/taken_name.yaml", 1),
    "shared_directory": ("tests/worlds/shared_directories.yaml", 1),
    "believed_absence": ("tests/worlds/catalogue/FLINK-35278.yaml", 326),
    "twin_launch": ("tests/worlds/catalogue/FLINK-26577-lost.yaml", 4),
    "pressed_rollout": ("tests/worlds/catalogue/strimzi-8116.yaml", 1),
    "forgotten_apache": ("tests/worlds/catalogue/FLINK-36037.yaml", 1),
    "patient_set": ("tests/worlds/refused_pods.yaml", 1),
    "silent_mounts": ("tests/worlds/unmounted.yaml", 1),
    "silent_ends": ("tests/worlds/ended_pods.yaml", 1),
    "unread_format": ("tests/worlds/other_flink.yaml", 1),
    "silent_slots": ("tests/worlds/lost_slots.yaml", 1),
    "suspected_slots": ("tests/worlds/lost_slots.yaml", 1),
    "watch_end_ignored": ("configs/scenarios/session-cluster.yaml", 6),
    "submit_before_status": ("configs/scenarios/session-cluster.yaml", 3),
    "unknown_is_failed": ("configs/scenarios/session-cluster.yaml", 3),
    "unversioned_status": ("configs/scenarios/session-cluster.yaml", 1),
    "fence_never_closes": ("configs/scenarios/session-cluster.yaml", 4),
    "careless_deletion": ("tests/worlds/farewell.yaml", 1),
    "unguarded_launch": ("tests/worlds/catalogue/FLINK-35292.yaml", 3),
    "unread_progress": ("tests/worlds/unheard_start.yaml", 56),
    "stale_restore": ("configs/scenarios/session-cluster.yaml", 1),
    "late_rollback": ("tests/worlds/rollback.yaml", 1),
    "forgetful_upgrade": ("tests/worlds/rollout.yaml", 1),
    "unasked_retention": ("tests/worlds/discarding.yaml", 1),
    "unnamed_resource": ("configs/scenarios/session-cluster.yaml", 1),
    "unwritten_snapshot": ("tests/worlds/snapshots.yaml", 1),
    "stop_before_status": ("tests/worlds/rollout.yaml", 1),
    "lost_last_savepoint": ("tests/worlds/catalogue/FLINK-33522.yaml", 1),
    "fixed_results": ("tests/worlds/catalogue/FLINK-40467.yaml", 1),
    "believed_list": ("tests/worlds/catalogue/rabbitmq-653-list.yaml", 195),
    "hasty_sweep": ("tests/worlds/catalogue/FLINK-28979-unseen.yaml", 1),
    "believed_silence": ("tests/worlds/catalogue/FLINK-31277-unread.yaml", 1),
    "lost_start": ("tests/worlds/spare_first.yaml", 1),
    "unnamed_rescale": ("tests/worlds/rescaling.yaml", 1),
    "unstopped_restart": ("tests/worlds/upgrade.yaml", 1),
    "preference_ignored": ("tests/worlds/snapshots.yaml", 1),
    "silent_preference": ("tests/worlds/snapshots.yaml", 1),
    "unasked_shrink": ("tests/worlds/people.yaml", 1),
    "early_removal": ("tests/worlds/native.yaml", 1),
    "unasked_rest": ("tests/worlds/resting.yaml", 1),
    "kept_task_managers": ("tests/worlds/native.yaml", 1),
    "overtaken_step": ("tests/worlds/back_again.yaml", 2),
    "unsecured_rollout": ("tests/worlds/rollout.yaml", 1),
    "inherited_task_managers": ("tests/worlds/native_application.yaml", 1),
    "ownerless_launch": ("tests/worlds/native_application.yaml", 1),
    "hasty_launch": ("tests/worlds/left_behind.yaml", 178),
    "new_id_every_retry": ("configs/scenarios/session-cluster.yaml", 18),
    "last_snapshot_goes": ("tests/worlds/snapshots.yaml", 1),
    "task_managers_first": ("tests/worlds/people.yaml", 1),
    "needed_files_go": ("tests/worlds/snapshots.yaml", 5),
    "finalizer_at_once": ("tests/worlds/people.yaml", 2),
    "removal_in_one_pass": ("tests/worlds/people.yaml", 33),
    "brakeless_fleet": ("tests/worlds/fleet.yaml", 1),
    "pause_ignored": ("tests/worlds/paused.yaml", 1),
    "yield_ignored": ("tests/worlds/yielding.yaml", 1),
    "forgetful_schedule": ("tests/worlds/snapshots.yaml", 14),
    "restless_template": ("tests/worlds/back_again.yaml", 1),
    "restless_status": ("tests/worlds/people.yaml", 1),
    "restless_choice": ("tests/worlds/unlisted.yaml", 2),
    "hasty_first_look": ("tests/worlds/people.yaml", 1),
}
SEEDS_MAX = 200  # of each scenario
SEEDS_AT_ONCE = 20
WORKERS = 2


@dataclass(frozen=True)
class Bug:
    name: str
    rule: int
    place: int  # in the header, from 1

    @property
    def told(self) -> str:
        return "expected" if self.rule == EXPECTED else f"rule {self.rule}"

    @property
    def faults(self) -> str:
        """What a scenario expects at given times need not come true beside other faults."""
        return "none" if self.rule == EXPECTED else "heavy"

    def program(self, build: pathlib.Path) -> list[str]:
        return [str(build / "drey_planted"), str(self.place)]


class Failure(Exception):
    """A bug that was not caught."""


def bugs() -> list[Bug]:
    found = re.findall(r"^  (\w+),\s*///< (?:rule (\d)|expected):", HEADER.read_text(), re.MULTILINE)
    return [Bug(name, int(rule or EXPECTED), place) for place, (name, rule) in enumerate(found, start=1)]


def named_in(bug: Bug) -> bool:
    """Whether any file behaves otherwise with this bug."""
    mention = re.compile(rf"\bplanted_bug::{bug.name}\b")
    return any(mention.search(path.read_text()) for path in (ROOT / "actors").rglob("*.cpp"))


def rules_broken(program: list[str], scenario: str, first_seed: int, seeds: int,
                 faults: str = "heavy") -> set[tuple[int, int]]:
    """(rule, seed) of every violation, and of every expectation that was not met, in so many seeds."""
    command = [*program, "simulate", scenario, "--faults", faults, "--format", "json",
               "--seed", str(first_seed), "--seeds", str(seeds)]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    try:
        told = json.loads(done.stdout)
    except json.JSONDecodeError as broken:
        raise Failure(f"{shlex.join(command)} ended with {done.returncode}\n"
                      f"{done.stderr}") from broken
    runs = [{"seed": first_seed, **told}] if seeds == 1 else told["failed"]
    unmet = {(EXPECTED, run["seed"]) for run in runs if not all(one["held"] for one in run["expectations"])}
    return unmet | {(violation["rule"], run["seed"]) for run in runs for violation in run["violations"]}


def shows(build: pathlib.Path, bug: Bug, scenario: str, seed: int) -> bool:
    """Without the bug the same run must keep the rule, or nothing was shown."""
    one = (bug.rule, seed)
    return (one in rules_broken(bug.program(build), scenario, seed, 1, bug.faults)
            and one not in rules_broken([str(build / "drey")], scenario, seed, 1, bug.faults))


def catch(build: pathlib.Path, bug: Bug) -> str:
    """How it was caught; raises when it was not."""
    if not named_in(bug):
        raise Failure(f"no file of actors/ names planted_bug::{bug.name}")
    others: set[int] = set()
    if bug.name in CAUGHT_BEFORE:
        scenario, seed = CAUGHT_BEFORE[bug.name]
        if shows(build, bug, scenario, seed):
            return f"{pathlib.Path(scenario).stem}, seed {seed}"
    for first_seed in range(1, SEEDS_MAX + 1, SEEDS_AT_ONCE):
        for scenario in SCENARIOS:
            broken = rules_broken(bug.program(build), scenario, first_seed, SEEDS_AT_ONCE, bug.faults)
            for seed in sorted(seed for rule, seed in broken if rule == bug.rule):
                if shows(build, bug, scenario, seed):
                    return f"{pathlib.Path(scenario).stem}, seed {seed}"
            others |= {rule for rule, _ in broken}
    seen = f"rules {sorted(others)} were" if others else "nothing was"
    raise Failure(f"rule {bug.rule} was not seen broken in {SEEDS_MAX} heavy seeds of each of "
                  f"{', '.join(SCENARIOS)}; {seen}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--only", help="the name of one bug")
    options = parser.parse_args()
    build = options.build.resolve()
    made = subprocess.run(["ninja", "-C", str(build), "drey", "drey_planted"], text=True,
                          capture_output=True, check=False)
    if made.returncode != 0:
        print(made.stdout + made.stderr)
        print("0 passed, 1 failed")
        return 1
    wanted = [bug for bug in bugs() if options.only in (None, bug.name)]
    passed = failed = 0
    for rule in RULES:
        if options.only is None and not any(bug.rule == rule for bug in wanted):
            print(f"no planted bug breaks rule {rule}")
            failed += 1
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
        caught = {workers.submit(catch, build, bug): bug for bug in wanted}
        for one in concurrent.futures.as_completed(caught):
            bug = caught[one]
            try:
                print(f"{bug.told}: {bug.name} is caught: {one.result()}", flush=True)
                passed += 1
            except Failure as why:
                print(f"{bug.told}: {bug.name} is NOT caught: {why}", flush=True)
                failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
