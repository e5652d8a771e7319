"""A changed spec under drey: what restarts, how often, and for how long the jobs stand still."""

import datetime
import json
import threading
import time

from kit import check, equal
from ledger import continues
from operator_kit import CLUSTERS, Session, comes_to_rest, own_cluster, shared
from shell import LabError, wait_for

STANDS_STILL = 3  # seconds without all tasks
ADDS = 1  # seconds to Flink's own failover, on a machine where that alone takes longer


class Watch:
    """Asks Flink again and again whether all tasks of each job run, until it is told to stop."""

    def __init__(self, session: Session, jobs: dict[str, str], every: float = 0.05):
        self.session, self.jobs, self.every = session, jobs, every
        self.gaps: dict[str, list[list[float]]] = {name: [] for name in jobs}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _look(self) -> dict[str, bool]:
        try:
            rows = self.session.flink.jobs()
        except LabError:
            return {name: False for name in self.jobs}
        return {name: (row := rows.get(job)) is not None and row["tasks"]["running"] == row["tasks"]["total"]
                for name, job in self.jobs.items()}

    def _run(self):
        down: dict[str, float] = {}
        while not self._stop.is_set():
            runs, now = self._look(), time.monotonic()
            for name in self.jobs:
                if not runs[name]:
                    down.setdefault(name, now)
                elif name in down:
                    self.gaps[name].append([down.pop(name), now])
            time.sleep(self.every)
        for name, since in down.items():
            self.gaps[name].append([since, time.monotonic()])

    def seconds(self) -> dict[str, list[float]]:
        return {name: [round(end - begin, 2) for begin, end in gaps] for name, gaps in self.gaps.items()}


def _change(session: Session, **spec) -> int:
    """A person changes these fields of the cluster's spec; the generation that this is."""
    patch = json.dumps({"spec": spec})
    session.case.kubectl("patch", "flinkdeployment", session.name, "--type=merge", "-p", patch)
    return session.resource(CLUSTERS, session.name)["metadata"]["generation"]


def _memory(size: str) -> dict:
    return {"resources": {"requests": {"memory": size}, "limits": {"memory": size}}}


def _settled(session: Session, generation: int, timeout: float = 180) -> None:
    """Until the status says that the changed spec is what runs."""

    def probe():
        status = session.status(session.name, CLUSTERS)
        progress = session.condition(session.name, "Progressing", CLUSTERS)
        return (status.get("observedGeneration", 0) >= generation and "rollout" not in status
                and progress.get("status") == "False" and session.ready()) or session.unseen(session.name, CLUSTERS)

    wait_for("the changed spec to be carried out", probe, timeout)


def _restores(session: Session, jobs: dict[str, str]) -> dict[str, int]:
    return {name: session.flink.checkpoints(job)["counts"]["restored"] for name, job in jobs.items()}


def _uids(session: Session, component: str) -> set[str]:
    return {pod["metadata"]["uid"] for pod in session.pods(component)}


def case_a_taskmanagers(case):
    """More memory for the TaskManagers: new ones beside the old ones, one restart a job."""
    session = shared(case, __file__, slots=2)
    jobs = {name: session.start(name, parallelism=width) for name, width in (("narrow", 1), ("wide", 2))}
    for job in jobs.values():
        session.newest_checkpoint(job)
    job_manager, old = _uids(session, "jobmanager"), _uids(session, "taskmanager")
    start = time.monotonic()
    with Watch(session, jobs) as watch:
        _settled(session, _change(session, taskManager=_memory("672Mi")))
    case.note("seconds from the change to its end", round(time.monotonic() - start, 1))
    case.note("seconds without all tasks, by job (goal 3, Apache 21)", watch.seconds())
    longest = max(end - begin for gaps in watch.gaps.values() for begin, end in gaps)
    equal(_uids(session, "jobmanager"), job_manager, "the JobManager's pod")
    check(not old & _uids(session, "taskmanager"), "a TaskManager of the old spec is still there")
    equal(len(session.pods("taskmanager")), 2, "TaskManagers")
    equal(_restores(session, jobs), {"narrow": 1, "wide": 1}, "restores")
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
        _settled(session, _change(session, logConfiguration={"log4j-console.properties": "rootLogger.level = WARN\n"}))
        changed = _change(session, taskManager={"replicas": 3})
        wait_for("a third TaskManager", lambda: session.flink.get("/overview")["taskmanagers"] == 3, 60)
        _settled(session, changed)
        _change(session, taskManager={"replicas": 2})
        wait_for("the third to go, and no other", lambda: sorted(session.pod_uids()) == sorted(before), 60)
    equal(watch.seconds(), {"calm": []}, "outages")
    equal(continues(case, session.flink, "calm", jobs["calm"]), [None], "starts")


def case_c_jobmanager(case):
    """Another memory of the JobManager: it fails over with HA, TaskManagers stay."""
    session = shared(case, __file__, slots=2)
    jobs = {"steady": session.start("steady", parallelism=2)}
    newest = session.newest_checkpoint(jobs["steady"])
    task_managers = _uids(session, "taskmanager")
    start = time.monotonic()
    with Watch(session, jobs) as watch:
        _settled(session, _change(session, jobManager=_memory("720Mi")))
    case.note("seconds from the change to its end", round(time.monotonic() - start, 1))
    case.note("seconds without all tasks", watch.seconds())
    equal(_uids(session, "taskmanager"), task_managers, "TaskManagers' pods")
    restored = session.flink.restored(jobs["steady"], 60)
    check(restored["id"] > newest, f"restored from {restored['id']}, checkpoint {newest} is older than the change")
    check(len(continues(case, session.flink, "steady", jobs["steady"])) > 1, "its tasks have begun only once")


def case_d_held(case):
    """A job that must not be restarted unasked holds the change up; a person lets it through."""
    session = shared(case, __file__, slots=2)
    jobs = {"core": session.start("core", parallelism=1, restartPolicy="NEVER")}
    before = session.pod_uids()
    changed = _change(session, taskManager=_memory("680Mi"))

    def blocked():
        stalled = session.condition(session.name, "Stalled", CLUSTERS)
        return stalled.get("reason") == "RolloutBlocked" and "core" in stalled["message"] or \
            session.unseen(session.name, CLUSTERS)

    wait_for("the condition that names the job", blocked, 60)
    equal(sorted(session.pod_uids()), sorted(before), "pods while it is held up")
    case.kubectl("annotate", "flinkdeployment", session.name, "drey.io/allow-restart-of=core")
    _settled(session, changed)
    equal(session.live("core"), [jobs["core"]], "executions")
    equal(_restores(session, jobs), {"core": 1}, "restores")
    check(not set(before) >= _uids(session, "taskmanager"), "no TaskManager was replaced")


def case_e_spread(case):
    """Six TaskManagers and eight jobs spread over them: still one restart a job."""
    session = own_cluster(case, taskmanagers=6, slots=2)
    session.wait_ready()
    jobs = {f"job-{n}": session.start(f"job-{n}") for n in range(8)}
    for job in jobs.values():
        session.newest_checkpoint(job)
    job_manager, old = _uids(session, "jobmanager"), _uids(session, "taskmanager")
    start = time.monotonic()
    with Watch(session, jobs) as watch:
        _settled(session, _change(session, taskManager=_memory("672Mi")), 300)
    case.note("seconds from the change to its end", round(time.monotonic() - start, 1))
    case.note("seconds without all tasks, by job (goal 3)", watch.seconds())
    case.note("seconds between the first and the last farewell of a TaskManager", _farewells(session))
    equal(_uids(session, "jobmanager"), job_manager, "the JobManager's pod")
    check(not old & _uids(session, "taskmanager"), "a TaskManager of the old spec is still there")
    equal(_restores(session, jobs), dict.fromkeys(jobs, 1), "restores")
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
