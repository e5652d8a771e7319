"""What breaks under a running job: its TaskManager, its JobManager, and drey itself.

Each case shows that the state is preserved, that there is exactly one execution, and that drey is
quiet afterwards.
"""

import signal
import time

import audit
from cgroups import alive
from kit import check, equal, kubectl
from ledger import continues
from operator_kit import (JOBS, OPERATOR, SYSTEM, comes_to_rest, job_manifest, kill_operator, lease_holder,
                          operator_changes, operator_pods, processes_of, shared, signal_all, wait_leader,
                          wait_operator)
from shell import wait_for

ALONE = True  # the operator is killed


def _restored_from(session, job: str, newest: int) -> dict:
    restored = session.flink.restored(job, 90)
    check(restored["id"] >= newest and not restored["is_savepoint"] and f"/{job}/" in restored["external_path"],
          f"restored from {restored}, but checkpoint {newest} was completed before")
    return restored


def _one_execution(session, name: str, job: str) -> None:
    equal(session.live(name), [job], f"executions of {name} that are not over")
    equal(session.status(name)["lineage"]["submissions"], 1, f"submissions of {name}")


def case_taskmanager_evicted(case):
    """The pod comes back and Flink restarts the job; drey neither submits nor touches the JobManager."""
    session = shared(case, __file__)
    job = session.start("evicted", parallelism=6)  # every slot: any TaskManager's loss is felt
    jobmanager = case.uids("component=jobmanager")
    before = session.pods("taskmanager")
    newest = session.newest_checkpoint(job)
    start = time.monotonic()
    equal(case.evict(before[1]["metadata"]["name"]).status, 201, "eviction")
    _restored_from(session, job, newest)
    session.flink.wait_running(job, 90)
    case.note("seconds from the eviction to all tasks running", round(time.monotonic() - start, 1))
    equal(session.wait_state("evicted", "RUNNING"), job, "id of the job")
    session.wait_ready()
    equal(case.uids("component=jobmanager"), jobmanager, "UID of the JobManager's pod")
    after = case.uids("component=taskmanager")
    check(before[0]["metadata"]["uid"] in after and before[1]["metadata"]["uid"] not in after and len(after) == 2,
          f"only the evicted TaskManager is another one: {after}")
    _one_execution(session, "evicted", job)
    check(len(continues(case, session.flink, "evicted", job)) > 1, "its tasks have begun only once")
    comes_to_rest(case)
    session.delete("evicted")


def case_jobmanager_killed(case):
    """The next JobManager finds the job in Flink's HA metadata; drey submits nothing."""
    session = shared(case, __file__)
    job = session.start("survivor", parallelism=2)
    taskmanagers = case.uids("component=taskmanager")
    (pod,) = session.pods("jobmanager")
    newest = session.newest_checkpoint(job)
    start = time.monotonic()
    case.kill_pod(pod["metadata"]["name"])
    case.wait_deleted("pod", pod["metadata"]["name"])
    session.flink.server.timeout = 2  # a connection to an address that is gone would hang
    _restored_from(session, job, newest)
    session.flink.wait_running(job, 90)
    case.note("seconds from the kill to all tasks running", round(time.monotonic() - start, 1))
    wait_for("the status to say RUNNING of the same job with all tasks",
             lambda: session.wait_state("survivor", "RUNNING") == job and session.ready(), 60)
    session.flink.server.timeout = 30
    equal(case.uids("component=taskmanager"), taskmanagers, "UIDs of the TaskManagers' pods")
    _one_execution(session, "survivor", job)
    check(len(continues(case, session.flink, "survivor", job)) > 1, "its tasks have begun only once")
    comes_to_rest(case)
    session.delete("survivor")


def _intent(session, name: str) -> dict:
    """The very moment in which the status names the submission."""

    def probe():
        operation = session.status(name).get("operation", {})
        return operation.get("kind") == "submit" and operation

    return wait_for(f"the status of {name} to name the submission", probe, 30, every=0.005)


class Bystander:
    """A job that runs while drey breaks: nothing may happen to it."""

    def __init__(self, session):
        self.session = session
        self.earlier = [row["jid"] for row in session.executions("bystander")]  # of other cases
        self.job = session.start("bystander")
        self.newest = session.newest_checkpoint(self.job)

    def untouched(self) -> None:
        """The same execution, never restored from anything, and its checkpoints go on."""
        session = self.session
        executions = {row["jid"] for row in session.executions("bystander")} - set(self.earlier)
        equal(executions, {self.job}, "executions of the bystander")
        session.flink.wait_checkpoint(self.job, after=self.newest)
        equal(session.flink.checkpoints(self.job)["counts"]["restored"], 0, "restores of the bystander")
        check(session.flink.tasks_running(self.job), f"the bystander's tasks: {session.flink.jobs()[self.job]}")
        equal(session.status("bystander")["jobStatus"]["state"], "RUNNING", "state of the bystander")
        equal(continues(session.case, session.flink, "bystander", self.job), [None], "starts of the bystander")


def _exactly_once(case, session, name: str, intent: dict) -> None:
    job = session.wait_state(name, "RUNNING", 90)
    equal([row["jid"] for row in session.executions(name)], [job], f"every execution of {name} in Flink")
    equal(job, intent["id"], "the id that was written down before")
    equal(session.status(name)["lineage"]["jobIds"], [job], "lineage")


def _afterwards(case, session, name: str, bystander: Bystander) -> None:
    """State preserved and quiet; then both jobs go."""
    bystander.untouched()
    comes_to_rest(case)
    jobs = session.status(name)["lineage"]["jobIds"]
    equal([row["jid"] for row in session.executions(name)], jobs, f"every execution of {name} in Flink, at rest")
    equal(continues(case, session.flink, name, *jobs), [None], f"starts of {name}")
    session.delete(name)
    session.delete("bystander")


def case_operator_killed_in_stop(case):
    """The pod goes when a changed job is being stopped: one savepoint, one start from it."""
    session = shared(case, __file__)
    before = session.start("sturdy", upgradeMode="savepoint")
    session.newest_checkpoint(before)
    leader = wait_leader(wait_operator())
    session.change("sturdy", restartNonce=1)

    def under_way():
        return session.status("sturdy").get("operation", {}).get("kind") == "stop" or session.unseen("sturdy", JOBS)

    wait_for("the stop to be written down", under_way, 30, every=0.02)
    kill_operator(leader)

    now = session.wait_another("sturdy", before, 120)
    path = session.flink.checkpoints(now)["latest"]["restored"]["external_path"]
    check("/savepoints/" in path, f"it was restored from {path}")
    equal(len(session.executions("sturdy")), 2, "executions")
    equal(session.live("sturdy"), [now], "executions that are not over")
    continues(case, session.flink, "sturdy", before, now)
    wait_leader(wait_operator())
    session.delete("sturdy")


def case_operator_killed_in_submit(case):
    """The pod goes with no grace right when the intent is written."""
    session = shared(case, __file__)
    (pod,) = wait_operator()
    bystander = Bystander(session)
    case.apply(job_manifest("interrupted"))
    intent = _intent(session, "interrupted")
    start = time.monotonic()
    kill_operator(pod)
    _exactly_once(case, session, "interrupted", intent)
    case.note("seconds from the kill to RUNNING in the status", round(time.monotonic() - start, 1))
    wait_leader(wait_operator())
    _afterwards(case, session, "interrupted", bystander)


def case_operator_crashed_in_submit(case):
    """SIGKILL from the node: nothing is said, no Lease is given back; the container comes again."""
    session = shared(case, __file__)
    (pod,) = wait_operator()
    pids = processes_of(pod)
    bystander = Bystander(session)
    case.apply(job_manifest("crashed"))
    intent = _intent(session, "crashed")
    start = time.monotonic()
    signal_all(pids, signal.SIGKILL)
    _exactly_once(case, session, "crashed", intent)
    case.note("seconds from the crash to RUNNING in the status", round(time.monotonic() - start, 1))
    wait_operator()
    _afterwards(case, session, "crashed", bystander)


def _two_operators(case) -> tuple[str, str]:
    """The one that leads and the one that stands by; at the end there is one again."""
    kubectl("-n", SYSTEM, "scale", f"deployment/{OPERATOR}", "--replicas=2")
    case.at_end(wait_operator)
    case.at_end(kubectl, "-n", SYSTEM, "scale", f"deployment/{OPERATOR}", "--replicas=1")
    names = wait_operator(2)
    leader = wait_leader(names)
    (other,) = [name for name in names if name != leader]
    return leader, other


def case_two_operators_leader_killed(case):
    """One acts. Its pod goes in the middle of a submission; the other takes over and repeats nothing."""
    session = shared(case, __file__)
    leader, other = _two_operators(case)
    bystander = Bystander(session)
    started = audit.now()
    case.apply(job_manifest("handed-over"))
    intent = _intent(session, "handed-over")
    start = time.monotonic()
    kill_operator(leader)
    successor = wait_for("another holder of the Lease", lambda: (h := lease_holder()) not in ("", leader) and h, 60)
    case.note("seconds from the kill until another holds the Lease", round(time.monotonic() - start, 1))
    case.note("the successor is the one that stood by", successor == other)
    _exactly_once(case, session, "handed-over", intent)
    writers = _writers(started)
    check(writers <= {leader, successor}, f"only holders of the Lease write, but so did {writers}")
    _afterwards(case, session, "handed-over", bystander)


def _writers(since: str) -> set[str]:
    """Pods whose tokens were used for changes; a token names its pod."""
    return {_pod_of(call) for call in operator_changes(since)}


def case_two_operators_leader_frozen(case):
    """A leader that stops for longer than its Lease wakes up and changes nothing any more."""
    session = shared(case, __file__)
    leader, other = _two_operators(case)
    pids = processes_of(leader)
    bystander = Bystander(session)
    case.apply(job_manifest("thawed"))
    intent = _intent(session, "thawed")
    start = time.monotonic()
    try:
        signal_all(pids, signal.SIGSTOP)
        wait_for(f"{other} to hold the Lease", lambda: lease_holder() == other, 60)
        case.note("seconds from the freeze until another holds the Lease", round(time.monotonic() - start, 1))
        job = session.wait_state("thawed", "RUNNING")
        thawed = audit.now()
    finally:
        signal_all(pids, signal.SIGCONT)
    wait_for(f"{leader} to have ended and come again", lambda: _restarts(leader) > 0, 60)
    equal([row["jid"] for row in session.executions("thawed")], [job], "every execution of thawed in Flink")
    equal(job, intent["id"], "the id that was written down before")
    refused = [call for call in operator_changes(thawed) if call.code == 409]
    accepted = [call for call in operator_changes(thawed) if call.code < 300 and _pod_of(call) == leader]
    case.note("changes that the thawed one tried and the API server refused", len(refused))
    equal(accepted, [], "changes by the operator that had lost its Lease")
    _afterwards(case, session, "thawed", bystander)


HAND_OVER = 1  # seconds
TAKE_OVER = HAND_OVER + 2  # whoever stands by looks at the Lease every 2 s


def _told_to_end(case, names: list[str]) -> str:
    """SIGTERM to the process that leads; until it is gone, and the Lease is held again: by the one that stood by,
    or by that pod's next process. Who held it."""
    leader = wait_leader(names)
    pids, path = processes_of(leader), f"/apis/coordination.k8s.io/v1/namespaces/{SYSTEM}/leases/{OPERATOR}"
    seen: dict[str, float] = {}
    start = time.monotonic()
    signal_all(pids, signal.SIGTERM)

    def over():
        holder = case.api.send("GET", path).json()["spec"].get("holderIdentity", "")
        true = {"free": holder != leader, "gone": not any(map(alive, pids)), "held": "free" in seen and holder}
        for what in (what for what, is_so in true.items() if is_so):
            seen.setdefault(what, round(time.monotonic() - start, 3))
        return len(seen) == len(true)

    wait_for("the leader to have handed over", over, 30, every=0.005)
    successor = wait_leader(names)
    case.note(f"seconds from SIGTERM to {leader} until the Lease is free, the process gone, {successor} leads",
              [seen["free"], seen["gone"], seen["held"]])
    for what, bound in {"free": HAND_OVER, "gone": HAND_OVER, "held": TAKE_OVER}.items():
        check(seen[what] <= bound, f"{what} after {seen[what]} s, not {bound}")
    return leader


def case_two_operators_leader_told_to_end(case):
    """SIGTERM in the middle of a submission, and to the next leader at rest: each hands over within a second."""
    session = shared(case, __file__)
    names = list(_two_operators(case))
    bystander = Bystander(session)
    case.apply(job_manifest("passed-on"))
    intent = _intent(session, "passed-on")
    first = _told_to_end(case, names)
    _exactly_once(case, session, "passed-on", intent)
    wait_for(f"{first} to have come again", lambda: _restarts(first) > 0, 30)
    wait_operator(2)
    _told_to_end(case, names)
    wait_operator(2)
    _afterwards(case, session, "passed-on", bystander)


def _pod_of(call: audit.Call) -> str:
    return call.event["user"]["extra"].get("authentication.kubernetes.io/pod-name", [""])[0]


def _restarts(pod: str) -> int:
    found = [one for one in operator_pods() if one["metadata"]["name"] == pod]
    return found[0]["status"]["containerStatuses"][0]["restartCount"] if found else 1


for _case in (case_taskmanager_evicted, case_jobmanager_killed, case_operator_killed_in_stop,
              case_operator_killed_in_submit, case_operator_crashed_in_submit, case_two_operators_leader_killed,
              case_two_operators_leader_frozen, case_two_operators_leader_told_to_end):
    _case.NEEDS_OPERATOR = True
