"""drey is killed again and again at random moments while jobs come and go."""

import os
import random
import signal
import time

from kit import equal
from operator_kit import (JOBS, comes_to_rest, job_manifest, kill_operator, operator_pods, processes_of, shared,
                          signal_all, wait_leader, wait_operator)
from shell import wait_for

ALONE = True  # the operator is killed
ROUNDS = 5
SEED = int(os.environ.get("LAB_SEED", time.time()))
LONGEST = 2.5  # a submission and a deletion take less


def _crash() -> None:
    """SIGKILL; then the pod goes, too, since kubelet would wait longer before each next start."""
    (pod,) = wait_operator()
    signal_all(processes_of(pod), signal.SIGKILL)
    kill_operator(pod)
    wait_for(f"{pod} to be gone", lambda: pod not in [one["metadata"]["name"] for one in operator_pods()], 30)


def _after(chance: random.Random) -> float:
    """The moment of the crash: any moment is as good as another, and LAB_SEED repeats them."""
    seconds = chance.uniform(0, LONGEST)
    time.sleep(seconds)
    return round(seconds, 3)


def case_killed_again_and_again(case):
    """Every job has one execution, every deleted one is cancelled, and the one beside them runs on."""
    session, chance = shared(case, __file__), random.Random(SEED)
    case.note("LAB_SEED", SEED)
    bystander = session.start("bystander")
    newest, kills = session.newest_checkpoint(bystander), []
    for number in range(ROUNDS):
        name = f"storm-{number}"
        case.apply(job_manifest(name))
        kills.append(_after(chance))
        _crash()
        job = session.wait_state(name, "RUNNING", 90)
        equal([row["jid"] for row in session.executions(name)], [job], f"every execution of {name}, seed {SEED}")
        case.kubectl("delete", JOBS, name, "--wait=false")
        kills.append(_after(chance))
        _crash()
        wait_for(f"{name} to be gone", lambda: session.resource(JOBS, name) is None or session.unseen(name, JOBS), 90)
        equal([(row["jid"], row["state"]) for row in session.executions(name)], [(job, "CANCELED")],
              f"every execution of {name} in the end, seed {SEED}")
    wait_leader(wait_operator())
    case.note("seconds after which it was killed", kills)
    session.flink.wait_checkpoint(bystander, after=newest)
    equal(session.flink.checkpoints(bystander)["counts"]["restored"], 0, "restores of the job beside them")
    comes_to_rest(case)
    equal(session.status("bystander")["lineage"]["jobIds"], [bystander], "lineage of the job beside them")
    session.delete("bystander")


case_killed_again_and_again.NEEDS_OPERATOR = case_killed_again_and_again.NEEDS_FULL = True
