"""A job that can't start takes nothing from those that can, and one that may uses what nobody needs."""

import time

import layout
from kit import check, equal
from operator_kit import CLUSTERS, comes_to_rest, job_manifest, own_cluster, shared
from shell import wait_for


def case_no_jar_no_slots(case):
    """Jobs whose jar never comes want every slot there is; one that has its jar starts all the same."""
    session = shared(case, __file__, taskmanagers=1, slots=1)
    case.apply(job_manifest("jarless", jarURI=f"http://{layout.node_address()}:9/some.jar"))
    wait_for("the status to tell that the jar did not come",
             lambda: "some.jar" in session.status("jarless").get("error", ""), 20)
    job = session.start("good", 15)
    check(session.flink.tasks_running(job), f"tasks of good: {session.flink.jobs()}")
    for name in ("good", "jarless"):
        session.delete(name)


def case_free_slots_are_used(case):
    """Two TaskManagers in place of one: a job with autoParallelism restarts once, with twice the slots."""
    session = own_cluster(case, taskmanagers=1, slots=2)
    session.wait_ready()
    before = session.start("orders", parallelism=2, autoParallelism=True, upgradeMode="savepoint")
    newest = session.newest_checkpoint(before)
    kept = set(session.pod_uids())
    start = time.monotonic()
    case.kubectl("scale", "flinkdeployment", session.name, "--replicas=2")
    now = session.wait_another("orders", before, 180)
    case.note("seconds from the scale to four slots in use", round(time.monotonic() - start, 1))
    status = session.status("orders")
    equal(status["parallelism"]["current"], 4, "parallelism in its status")
    equal(session.resource("flinksessionjobs", "orders")["spec"]["job"]["parallelism"], 2, "parallelism in its spec")
    equal(session.flink.get("/overview")["slots-available"], 0, "free slots")
    restored = session.flink.restored(now)  # nothing was processed after it
    check(restored["is_savepoint"] and restored["id"] > newest, f"restored from {restored}; {newest} was before")
    equal(session.flink.jobs()[before]["state"], "FINISHED", "the execution before")
    equal(len(session.executions("orders")), 2, "executions")
    check(kept <= set(session.pod_uids()), "a pod was replaced")
    told = case.kubectl("get", "events", "--field-selector=reason=ParallelismRaised", "-o", "jsonpath={.items[*].message}")
    check("from 2 to 4" in told.stdout, f"the Event says {told.stdout}")
    equal(status["restarts"][-1]["why"], "its parallelism goes from 2 to 4", "the ledger of restarts")
    equal(session.condition(session.name, "Ready", CLUSTERS)["status"], "True", "the cluster is Ready")
    comes_to_rest(case)
    session.delete("orders")


case_no_jar_no_slots.NEEDS_OPERATOR = True
case_free_slots_are_used.NEEDS_OPERATOR = True
case_free_slots_are_used.NEEDS_FULL = True  # slots must stay free for a minute
