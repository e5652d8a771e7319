"""restartPolicy, on a cluster without high availability: who comes back by itself, and who by a word."""

import time

from flink_kit import HA
from kit import check, equal
from ledger import arguments, continues, executions
from operator_kit import JOBS, Session, cluster_manifest, comes_to_rest, job_manifest, prepare, seen_store
from shell import wait_for

APART = True
NO_RESTARTS = {"restart-strategy.type": "none"}


def _session(case, high_availability: bool) -> Session:
    prepare(case)
    manifest = cluster_manifest(case, taskmanagers=1, slots=4)
    for key in () if high_availability else HA:
        del manifest["spec"]["flinkConfiguration"][key]
    case.apply(seen_store(manifest, case))
    session = Session(case)
    session.wait_ready()
    return session


def _stalled(session: Session, name: str, reason: str, timeout: float = 60) -> str:
    """Until its condition Stalled gives this reason; what it says."""

    def probe():
        told = session.condition(name, "Stalled")
        return (told.get("status"), told.get("reason")) == ("True", reason) and told["message"] \
            or session.unseen(name, JOBS)

    return wait_for(f"{name} to be stalled with {reason}", probe, timeout)


def case_jobmanager_lost(case):
    """ON_FAILURE and NEVER are carried over with their state; nostart waits for a person, with its state."""
    session = _session(case, high_availability=False)
    policies = {"orders": "ON_FAILURE", "report": "NEVER", "settlement": "nostart"}
    before = {name: session.start(name, restartPolicy=policy) for name, policy in policies.items()}
    newest = {name: session.newest_checkpoint(job) for name, job in before.items()}
    (pod,) = session.pods("jobmanager")
    start = time.monotonic()
    case.crash_container(pod["metadata"]["name"])
    started = {}
    for name in ("orders", "report"):
        now = session.wait_another(name, before[name], 120)
        restored = session.flink.restored(now)
        check(restored["id"] >= newest[name] and f"/{before[name]}/" in restored["external_path"],
              f"{name} was restored from {restored}")
        started[name] = now
    case.note("seconds from the crash until both work", round(time.monotonic() - start, 1))
    for name, now in started.items():
        continues(case, session.flink, name, before[name], now)
    told = _stalled(session, "settlement", "JobFailed")
    check("restartPolicy is nostart" in told and before["settlement"] in told, f"it says {told!r}")
    equal(session.live("settlement"), [], "executions of settlement")
    equal(executions(case, "settlement"), [before["settlement"]], "what has run of settlement")
    session.change("settlement", restartNonce=1)
    now = session.wait_another("settlement", before["settlement"])
    restored = session.flink.restored(now)
    check(restored["id"] >= newest["settlement"] and f"/{before['settlement']}/" in restored["external_path"],
          f"settlement was restored from {restored}")
    equal(len(continues(case, session.flink, "settlement", before["settlement"], now)), 2, "starts of settlement")
    comes_to_rest(case)


def case_nostart_beside_high_availability(case):
    """It is refused before anything is submitted, and NEVER is not."""
    session = _session(case, high_availability=True)
    case.apply(job_manifest("settlement", restartPolicy="nostart"))
    told = _stalled(session, "settlement", "Invalid")
    check("spec.job.restartPolicy" in told and "NEVER" in told, f"it says {told!r}")
    equal(session.executions("settlement"), [], "executions")
    session.change("settlement", job={"restartPolicy": "NEVER"})
    session.wait_state("settlement", "RUNNING")


def case_crash_loop(case):
    """After its attempts it is left alone with its state, and one word starts it again; its neighbour goes on."""
    session = _session(case, high_availability=False)
    neighbour = session.start("neighbour")
    case.apply(job_manifest("fragile", arguments=["--rate", "20", "--fail-after", "100"], configuration=NO_RESTARTS,
                            restartAttempts=2, restartBackoff="1 s"))
    told = _stalled(session, "fragile", "RestartAttemptsExhausted", 120)
    case.note("what is told", told)
    equal([row["state"] for row in session.executions("fragile")], ["FAILED"] * 3, "executions")
    failed = session.status("fragile")["lineage"]["jobIds"]
    last = session.status("fragile")["jobStatus"]["jobId"]
    check("/chk-" in told, f"it names no state: {told!r}")
    comes_to_rest(case)
    equal(executions(case, "fragile"), failed, "what has run of fragile")
    session.change("fragile", restartNonce=1, job={"args": arguments("fragile")})
    now = session.wait_another("fragile", last)
    restored = session.flink.restored(now)
    path = restored["external_path"].removeprefix("file:")  # who told of it may write file:// before it
    check(path in told, f"restored from {restored}, told was {told!r}")
    equal(len(continues(case, session.flink, "fragile", *failed, now)), 4, "starts of fragile")
    equal(session.live("neighbour"), [neighbour], "the job beside it")
    equal(continues(case, session.flink, "neighbour", neighbour), [None], "starts of the job beside it")


for _case in (case_jobmanager_lost, case_nostart_beside_high_availability, case_crash_loop):
    _case.NEEDS_OPERATOR = True
case_crash_loop.NEEDS_FLINK_FROM = (1, 17)  # its restart strategy comes with the job
case_nostart_beside_high_availability.NEEDS_FULL = True  # nothing of it is Kubernetes' or Flink's
