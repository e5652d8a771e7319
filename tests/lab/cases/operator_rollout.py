"""A changed spec under drey: what restarts, how often, and for how long the jobs stand still."""

import datetime
import json
import threading
import time

from kit import check, equal
from ledger import continues
from operator_kit import CLUSTERS, Session, comes_to_rest, own_cluster, shared
from rollout_kit import Watch, change, memory, restores, settled, uids
from shell import LabError, wait_for

STANDS_STILL = 3  # seconds without all tasks
ADDS = 1  # seconds to Flink's own failover, on a machine where that alone takes longer


def case_a_taskmanagers(case):
    """More memory for the TaskManagers: new ones beside the old ones, one restart a job."""
    session = shared(case, __file__, slots=2)
    jobs = {name: session.start(name, parallelism=width) for name, width in (("narrow", 1), ("wide", 2))}
    for job in jobs.values():
        session.newest_checkpoint(job)
    job_manager, old = uids(session, "jobmanager"), uids(session, "taskmanager")
    start = time.monotonic()
    with Watch(session, jobs) as watch:
        settled(session, change(session, taskManager=memory("672Mi")))
    case.note("seconds from the change to its end", round(time.monotonic() - start, 1))
    case.note("seconds without all tasks, by job (goal 3, Apache 21)", watch.seconds())
    longest = max(end - begin for gaps in watch.gaps.values() for begin, end in gaps)
    equal(uids(session, "jobmanager"), job_manager, "the JobManager's pod")
    check(not old & uids(session, "taskmanager"), "a TaskManager of the old spec is still there")
    equal(len(session.pods("taskmanager")), 2, "TaskManagers")
    equal(restores(session, jobs), {"narrow": 1, "wide": 1}, "restores")
    equal({name: len(gaps) for name, gaps in watch.gaps.items()}, {"narrow": 1, "wide": 1}, "outages")
    for name, job in jobs.items():
        equal(session.live(name), [job], f"executions of {name}")
        equal(len(continues(case, session.flink, name, job)), 2, f"starts of {name}")
    comes_to_rest(case)
    if longest > STANDS_STILL:
        _flink_is_slow_here(case, session, jobs, longest)


def _flink_is_slow_here(case, session: Session, jobs: dict[str, str], longest: float) -> None:
    """No swap is quicker than Flink's own failover: the TaskManagers go by hand, when two others are there."""
    held = [pod["metadata"]["name"] for pod in session.pods("taskmanager")]
    case.kubectl("scale", "flinkdeployment", session.name, f"--replicas={2 * len(held)}")
    session.flink.wait_up(2 * len(held))
    with Watch(session, jobs) as watch:
        case.kubectl("delete", "pod", *held, "--wait=false")
        wait_for("each job to have restarted", lambda: all(watch.gaps.values()), 60)
    alone = max(end - begin for gaps in watch.gaps.values() for begin, end in gaps)
    case.note("seconds without all tasks when a person deletes the TaskManagers", round(alone, 2))
    check(longest <= alone + ADDS, f"{longest:.2f} s without all tasks, where Flink's own failover takes {alone:.2f} s")
    case.kubectl("scale", "flinkdeployment", session.name, f"--replicas={len(held)}")


def case_b_nothing(case):
    """What needs no restart: an outage of 0, every pod as it was."""
    session = shared(case, __file__, slots=2)
    jobs = {"calm": session.start("calm", parallelism=2)}
    before = session.pod_uids()
    with Watch(session, jobs) as watch:
        settled(session, change(session, logConfiguration={"log4j-console.properties": "rootLogger.level = WARN\n"}))
        changed = change(session, taskManager={"replicas": 3})
        wait_for("a third TaskManager", lambda: session.flink.get("/overview")["taskmanagers"] == 3, 60)
        settled(session, changed)
        change(session, taskManager={"replicas": 2})
        wait_for("the third to go, and no other", lambda: sorted(session.pod_uids()) == sorted(before), 60)
    equal(watch.seconds(), {"calm": []}, "outages")
    equal(continues(case, session.flink, "calm", jobs["calm"]), [None], "starts")


def case_c_jobmanager(case):
    """Another memory of the JobManager: it fails over with HA, TaskManagers stay."""
    session = shared(case, __file__, slots=2)
    jobs = {"steady": session.start("steady", parallelism=2)}
    newest = session.newest_checkpoint(jobs["steady"])
    task_managers = uids(session, "taskmanager")
    start = time.monotonic()
    with Watch(session, jobs) as watch:
        settled(session, change(session, jobManager=memory("720Mi")))
    case.note("seconds from the change to its end", round(time.monotonic() - start, 1))
    case.note("seconds without all tasks", watch.seconds())
    equal(uids(session, "taskmanager"), task_managers, "TaskManagers' pods")
    restored = session.flink.restored(jobs["steady"], 60)
    check(restored["id"] > newest, f"restored from {restored['id']}, checkpoint {newest} is older than the change")
    check(len(continues(case, session.flink, "steady", jobs["steady"])) > 1, "its tasks have begun only once")


def case_d_held(case):
    """A job that must not be restarted unasked holds the change up; a person lets it through."""
    session = shared(case, __file__, slots=2)
    jobs = {"core": session.start("core", parallelism=1, restartPolicy="NEVER")}
    before = session.pod_uids()
    changed = change(session, taskManager=memory("680Mi"))

    def blocked():
        stalled = session.condition(session.name, "Stalled", CLUSTERS)
        return stalled.get("reason") == "RolloutBlocked" and "core" in stalled["message"] or \
            session.unseen(session.name, CLUSTERS)

    wait_for("the condition that names the job", blocked, 60)
    equal(sorted(session.pod_uids()), sorted(before), "pods while it is held up")
    case.kubectl("annotate", "flinkdeployment", session.name, "drey.io/allow-restart-of=core")
    settled(session, changed)
    equal(session.live("core"), [jobs["core"]], "executions")
    equal(restores(session, jobs), {"core": 1}, "restores")
    check(not set(before) >= uids(session, "taskmanager"), "no TaskManager was replaced")


def case_e_spread(case):
    """Six TaskManagers and eight jobs spread over them: still one restart a job."""
    session = own_cluster(case, taskmanagers=6, slots=2)
    session.wait_ready()
    jobs = {f"job-{n}": session.start(f"job-{n}") for n in range(8)}
    for job in jobs.values():
        session.newest_checkpoint(job)
    job_manager, old = uids(session, "jobmanager"), uids(session, "taskmanager")
    start = time.monotonic()
    with Watch(session, jobs) as watch:
        settled(session, change(session, taskManager=memory("672Mi")), 300)
    case.note("seconds from the change to its end", round(time.monotonic() - start, 1))
    case.note("seconds without all tasks, by job (goal 3)", watch.seconds())
    case.note("seconds between the first and the last farewell of a TaskManager", _farewells(session))
    equal(uids(session, "jobmanager"), job_manager, "the JobManager's pod")
    check(not old & uids(session, "taskmanager"), "a TaskManager of the old spec is still there")
    equal(restores(session, jobs), dict.fromkeys(jobs, 1), "restores")
    for name, job in jobs.items():
        equal(len(continues(case, session.flink, name, job)), 2, f"starts of {name}")


def _farewells(session: Session) -> float:
    """They get SIGTERM together; what spreads them decides whether a job may restart twice."""
    (pod,) = session.pods("jobmanager")
    log = session.case.kubectl("logs", pod["metadata"]["name"], "-c", "flink-main-container").stdout
    said = [datetime.datetime.fromisoformat(line[:23].replace(",", ".")) for line in log.splitlines()
            if "Closing TaskExecutor connection" in line and "shutting down" in line]
    equal(len(said), 6, "farewells in the JobManager's log")
    return (max(said) - min(said)).total_seconds()


case_e_spread.NEEDS_FULL = True  # twelve TaskManagers at once

for _case in (case_a_taskmanagers, case_b_nothing, case_c_jobmanager, case_d_held, case_e_spread):
    _case.NEEDS_OPERATOR = True
