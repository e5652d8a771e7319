"""A job that can't start takes nothing from those that can."""

import layout
from kit import check
from operator_kit import job_manifest, shared
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


case_no_jar_no_slots.NEEDS_OPERATOR = True
