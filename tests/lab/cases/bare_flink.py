"""Real Flink without any operator: what its REST interface answers, recorded.

These cases say nothing about drey. They are the ground that its Flink client and the
simulator's model of Flink stand on, and they fail when another Flink answers otherwise.
"""

import time

from flink_kit import APPLICATIONS, DUPLICATE, accepted, bare_cluster, new_id
from kit import check, equal
from shell import LabError, wait_for

APART = True
UNKNOWN = "0" * 32


def case_submission(case):
    """Uploads and runs; a job id that is given fences the submission."""
    flink = bare_cluster(case)
    _empty_cluster(flink)
    jar = flink.upload(record="jars-upload", about="a jar is uploaded; `filename` ends with the jar's id")
    flink.send("GET", "/jars", record="jars", about="the jars that are there")
    job = new_id()
    body = {"jobId": job, "parallelism": 2, "programArgsList": ["--rate", "20"]}
    answer = flink.run(jar, body, record="jar-run", about="a job is run under an id of our choice")
    equal((answer.status, answer.json()), (200, accepted(job)), "run")
    answer = flink.run(jar, body, record="jar-run-duplicate", about="the same job id again while it runs")
    equal(answer.status, 400, "the same job id again")
    check(DUPLICATE in answer.text, f"a duplicate is named in {answer.text[-600:]}")
    flink.wait_running(job)
    _refused(flink, jar)
    _running_job(flink, job)
    _waiting_for_slots(flink, jar)
    _failing(flink, jar)
    _cancelled(flink, jar, job)


def _empty_cluster(flink):
    flink.send("GET", "/overview", record="overview", about="two TaskManagers, no job")
    flink.send("GET", "/config", record="config", about="the cluster's own settings")
    flink.send("GET", "/taskmanagers", record="taskmanagers", about="two TaskManagers, whose ids are their pods' names")
    answer = flink.send("GET", "/jobs/overview", record="jobs-overview-empty", about="no job")
    equal(answer.json(), {"jobs": []}, "jobs of an empty cluster")
    answer = flink.send("GET", f"/jobs/{UNKNOWN}", record="job-unknown", about="a job that there is not")
    equal(answer.status, 404, "an unknown job")
    answer = flink.send("GET", "/jobs/xyz", record="job-malformed", about="what is no job id")
    equal(answer.status, 400, "a malformed job id")


def _refused(flink, jar):
    """Each of these ends the submission for good, and some leave a job behind."""
    answer = flink.run("none.jar", {}, record="jar-run-no-jar", about="a jar that is not there: 500, not 404")
    equal(answer.status, 500, "an unknown jar")
    answer = flink.run(jar, "{", record="jar-run-malformed", about="half a request")
    equal(answer.status, 400, "half a request")
    answer = flink.run(jar, {"jobId": new_id(), "programArgsList": ["--refuse", "on purpose"]},
                       record="jar-run-main-throws", about="the program's main throws: no job comes of it")
    equal(answer.status, 400, "a main that throws")
    job = new_id()
    answer = flink.run(jar, {"jobId": job, "savepointPath": "file:///data/savepoints/none"},
                       record="jar-run-no-savepoint", about="a savepoint that is not there: refused, yet the job is there as FAILED")
    equal(answer.status, 400, "a savepoint that is not there")
    seen = flink.wait_state(job, "FAILED")
    equal(seen["tasks"]["total"], 0, "tasks of a job that never began")


def _running_job(flink, job):
    flink.wait_checkpoint(job)
    flink.send("GET", "/jobs/overview", record="jobs-overview", about="one job RUNNING with all tasks, one FAILED")
    flink.send("GET", f"/jobs/{job}", record="job", about="a running job with two vertices")
    flink.send("GET", f"/jobs/{job}/checkpoints", record="job-checkpoints", about="checkpoints of a running job")
    flink.send("GET", f"/jobs/{job}/checkpoints/config", record="job-checkpoints-config", about="every second, exactly once")
    flink.send("GET", f"/jobs/{job}/exceptions?maxExceptions=1", record="job-exceptions-none", about="nothing went wrong")
    answer = flink.send("PUT", f"/jobs/{job}/resource-requirements", _requirements(flink, job, 3),
                        record="job-rescale-other-scheduler", about="the default scheduler changes no parallelism")
    check(answer.status >= 400, f"another parallelism under the default scheduler: {answer}")


def _requirements(flink, job, upper: int) -> dict:
    """What PUT /jobs/:id/resource-requirements takes: bounds for each vertex."""
    return {vertex["id"]: {"parallelism": {"lowerBound": 1, "upperBound": upper}}
            for vertex in flink.get(f"/jobs/{job}")["vertices"]}


def _waiting_for_slots(flink, jar):
    """A job without slots says RUNNING: only its tasks tell."""
    job = flink.start(jar, parallelism=9)
    wait_for("a job without slots to be RUNNING with scheduled tasks",
             lambda: (s := flink.jobs()[job])["state"] == "RUNNING" and s["tasks"]["scheduled"] == 18, 20)
    flink.send("GET", "/jobs/overview", record="jobs-overview-no-slots", about="a job RUNNING of which no task runs")
    flink.send("PATCH", f"/jobs/{job}?mode=cancel")
    flink.wait_state(job, "CANCELED")


def _failing(flink, jar):
    job = flink.start(jar, arguments=["--fail-after", "5", "--rate", "100"])
    wait_for("a failing job to be RESTARTING", lambda: flink.jobs()[job]["state"] == "RESTARTING", 30)
    flink.send("GET", "/jobs/overview", record="jobs-overview-restarting", about="a job between two attempts")
    flink.send("PATCH", f"/jobs/{job}?mode=cancel")
    flink.wait_state(job, "CANCELED")
    job = flink.start(jar, arguments=["--fail-after", "5", "--rate", "100"],
                      flinkConfiguration={"restart-strategy.type": "none"})
    flink.wait_state(job, "FAILED")
    flink.send("GET", f"/jobs/{job}/exceptions?maxExceptions=1", record="job-exceptions", about="why a job FAILED")


def _cancelled(flink, jar, job):
    answer = flink.send("PATCH", f"/jobs/{job}?mode=cancel", record="job-cancel", about="accepted; it takes a moment")
    equal((answer.status, answer.text), (202, "{}"), "cancel")
    flink.wait_state(job, "CANCELED")
    answer = flink.send("PATCH", f"/jobs/{job}?mode=cancel", record="job-cancel-again", about="a job that is over: accepted all the same")
    equal(answer.status, 202, "cancelling what is cancelled")
    _id_of_an_ended_job(flink, jar, job)
    answer = flink.send("PATCH", f"/jobs/{UNKNOWN}?mode=cancel", record="job-cancel-unknown", about="a job that there is not")
    equal(answer.status, 404, "cancelling an unknown job")
    answer = flink.send("DELETE", f"/jars/{jar}", record="jar-delete", about="the jar is deleted")
    equal(answer.status, 200, "deleting a jar")
    answer = flink.send("DELETE", f"/jars/{jar}", record="jar-delete-again", about="a jar that is not there: 400")
    equal(answer.status, 400, "deleting a jar again")


def _id_of_an_ended_job(flink, jar, job):
    """By default the id is free once its job is cleaned up; an application's, for the next JobManager only."""
    if APPLICATIONS:
        wait_for("the job's application to be over",
                 lambda: [one["status"] for one in flink.get("/applications/overview")["applications"]
                          if one["id"] == job] == ["CANCELED"], 30)
        answer = flink.run(jar, {"jobId": job})
        check(answer.status == 400 and DUPLICATE in answer.text, f"the id of an application that is over: {answer}")
        return
    wait_for("the id of a job that is over to be accepted again",
             lambda: flink.run(jar, {"jobId": job}).status == 200, 30)
    flink.send("PATCH", f"/jobs/{job}?mode=cancel")


def case_rescaling(case):
    """The adaptive scheduler changes a job's parallelism under the same id."""
    flink = bare_cluster(case, setting="jobmanager.scheduler: adaptive")
    job = flink.start(flink.upload(), parallelism=1)
    flink.wait_running(job)
    newest = flink.wait_checkpoint(job)["id"]
    path = f"/jobs/{job}/resource-requirements"
    answer = flink.send("GET", path, record="job-resource-requirements", about="the bounds of each vertex, as submitted")
    equal([one["parallelism"] for one in answer.json().values()], [{"lowerBound": 1, "upperBound": 1}] * 2, "bounds")
    wanted = _requirements(flink, job, 2)
    answer = flink.send("PUT", path, {"0" * 32: next(iter(wanted.values()))},
                        record="job-rescale-unknown-vertex", about="bounds of a vertex that there is not")
    equal(answer.status, 400, "an unknown vertex")
    answer = flink.send("PUT", path, _requirements(flink, job, 129),
                        record="job-rescale-too-wide", about="more than the vertices' max parallelism")
    equal(answer.status, 400, "more than the max parallelism")
    answer = flink.send("PUT", f"/jobs/{UNKNOWN}/resource-requirements", wanted,
                        record="job-rescale-unknown", about="a job that there is not")
    equal(answer.status, 500, "an unknown job")
    answer = flink.send("PUT", path, wanted, record="job-rescale", about="twice the parallelism: taken, done later")
    equal((answer.status, answer.text), (200, "{}"), "another parallelism")
    wait_for("every vertex to have it", lambda: {one["parallelism"] for one in flink.get(f"/jobs/{job}")["vertices"]}
             == {2} and flink.tasks_running(job), 60)
    check(flink.restored(job)["id"] >= newest, f"restored from {flink.restored(job)}; {newest} was before")
    equal(list(flink.jobs()), [job], "jobs")


def case_job_ids(case):
    """With its results kept, Flink refuses the id of a job that is over, and so does the next JobManager."""
    flink = bare_cluster(case, taskmanagers=1, setting="job-result-store.delete-on-commit: false")
    jar, job = flink.upload(), new_id()
    flink.start(jar, job)
    flink.wait_running(job)
    flink.send("PATCH", f"/jobs/{job}?mode=cancel")
    flink.wait_state(job, "CANCELED")
    # <id>.json replaces <id>_DIRTY.json when everything of the job is cleaned up.
    wait_for("the job's result to be on disk, clean", lambda: list((case.data / "ha").rglob(f"{job}.json")), 30)
    answer = flink.run(jar, {"jobId": job}, record="jar-run-id-used", about="the id of a job that is over, where results are kept")
    check(answer.status == 400 and DUPLICATE in answer.text, f"an id that was used: {answer}")
    (pod,) = case.pods("component=jobmanager")
    case.kill_pod(pod["metadata"]["name"])
    case.wait_deleted("pod", pod["metadata"]["name"])
    flink.wait_up(1)
    answer = flink.run(flink.upload(), {"jobId": job})
    check(answer.status == 400 and "DuplicateJobSubmissionException" in answer.text, f"an id that was used, by the next JobManager: {answer}")


def case_savepoints(case):
    """A trigger id that is given makes a savepoint's trigger repeatable."""
    flink = bare_cluster(case, taskmanagers=1)
    jar = flink.upload()
    job = flink.start(jar, parallelism=2)
    flink.wait_running(job)
    trigger, target = new_id(), "file:///data/savepoints"
    answer = flink.trigger_savepoint(job, target, trigger, record="savepoint-trigger", about="a savepoint under an id of our choice")
    equal((answer.status, answer.json()), (202, {"request-id": trigger}), "trigger")
    flink.send("GET", f"/jobs/{job}/savepoints/{trigger}", record="savepoint-in-progress", about="asked at once")
    answer = flink.trigger_savepoint(job, target, trigger, record="savepoint-trigger-again", about="the same trigger again: the same savepoint")
    equal(answer.json(), {"request-id": trigger}, "the same trigger again")
    first = flink.wait_savepoint(job, trigger)
    flink.send("GET", f"/jobs/{job}/savepoints/{trigger}", record="savepoint-completed", about="with its location")
    flink.trigger_savepoint(job, target, trigger)
    equal(flink.wait_savepoint(job, trigger), first, "the savepoint of a trigger that is repeated when done")
    equal(len(list((case.data / "savepoints").iterdir())), 1, "savepoints on disk after three triggers with one id")
    _failed_savepoints(flink, job)
    _stop_and_restore(flink, jar, job)


def _failed_savepoints(flink, job):
    trigger = new_id()
    flink.trigger_savepoint(job, "file:///proc/none", trigger)
    operation = flink.wait_savepoint(job, trigger)
    check("failure-cause" in operation, f"a savepoint to a place that can't be written: {operation}")
    flink.send("GET", f"/jobs/{job}/savepoints/{trigger}", record="savepoint-failed", about="COMPLETED, with a failure-cause and no location")
    answer = flink.send("GET", f"/jobs/{job}/savepoints/{UNKNOWN}", record="savepoint-unknown", about="a trigger that there is not")
    equal(answer.status, 404, "an unknown trigger")
    trigger = new_id()
    answer = flink.trigger_savepoint(UNKNOWN, "file:///data/savepoints", trigger, record="savepoint-no-job", about="accepted for a job that there is not; the failure comes later")
    equal(answer.status, 202, "a savepoint of an unknown job")
    check("failure-cause" in flink.wait_savepoint(UNKNOWN, trigger), "it fails")


def _stop_and_restore(flink, jar, job):
    trigger = new_id()
    answer = flink.send("POST", f"/jobs/{job}/stop",
                        {"targetDirectory": "file:///data/savepoints", "drain": False, "triggerId": trigger},
                        record="job-stop", about="stop with a savepoint; followed like one")
    equal((answer.status, answer.json()), (202, {"request-id": trigger}), "stop")
    location = flink.wait_savepoint(job, trigger)["location"]
    flink.wait_state(job, "FINISHED")
    again = new_id()
    body = {"jobId": again, "parallelism": 2, "savepointPath": location}
    answer = flink.run(jar, body, record="jar-run-savepoint", about="a job begins from a savepoint")
    equal(answer.status, 200, "run from a savepoint")
    flink.wait_running(again)
    restored = flink.restored(again)
    flink.send("GET", f"/jobs/{again}/checkpoints", record="job-checkpoints-restored", about="restored from a savepoint")
    equal((restored["external_path"], restored["is_savepoint"]), (location, True), "restored from")


def case_jobmanager_lost(case):
    """The JobManager's pod dies; another restores the job, and forgets what was not in HA."""
    flink = bare_cluster(case)
    jar = flink.upload()
    job = flink.start(jar, parallelism=2)
    flink.wait_running(job)
    ended = flink.start(jar)
    flink.wait_running(ended)
    flink.send("PATCH", f"/jobs/{ended}?mode=cancel")
    flink.wait_state(ended, "CANCELED")
    flink.wait_checkpoint(job, after=2)
    (pod,) = case.pods("component=jobmanager")
    newest = flink.checkpoints(job)["latest"]["completed"]["id"]
    start = time.monotonic()
    case.kill_pod(pod["metadata"]["name"])
    seen = _follow(flink, job, start)
    case.note("seconds from the kill to all tasks running", round(time.monotonic() - start, 1))
    case.note("what /jobs/overview said meanwhile", seen)
    restored = flink.restored(job)
    check(restored["id"] >= newest and not restored["is_savepoint"],
          f"restored from {restored['id']}, but {newest} was completed before the kill")
    flink.send("GET", f"/jobs/{job}/checkpoints", record="job-checkpoints-failover", about="restored from a checkpoint by a new JobManager")
    equal(flink.get("/jars")["files"], [], "jars after the JobManager is another")
    check(ended not in flink.jobs(), "an ended job is forgotten by the new JobManager")
    answer = flink.run(flink.upload(), {"jobId": ended})
    case.note("an ended job's id is accepted again by a new JobManager", answer.status == 200)


def _follow(flink, job, start) -> list[str]:
    """Until all tasks run again: each different answer with the second in which it came first."""
    seen = []
    flink.server.timeout = 1  # a connection to an address that is gone would hang

    def probe():
        try:
            answer = flink.send("GET", "/jobs/overview")
            state = next((f"{j['state']} {({k: n for k, n in j['tasks'].items() if n})}"
                          for j in answer.json()["jobs"] if j["jid"] == job), "200, but not the job") \
                if answer.status == 200 else f"{answer.status} {answer.text[:120]}"
            if answer.status != 200:
                flink.send("GET", "/jobs/overview", record=f"jobs-overview-{answer.status}", about="while the JobManager starts")
        except LabError as error:
            state = str(error).rsplit(": ", 1)[-1]
        if not seen or seen[-1].split(": ", 1)[1] != state:
            seen.append(f"{time.monotonic() - start:.1f} s: {state}")
        # Before the dead one's last answer is over, its job still looks well.
        return len(seen) > 1 and flink.tasks_running(job)

    wait_for(f"job {job} to run again", probe, 120, every=0.05)
    flink.server.timeout = 30
    return seen


def case_taskmanager_evicted(case):
    """A pod goes by the Eviction API, another comes, and the job restarts from its newest checkpoint."""
    flink = bare_cluster(case)
    job = flink.start(flink.upload(), parallelism=4)
    flink.wait_running(job)
    newest = flink.wait_checkpoint(job, after=2)["id"]
    before = case.uids("component=taskmanager")
    start = time.monotonic()
    answer = case.evict("flink-taskmanager-1")
    equal(answer.status, 201, "eviction")
    restored = flink.restored(job)
    case.note("seconds from the eviction to the restore", round(time.monotonic() - start, 1))
    check(restored["id"] >= newest, f"restored from {restored['id']}, but {newest} was completed before")
    flink.wait_running(job)
    case.note("seconds from the eviction to all tasks running", round(time.monotonic() - start, 1))
    after = case.uids("component=taskmanager")
    check(before[0] == after[0] and before[1] != after[1], "only the evicted pod is another one")
    flink.send("GET", f"/jobs/{job}/exceptions?maxExceptions=1", record="job-exceptions-evicted", about="a TaskManager was evicted")


def case_before_trigger_ids(case):
    """Flink before 1.15: what it does not know it refuses, and a savepoint has an id of its own."""
    flink = bare_cluster(case, taskmanagers=1)
    flink.send("GET", "/overview", record="overview", about="one TaskManager, no job")
    flink.send("GET", "/config", record="config", about="the cluster's own settings")
    jar, job = flink.upload(), new_id()
    answer = flink.run(jar, {"jobId": job, "flinkConfiguration": {}}, record="jar-run-configuration",
                       about="a configuration for the run alone: refused")
    equal(answer.status, 400, "a run with a configuration")
    answer = flink.run(jar, {"jobId": job}, record="jar-run", about="a job is run under an id of our choice")
    equal((answer.status, answer.json()), (200, accepted(job)), "run")
    answer = flink.run(jar, {"jobId": job}, record="jar-run-duplicate", about="the same job id again while it runs")
    check(answer.status == 400 and DUPLICATE in answer.text, f"a duplicate is named in {answer.text[-600:]}")
    flink.wait_running(job)
    _metadata_by_component(case, job)
    _savepoints_with_ids_of_flink(flink, job)
    flink.send("PATCH", f"/jobs/{job}?mode=cancel")
    flink.wait_state(job, "CANCELED")
    wait_for("the id to be accepted again", lambda: flink.run(jar, {"jobId": job}).status == 200, 30)
    answer = flink.send("GET", "/jobs/overview", record="jobs-overview-twice",
                        about="an id that was used before: what lives under it, then what has ended")
    states = [one["state"] for one in answer.json()["jobs"] if one["jid"] == job]
    check(len(states) == 2 and states[1] == "CANCELED", f"states under one id: {states}")


def _metadata_by_component(case, job):
    names = {one["metadata"]["name"] for one in case.every("configmaps", "configmap-type=high-availability")}
    equal(names, {"flink-dispatcher-leader", "flink-resourcemanager-leader", "flink-restserver-leader",
                  f"flink-{job}-jobmanager-leader"}, "ConfigMaps of high availability")
    check("address" in case.get("configmap", "flink-restserver-leader")["data"], "nobody leads REST")
    check(f"jobGraph-{job}" in case.get("configmap", "flink-dispatcher-leader")["data"], "no graph of the job")


def _savepoints_with_ids_of_flink(flink, job):
    target = "file:///data/savepoints/one"
    answer = flink.trigger_savepoint(job, target, record="savepoint-trigger-refused", about="under an id of our choice: refused")
    equal(answer.status, 400, "a savepoint under an id of our choice")
    body = {"target-directory": target, "cancel-job": False}
    answer = flink.send("POST", f"/jobs/{job}/savepoints", body, record="savepoint-trigger", about="the id is Flink's")
    equal(answer.status, 202, "a savepoint")
    trigger = answer.json()["request-id"]
    location = flink.wait_savepoint(job, trigger)["location"]
    flink.send("GET", f"/jobs/{job}/savepoints/{trigger}", record="savepoint-completed", about="with its location")
    equal(flink.checkpoints(job)["latest"]["savepoint"]["external_path"], location, "the job's newest savepoint")
    answer = flink.send("GET", f"/jobs/{job}/savepoints/{UNKNOWN}", record="savepoint-unknown", about="a trigger that there is not")
    equal(answer.status, 404, "an unknown trigger")
    body["target-directory"] = "file:///proc/none"
    trigger = flink.send("POST", f"/jobs/{job}/savepoints", body).json()["request-id"]
    check("failure-cause" in flink.wait_savepoint(job, trigger), "a savepoint to a place that can't be written")
    flink.send("GET", f"/jobs/{job}/savepoints/{trigger}", record="savepoint-failed", about="COMPLETED, with a failure-cause and no location")
    answer = flink.send("POST", f"/jobs/{job}/stop", {"targetDirectory": target, "drain": False, "triggerId": new_id()},
                        record="job-stop-refused", about="a stop under an id of our choice: refused")
    equal(answer.status, 400, "a stop under an id of our choice")


# The operator's cases go the same ways.
for _case in (case_submission, case_job_ids, case_savepoints, case_rescaling):
    _case.NEEDS_FLINK_FROM = (1, 18)
case_before_trigger_ids.NEEDS_FLINK_BEFORE = (1, 15)
case_jobmanager_lost.NEEDS_FULL = case_taskmanager_evicted.NEEDS_FULL = True
