"""What people do to a running cluster behind drey's back: they delete its parts, scale it, write nonsense.

What is drey's comes back as it was; no TaskManager is touched that need not be; no job is
submitted twice.
"""

import json

from kit import check, equal
from operator_kit import CLUSTERS, GROUP, JOBS, comes_to_rest, own_cluster, shared
from shell import wait_for


class Before:
    """A running job and the pods below it; `same` says what has to be so still."""

    def __init__(self, case, name: str, parallelism: int = 2):
        self.case, self.name = case, name
        self.session = shared(case, __file__)
        self.job = self.session.start(name, parallelism=parallelism)
        self.taskmanagers = case.uids("component=taskmanager")
        self.jobmanager = case.uids("component=jobmanager")
        self.newest = self.session.newest_checkpoint(self.job)

    def came_back(self) -> None:
        """By Flink's own HA, from its newest checkpoint; drey submitted nothing."""
        session = self.session
        session.flink.server.timeout = 2  # a connection to an address that is gone would hang
        restored = session.flink.restored(self.job, 90)
        session.flink.server.timeout = 30
        check(restored["id"] >= self.newest and not restored["is_savepoint"],
              f"restored from {restored}, but checkpoint {self.newest} was completed before")
        session.flink.wait_running(self.job, 90)
        self._ends()

    def went_on(self) -> None:
        """Nothing at all happened to the job."""
        self.session.flink.wait_checkpoint(self.job, after=self.newest)
        equal(self.session.flink.checkpoints(self.job)["counts"]["restored"], 0, "restores")
        equal(self.case.uids("component=jobmanager"), self.jobmanager, "UID of the JobManager's pod")
        self._ends()

    def _ends(self) -> None:
        equal(self.session.wait_state(self.name, "RUNNING", 90), self.job, "id of the job")
        self.session.wait_ready()
        equal(self.case.uids("component=taskmanager"), self.taskmanagers, "UIDs of the TaskManagers' pods")
        comes_to_rest(self.case)
        equal(self.session.live(self.name), [self.job], "executions that are not over")
        equal(self.session.status(self.name)["lineage"]["submissions"], 1, "submissions")
        self.session.delete(self.name)


def _uid(case, kind: str, name: str) -> str:
    return (case.get(kind, name) or {"metadata": {"uid": ""}})["metadata"]["uid"]


def _delete(case, kind: str, name: str, cascade: str = "background") -> None:
    """Until another of the same name is there."""
    old = _uid(case, kind, name)
    check(old, f"there is no {kind} {name}")
    case.kubectl("delete", kind, name, f"--cascade={cascade}", "--wait=false")
    wait_for(f"{kind} {name} to be there again", lambda: _uid(case, kind, name) not in ("", old), 60)


def _names(case, kind: str) -> list[str]:
    """What drey made for the cluster; Flink's HA writes ConfigMaps, too, which are not drey's."""
    found = [one["metadata"]["name"] for one in case.every(kind, "app=session,app.kubernetes.io/managed-by=drey")]
    check(found, f"no {kind}")
    return found


def case_deployment_deleted(case):
    """The JobManager's Deployment comes back, and with it the JobManager, which finds its jobs."""
    before = Before(case, "headless")
    (name,) = _names(case, "deployments")
    _delete(case, "deployment", name)
    before.came_back()


def case_statefulset_orphaned(case):
    """The StatefulSet comes back and takes the pods that it finds."""
    before = Before(case, "orphaned")
    (name,) = _names(case, "statefulsets")
    _delete(case, "statefulset", name, cascade="orphan")
    before.went_on()


def case_services_and_configuration_deleted(case):
    """Services and ConfigMaps come back; no pod is touched, nothing happens to the job."""
    before = Before(case, "unwired")
    for kind in ("services", "configmaps"):
        for name in _names(case, kind):
            _delete(case, kind, name)
    before.went_on()


def case_taskmanager_forced(case):
    """`kubectl delete --force`: the API server forgets the pod before it is dead."""
    before = Before(case, "forced", parallelism=6)
    (gone, stays) = case.pods("component=taskmanager")
    case.kill_pod(gone["metadata"]["name"])
    wait_for("another pod", lambda: len(u := case.uids("component=taskmanager")) == 2
             and gone["metadata"]["uid"] not in u, 60)
    before.taskmanagers = case.uids("component=taskmanager")
    check(stays["metadata"]["uid"] in before.taskmanagers, "only the forced one is another")
    before.came_back()


def _registered(session, wanted: int) -> None:
    session.flink.wait_up(wanted)
    wait_for(f"the status to tell {wanted} TaskManagers",
             lambda: session.status("session", CLUSTERS).get("taskManager", {}).get("replicas") == wanted
             and session.ready() or session.unseen("session", CLUSTERS), 60)


def case_scaled(case):
    """`kubectl scale flinkdeployment`: up, and down again to the pods that were there."""
    before = Before(case, "scaled", parallelism=1)
    for replicas in (3, 2):
        case.kubectl("scale", "flinkdeployment", "session", f"--replicas={replicas}")
        _registered(before.session, replicas)
        if replicas == 3:
            check(set(before.taskmanagers) < set(case.uids("component=taskmanager")), "the old ones stay")
    before.went_on()


NONSENSE = {"jarURI": "gopher://somewhere/some.jar", "parallelism": -3}


def case_nonsense_and_back(case):
    """A running job's spec turns into nonsense and back: the job does not notice, its status does."""
    before = Before(case, "confused")
    good = before.session.resource(JOBS, "confused")["spec"]["job"]
    case.kubectl("patch", "flinksessionjob", "confused", "--type=merge", "-p", json.dumps({"spec": {"job": NONSENSE}}))
    error = wait_for("the status to tell what is wrong", lambda: before.session.status("confused").get("error")
                     or before.session.unseen("confused", JOBS), 20)
    case.note("what the status said", error)
    check(before.session.flink.tasks_running(before.job), "the job runs on")
    back = {key: good[key] for key in NONSENSE}
    case.kubectl("patch", "flinksessionjob", "confused", "--type=merge", "-p", json.dumps({"spec": {"job": back}}))
    wait_for("the error to go", lambda: not before.session.status("confused").get("error")
             or before.session.unseen("confused", JOBS), 20)
    before.went_on()


def _gone(case, session, jobs: dict[str, str], timeout: float = 90) -> None:
    wait_for("every resource to be gone", lambda: not json.loads(case.kubectl(
        "get", f"{CLUSTERS},{JOBS}", "-o", "json").stdout)["items"]
        or session.unseen(session.name, CLUSTERS), timeout)
    names = case.kubectl("get", "deployments,statefulsets,services,configmaps,pods", "-o", "name").stdout.split()
    equal([name for name in names if name != "configmap/kube-root-ca.crt"], [], "what is left in the namespace")
    # Flink keeps only the results of the jobs, each as one that is over and cleaned up.
    equal(sorted(path.name for path in (case.data / "ha").rglob("*") if path.is_file()),
          sorted(f"{job}.json" for job in jobs.values()), "files in Flink's HA folder")


def _two_jobs(case):
    session = own_cluster(case, taskmanagers=1)
    session.wait_ready()
    return session, {name: session.start(name) for name in ("one", "two")}


def case_all_deleted_at_once(case):
    """Cluster and jobs in one `kubectl delete`: the jobs are cancelled, then the cluster goes."""
    session, jobs = _two_jobs(case)
    case.kubectl("delete", f"{CLUSTERS},{JOBS}", "--all", "--wait=false")
    _gone(case, session, jobs)
    comes_to_rest(case)


def case_all_deleted_in_the_foreground(case):
    """Foreground deletion: the garbage collector takes nothing before drey has ended the jobs."""
    session, jobs = _two_jobs(case)
    for kind, name in ((CLUSTERS, "session"), (JOBS, "one"), (JOBS, "two")):
        answer = session.api.send("DELETE", f"{GROUP}/namespaces/{case.namespace}/{kind}/{name}",
                                  {"propagationPolicy": "Foreground"})
        equal(answer.status, 200, f"delete {name}")
    _gone(case, session, jobs)
    comes_to_rest(case)


def case_namespace_deleted(case):
    """Everything goes at once, and nothing can be made any more: drey lets go."""
    _two_jobs(case)
    case.kubectl("delete", "namespace", case.namespace, "--wait=false")
    wait_for("the namespace to be gone", lambda: case.get("namespace", case.namespace) is None
             or check(False, case.kubectl("get", "namespace", case.namespace, "-o", "yaml").stdout[-1500:]), 120, every=0.5)
    comes_to_rest(case)


for _case in (case_deployment_deleted, case_statefulset_orphaned, case_services_and_configuration_deleted,
              case_taskmanager_forced, case_scaled, case_nonsense_and_back, case_all_deleted_at_once,
              case_all_deleted_in_the_foreground, case_namespace_deleted):
    _case.NEEDS_OPERATOR = True
case_all_deleted_in_the_foreground.NEEDS_FULL = True  # drey sees the same as without
case_namespace_deleted.NEEDS_FULL = True  # a minute of it is the time that lost TaskManagers may live on
