"""Hands on the wheel: the ledger of restarts, a pause, and `drey-operator why` on live resources."""

import json
import time

import audit
import layout
from kit import check, equal
from operator_kit import CLUSTERS, JOBS, comes_to_rest, operator_changes, shared
from shell import run, wait_for


def _why(session, name: str, *words) -> tuple[int, str]:
    """Exit code and page, as a person at a terminal has them."""
    done = run([layout.REPO / "build" / "drey-operator", "why", f"{session.case.namespace}/{name}",
                "--kubeconfig", layout.KUBECONFIG, *words], check=False, timeout=30)
    return done.returncode, done.stdout + done.stderr


def _annotate(case, kind: str, name: str, word: str) -> None:
    case.kubectl("annotate", kind, name, f"drey.io/paused{word}", "--overwrite")


def _restarts(session, name: str, kind: str) -> list[dict]:
    return session.status(name, kind).get("restarts", [])


def case_a_killed_jobmanager_is_told_of(case):
    """`why` says what happened while it happens; the ledgers say how long it took."""
    session = shared(case, __file__)
    job = session.start("told", parallelism=2)
    comes_to_rest(case)
    code, page = _why(session, "told")
    equal(code, 0, f"exit code of why on a job that is well; it said\n{page}")
    (pod,) = [one["metadata"]["name"] for one in session.pods("jobmanager")]
    begun = time.time()
    case.kill_pod(pod)
    wait_for("why to say that the job is not well", lambda: _why(session, "told")[0] == 3, 30)
    code, page = _why(session, "told")
    case.note("why, in the middle of it", page)
    check(len(page.splitlines()) <= 25, f"more than 25 lines:\n{page}")
    session.flink.wait_running(job, 90)
    wait_for("the job's ledger to be closed",
             lambda: (all_ := _restarts(session, "told", JOBS)) and "downMs" in all_[-1], 60)
    last = _restarts(session, "told", JOBS)[-1]
    check(pod in last["why"] or "JobManager" in last["why"], f"why: {last}")
    check("Flink" in last["from"], f"from: {last}")
    check(0 < last["downMs"] <= (time.time() - begun) * 1000, f"time down: {last}")
    session.wait_ready()
    (ours,) = [one for one in _restarts(session, session.name, CLUSTERS) if pod in one["why"]]
    equal(ours["what"], "JobManager", "what restarted")
    check("downMs" in ours, f"still open: {ours}")
    case.note("ledger of the job", json.dumps(last))
    comes_to_rest(case)
    equal(_why(session, "told")[0], 0, "exit code of why afterwards")
    session.delete("told")


def case_a_paused_job_is_left_alone(case):
    """It fails, and nothing is done about it, nor about its deletion, until the pause is over."""
    session = shared(case, __file__)
    job = session.start("held", parallelism=1)
    comes_to_rest(case)
    _annotate(case, "flinksessionjob", "held", "=true")
    wait_for("the condition Paused", lambda: session.condition("held", "Paused").get("status") == "True", 30)
    since = audit.now()
    session.flink.send("PATCH", f"/jobs/{job}?mode=cancel")
    case.kubectl("delete", "flinksessionjob", "held", "--wait=false")
    time.sleep(15)  # long enough for everything that must not happen
    equal(operator_changes(since, case.namespace), [], "changes by the operator during the pause")
    code, page = _why(session, "held")
    equal(code, 3, f"exit code of why on a paused job; it said\n{page}")
    _annotate(case, "flinksessionjob", "held", "-")
    case.wait_deleted("flinksessionjob", "held", 60)


def case_a_paused_cluster_keeps_its_processes(case):
    """A changed spec waits; when the pause is over it is carried out."""
    session = shared(case, __file__)
    job = session.start("kept", parallelism=2)
    comes_to_rest(case)
    pods = sorted(session.pod_uids())
    _annotate(case, "flinkdeployment", session.name, "=true")
    wait_for("the condition Paused of the job, too",
             lambda: session.condition("kept", "Paused").get("status") == "True", 30)
    since = audit.now()
    replicas = session.resource(CLUSTERS, session.name)["spec"]["taskManager"]["replicas"]
    case.kubectl("scale", "flinkdeployment", session.name, f"--replicas={replicas + 1}")
    time.sleep(10)  # long enough for what must not happen
    equal(operator_changes(since, case.namespace), [], "changes by the operator during the pause")
    equal(sorted(session.pod_uids()), pods, "pods")
    _annotate(case, "flinkdeployment", session.name, "-")
    session.flink.wait_up(replicas + 1, 90)
    session.wait_state("kept", "RUNNING", 60)
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restores")
    case.kubectl("scale", "flinkdeployment", session.name, f"--replicas={replicas}")
    session.wait_ready()
    session.delete("kept")


def _plan(case, text: str) -> tuple[int, str]:
    manifest = case.data / "new.yaml"
    manifest.write_text(text)
    done = run([layout.REPO / "build" / "drey-operator", "plan", "--live", manifest, "-n", case.namespace,
                "--kubeconfig", layout.KUBECONFIG], check=False, timeout=30)
    return done.returncode, done.stdout + done.stderr


def case_a_plan_is_what_happens(case):
    """`plan --live` foretells what is carried out then: no pod of the JobManager, one restart of the job."""
    session = shared(case, __file__)
    job = session.start("planned", parallelism=2)
    session.newest_checkpoint(job)
    live = session.resource(CLUSTERS, session.name)
    new = {key: live[key] for key in ("apiVersion", "kind", "spec")} | {"metadata": {"name": session.name}}
    code, page = _plan(case, json.dumps(new))
    equal(code, 0, f"exit code without any change; it said\n{page}")
    new["spec"]["taskManager"]["resources"]["limits"]["memory"] = "656Mi"
    new["spec"]["taskManager"]["resources"]["requests"]["memory"] = "656Mi"
    code, page = _plan(case, json.dumps(new))
    equal(code, 3, f"exit code for another memory of the TaskManagers; it said\n{page}")
    case.note("what is foretold", page)
    check("planned" in page, f"it does not name the job:\n{page}")
    jobmanager, before = case.uids("component=jobmanager"), case.uids("component=taskmanager")
    case.apply(new)

    def carried_out():
        now = case.uids("component=taskmanager")
        return len(now) == len(before) and not set(now) & set(before) and session.ready() \
            and "rollout" not in session.status(session.name, CLUSTERS) or session.unseen(session.name, CLUSTERS)

    wait_for("the change to be carried out", carried_out, 120)
    equal(case.uids("component=jobmanager"), jobmanager, "UID of the JobManager's pod")
    session.flink.wait_running(job)
    equal(session.flink.checkpoints(job)["counts"]["restored"], 1, "restarts of the job")
    session.delete("planned")


for _case in (case_a_killed_jobmanager_is_told_of, case_a_paused_job_is_left_alone,
              case_a_paused_cluster_keeps_its_processes, case_a_plan_is_what_happens):
    _case.NEEDS_OPERATOR = True
