"""What drey adds to a recovery: the same cluster twice, of bare manifests and under drey, hurt at the same moment.

Both have the same image, sizes, TaskManagers, settings and program, and both recover beside each other, so that
whatever else the machine does slows both alike: what counts is the difference in each round.
"""

import concurrent.futures
import itertools
import math
import signal
import statistics
import time

import audit
from flink_kit import Flink, bare_cluster
from kit import check, equal
from operator_kit import Session, cluster_manifest, job_manifest, operator_changes, prepare, signal_all
from shell import wait_for

ALONE = True  # it measures
ROUNDS = 7
BOUND = 0.5  # seconds
LOCK = "high-availability.kubernetes.leader-election"
# The dead leader's lock is waited out, 10 to 15 s by Flink's own settings: that chance would hide what drey adds.
QUICK_LOCK = {"lease-duration": "4s", "renew-deadline": "4s", "retry-period": "250ms"}
INTERVAL = "1s"  # of checkpoints, as bare_cluster.yaml has it


class Cluster:
    """One of the two: its pods by their labels, its job, and its JobManager at the pod's own address."""

    def __init__(self, case, name: str, job: str):
        self.case, self.name, self.job = case, name, job

    def pod(self) -> dict:
        (pod,) = self.case.pods(f"app={self.name},component=jobmanager")
        return pod

    def at(self, address: str) -> Flink:
        flink = Flink("", "")
        flink.server.url, flink.server.timeout = f"http://{address}:8081", 1
        return flink

    def wait_well(self) -> None:
        """All tasks run and a checkpoint is there to be restored; then the round's noise has died away."""
        flink = self.at(self.pod()["status"]["podIP"])
        flink.wait_running(self.job, 90)
        flink.wait_checkpoint(self.job, after=flink.wait_checkpoint(self.job)["id"])

    def process_killed(self) -> float:
        """Seconds until all tasks run again, in the same pod."""
        pod = self.pod()
        pids, address = self.case.processes(pod["metadata"]["name"]), pod["status"]["podIP"]
        start = time.monotonic()
        signal_all(pids, signal.SIGKILL)
        seconds = self._until_all_run(address, start)
        equal(self.pod()["metadata"]["uid"], pod["metadata"]["uid"], f"the pod of {self.name} whose process was killed")
        return seconds

    def pod_killed(self) -> float:
        """Seconds until all tasks run again, by the next pod."""
        old = self.pod()["metadata"]
        start = time.monotonic()
        self.case.kill_pod(old["name"])

        def another():
            return next((pod["status"].get("podIP") for pod in self.case.pods(f"app={self.name},component=jobmanager")
                         if pod["metadata"]["uid"] != old["uid"]), None)

        return self._until_all_run(wait_for(f"another JobManager of {self.name}", another, 60, every=0.05), start)

    def _until_all_run(self, address: str, start: float) -> float:
        flink = self.at(address)
        wait_for(f"all tasks of {self.name} to run again", lambda: flink.tasks_running(self.job), 120, every=0.05)
        seconds = time.monotonic() - start
        check(flink.restored(self.job), f"{self.name} was never away: its job was restored from nothing")
        return round(seconds, 2)


def _clusters(case) -> tuple[Cluster, Cluster]:
    setting = "\n    ".join(f"{LOCK}.{key}: {value}" for key, value in QUICK_LOCK.items())
    flink = bare_cluster(case, cluster="bare", slots=2, setting=setting)
    bare = Cluster(case, "bare", flink.start(flink.upload(), parallelism=2))
    prepare(case)
    manifest = cluster_manifest(case, slots=2)
    manifest["spec"]["flinkConfiguration"] |= {
        "execution.checkpointing.interval": INTERVAL, **{f"{LOCK}.{key}": value for key, value in QUICK_LOCK.items()}}
    case.apply(manifest, job_manifest("twin", parallelism=2, args=[]))
    session = Session(case)
    drey = Cluster(case, "session", session.wait_state("twin", "RUNNING", 120))
    session.wait_ready()
    return bare, drey


def _only_told(case, since: str) -> None:
    """While Flink and Kubernetes are at work drey writes what it sees, and changes nothing."""
    changed = [call for call in operator_changes(since, case.namespace)
               if call.resource != "events" and not call.resource.endswith("/status")]
    equal(changed, [], "changes by drey while Flink recovers")


def case_jobmanager_killed(case):
    """Its process killed, and then its pod: with drey all tasks run again as soon as without."""
    bare, drey = _clusters(case)
    seconds: dict[str, dict[str, list[float]]] = {}
    with concurrent.futures.ThreadPoolExecutor() as both:
        for _, way in itertools.product(range(ROUNDS), (Cluster.process_killed, Cluster.pod_killed)):
            list(both.map(Cluster.wait_well, (bare, drey)))
            since = audit.now()
            for cluster, taken in zip((bare, drey), both.map(way, (bare, drey))):
                seconds.setdefault(way.__name__, {}).setdefault(cluster.name, []).append(taken)
            _only_told(case, since)
    for way, taken in seconds.items():
        _adds_little(case, way, taken["bare"], taken["session"])


def _adds_little(case, way: str, bare: list[float], under_drey: list[float]) -> None:
    """The bound is held but for what chance alone makes of such differences: next to nothing on an idle machine."""
    added = [round(ours - alone, 2) for alone, ours in zip(bare, under_drey)]
    chance = 2 * statistics.stdev(added) / math.sqrt(len(added))
    case.note(f"{way}: seconds until all tasks run, bare", bare)
    case.note(f"{way}: seconds until all tasks run, under drey", under_drey)
    case.note(f"{way}: medians, bare and under drey; median of the differences; what chance may make of it",
              [statistics.median(bare), statistics.median(under_drey), statistics.median(added), round(chance, 2)])
    check(statistics.median(added) <= BOUND + chance,
          f"{way}: drey adds {added} s, at the median more than {BOUND} (and {chance:.2f} by chance)")


case_jobmanager_killed.NEEDS_OPERATOR = True
case_jobmanager_killed.NEEDS_FULL = True  # some minutes
