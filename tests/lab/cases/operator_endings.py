"""Rest, and the end of a cluster: as the API server's audit log tells them."""

import os
import time

import audit
from kit import check, equal
from operator_kit import (ACCOUNT, CLUSTERS, GROUP, close_shared, comes_to_rest, is_lease, memory,
                          restart_operator, shared)
from shell import wait_for

ALONE = True  # the operator is watched as a whole and restarted
REST = 60 if os.environ.get("LAB_FULL") == "1" else 30


def case_a_quiet_rest(case):
    """At rest drey changes nothing at all but its Lease, and a new operator finds nothing to do."""
    session = shared(case, __file__)
    job = session.start("resting", parallelism=2)
    comes_to_rest(case, 3)
    loud = audit.quiet_since(audit.now(), ACCOUNT, REST, is_lease)
    equal(loud, [], f"changes in {REST} s of rest")
    since = audit.now()
    pod = restart_operator()
    loud = audit.quiet_since(since, ACCOUNT, REST / 2, is_lease)
    equal(loud, [], f"changes in {REST / 2:g} s after the operator was started again")
    equal(session.live("resting"), [job], "executions of the job")
    case.note("MB of memory of the operator with one cluster and one job", memory(pod))
    session.delete("resting")


def _left(case) -> list[str]:
    names = case.kubectl("get", "deployments,statefulsets,services,configmaps,pods,replicasets", "-o", "name").stdout
    return [name for name in names.split() if name != "configmap/kube-root-ca.crt"]


def case_b_cluster_deleted(case):
    """The cluster waits for its job; then all that it consisted of goes, the JobManager first."""
    session = shared(case, __file__)
    case.at_end(close_shared)
    session.start("last")
    jobmanager = session.pods("jobmanager")[0]["metadata"]["name"]
    session.api.send("DELETE", f"{GROUP}/namespaces/{case.namespace}/{CLUSTERS}/session")
    wait_for("the cluster to say what it waits for",
             lambda: "last" in session.condition("session", "Running", CLUSTERS).get("message", ""), 20)
    check(session.live("last"), "the job is gone before it was deleted")
    session.delete("last")
    start = time.monotonic()
    wait_for("the FlinkDeployment to be gone", lambda: session.resource(CLUSTERS, "session") is None, 90)
    case.note("seconds to delete a cluster", round(time.monotonic() - start, 1))
    equal(_left(case), [], "what is left in the namespace")
    _in_order(case, jobmanager)


def _in_order(case, jobmanager: str) -> None:
    deletions = audit.calls(case.began, "", case.namespace, {"delete"})
    ended = [call for call in deletions if call.resource == "pods" and call.name == jobmanager
             and call.user.startswith("system:node:")]
    check(ended, f"no kubelet said that {jobmanager} has ended: {deletions}")
    by_drey = [call for call in deletions if call.user.endswith(ACCOUNT)]
    order = [call.resource for call in by_drey]
    case.note("what drey deleted, in order", list(dict.fromkeys(order)))
    (workload, *_) = [call for call in by_drey if call.resource == "deployments"]
    (workers, *_) = [call for call in by_drey if call.resource == "statefulsets"]
    check(workload.received < ended[-1].received < workers.received,
          f"the JobManager's end is not before the TaskManagers' removal: {workload}, {ended[-1]}, {workers}")


for _case in (case_a_quiet_rest, case_b_cluster_deleted):
    _case.NEEDS_OPERATOR = True
