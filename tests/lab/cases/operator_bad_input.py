"""Resources that can't work: each says what is wrong and what to do, and its neighbours go on."""

import json

import layout
from kit import check, equal
from operator_kit import CLUSTERS, JOBS, cluster_manifest, job_manifest, operator_log, shared
from shell import run, wait_for

SERVER = layout.jar_url().rsplit("/", 1)[0]

# What is wrong → a part of the job, and words that the message must hold.
BAD_JOBS = {
    "no-such-jar": ({"jarURI": f"{SERVER}/none.jar"}, ["404", "none.jar", "spec.job.jarURI"]),
    "no-server": ({"jarURI": f"http://{layout.node_address()}:9/some.jar"}, [f"{layout.node_address()}:9"]),
    "not-a-jar": ({"jarURI": f"{SERVER}/"}, ["not a jar", "spec.job.jarURI"]),
    "no-such-scheme": ({"jarURI": "gopher://somewhere/some.jar"}, ["spec.job.jarURI", "http"]),
    "no-jar": ({"jarURI": None}, ["spec.job.jarURI"]),
    "no-parallelism": ({"parallelism": -2}, ["spec.job.parallelism"]),
    "refuses": ({"args": ["--refuse", "on purpose"]}, ["on purpose", "spec.job.args"]),
    "no-such-class": ({"entryClass": "com.example.Nowhere"}, ["com.example.Nowhere", "spec.job.entryClass"]),
    "too-many": ({"parallelism": 2147483647}, ["spec.job.parallelism", "32768"]),
}


def _told(session, name: str, words: list[str], kind: str = JOBS, ready: str = "False") -> str:
    """What the status says in `error` once it holds the words; the condition Stalled agrees."""

    def probe():
        status = session.status(name, kind)
        error = status.get("error", "")
        return all(word in error for word in words) and error or session.unseen(name, kind)

    error = wait_for(f"status.error of {name} to hold {words}", probe, 30)
    stalled = session.condition(name, "Stalled", kind)
    check(stalled.get("status") == "True" and stalled["message"], f"{name}: condition Stalled is {stalled}")
    equal(session.condition(name, "Ready", kind)["status"], ready, f"{name}: condition Ready")
    return error


def _warnings(case, name: str) -> list[str]:
    return [event["message"] for event in case.every("events")
            if event["involvedObject"]["name"] == name and event["type"] == "Warning"]


def case_jobs(case):
    """Jars that can't be had or are none, values that can't be: in the status and as an Event."""
    session = shared(case, __file__)
    good = session.start("good")
    manifests = []
    for name, (wrong, _) in BAD_JOBS.items():
        manifests.append(manifest := job_manifest(name, restartPolicy="NEVER", **wrong))
        manifest["spec"]["job"] = {k: v for k, v in manifest["spec"]["job"].items() if v is not None}
    case.apply(*manifests)
    problems = []
    for name, (_, words) in BAD_JOBS.items():
        try:
            case.note(name, _told(session, name, words))
            wait_for(f"a warning about {name}", lambda: _warnings(case, name), 5)
        except Exception as problem:  # each is told, not only the first
            problems.append(f"{name}: {problem}")
    equal(session.live("good"), [good], "executions of the job beside them")
    check(session.flink.tasks_running(good), "the job beside them goes on")
    case.kubectl("patch", "flinksessionjob", "no-such-jar", "--type=merge", "-p",
                 f'{{"spec":{{"job":{{"jarURI":"{layout.jar_url()}"}}}}}}')
    session.wait_state("no-such-jar", "RUNNING", 90)
    equal(session.status("no-such-jar").get("error", ""), "", "the error after it was mended")
    for name in [*BAD_JOBS, "good"]:
        session.delete(name)
    check(not problems, "\n".join(problems))


def case_no_cluster(case):
    """A deploymentName without a FlinkDeployment is told; it can be corrected, or deleted."""
    session = shared(case, __file__)
    case.apply(job_manifest("lost", cluster="nowhere"))

    def told():
        seen = session.condition("lost", "Ready")
        return "nowhere" in seen.get("message", "") and seen or session.unseen("lost", JOBS)

    seen = wait_for("the status to name the missing cluster", told, 20)
    case.note("message", seen["message"])
    check("create it" in seen["message"], f"no remedy in {seen}")
    equal(seen["status"], "False", "Ready")
    session.delete("lost")


def case_clusters(case):
    """A FlinkDeployment that can't be: refused by the API server, or told in its status."""
    session = shared(case, __file__)
    wrong = cluster_manifest(case, name="unknown-version")
    wrong["spec"]["flinkVersion"] = "v9_9"
    done = case.kubectl("apply", "-f", "-", input=json.dumps(wrong), must=False)
    check(done.returncode != 0 and "spec.flinkVersion" in done.stderr, f"an unknown flinkVersion: {done.stderr}")
    bad = {
        "no-replicas": ({"taskManager": {"replicas": 0}}, ["spec.taskManager.replicas"]),
        "negative-memory": ({"jobManager": {"resource": {"memory": "-1g", "cpu": 1}}},
                            ["spec.jobManager.resource.memory"]),
        "absurd-replicas": ({"taskManager": {"replicas": 2000000000}}, ["spec.taskManager.replicas"]),
        "x" * 46: ({}, ["metadata.name"]),
    }
    case.apply(*(cluster_manifest(case, name=name, **spec) for name, (spec, _) in bad.items()))
    problems = []
    for name, (_, words) in bad.items():
        try:
            case.note(name, _told(session, name, words, CLUSTERS))
            wait_for(f"a warning about {name}", lambda: _warnings(case, name), 5)
            made = case.every("deployments,statefulsets,services,pods", f"app={name}")
            equal(made, [], f"objects of {name}")
        except Exception as problem:
            problems.append(f"{name}: {problem}")
        session.delete(name, CLUSTERS)
    session.wait_ready(10)
    check(not problems, "\n".join(problems))


def case_a_running_cluster(case):
    """A change that can't be: told with its field and remedy, and everything runs on as it was."""
    session = shared(case, __file__)
    job = session.start("goes-on")
    before = case.uids("component")
    wrong = {  # the field → a patch, words of the remedy, the way back
        "spec.taskManager.resource.memory":
            ({"taskManager": {"resource": {"memory": "a lot"}}}, "Write a size", {"taskManager": {"resource": None}}),
        "spec.flinkConfiguration[kubernetes.cluster-id]":
            ({"flinkConfiguration": {"kubernetes.cluster-id": "x"}}, "Remove the key",
             {"flinkConfiguration": {"kubernetes.cluster-id": None}}),
        "spec.job": ({"job": {"jarURI": "local:///a.jar", "parallelism": 1}}, "spec.job", {"job": None}),
    }

    def patch(spec: dict) -> None:
        case.kubectl("patch", "flinkdeployment", session.name, "--type=merge", "-p", json.dumps({"spec": spec}))

    for field, (change, remedy, back) in wrong.items():
        patch(change)
        case.note(field, _told(session, session.name, [field, remedy], CLUSTERS, "True"))
        wait_for(f"a warning about {field}",
                 lambda field=field: [one for one in _warnings(case, session.name) if field in one], 5)
        patch(back)
        wait_for("it to be well again", lambda: session.condition(session.name, "Ready", CLUSTERS)["status"] == "True"
                 and not session.status(session.name, CLUSTERS).get("error"), 30)
    equal(case.uids("component"), before, "pods")
    equal(session.live("goes-on"), [job], "executions of its job")
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restores of its job")
    session.delete("goes-on")


def _failed(session, name: str, *words: str) -> str:
    """It is FAILED, left as it is, and its status holds the words."""

    def probe():
        seen = session.condition(name, "Stalled")
        told = seen.get("reason") == "JobFailed" and all(word in seen["message"] for word in words)
        return told and seen["message"] or session.unseen(name, JOBS)

    told = wait_for(f"the status of {name} to hold {words}", probe, 90)
    session.case.note(name, told)
    return told


def case_snapshots_to_begin_with(case):
    """One that is not there, one that is none, and one of another program: the field and the remedy are named."""
    session = shared(case, __file__)
    job = session.start("owner")
    session.flink.wait_checkpoint(job)
    session.change("owner", job={"savepointTriggerNonce": 1})
    location = wait_for("the savepoint", lambda: session.status("owner").get("savepoint", {}).get("location"), 60)
    (case.data / "savepoints" / "hollow").mkdir(parents=True, exist_ok=True)
    (case.data / "savepoints" / "hollow" / "_metadata").write_text("nothing of Flink's")
    folder = location.split("/savepoints/", 1)[0] + "/savepoints"
    foreign = {"arguments": ["--uid", "another"], "restartPolicy": "NEVER"}
    case.apply(job_manifest("nowhere", restartPolicy="NEVER", initialSavepointPath=f"{folder}/none"),
               job_manifest("hollow", restartPolicy="NEVER", initialSavepointPath=f"{folder}/hollow"),
               job_manifest("foreign", initialSavepointPath=location, **foreign))
    _failed(session, "nowhere", f"{folder}/none", "spec.job.initialSavepointPath")
    _failed(session, "hollow", "spec.job.initialSavepointPath")
    _failed(session, "foreign", "Cannot map checkpoint/savepoint state", "spec.job.allowNonRestoredState")
    session.change("foreign", job={"allowNonRestoredState": True, "savepointRedeployNonce": 1})
    restored = session.flink.restored(session.wait_state("foreign", "RUNNING", 90))
    equal(restored["external_path"], location, "what it was restored from when the remedy was taken")
    equal(session.live("owner"), [job], "executions of the job that the savepoint is of")


def case_secrets_in_arguments(case):
    """Neither Events, status, `why`, `plan` nor the log repeat them, though the program's main() does."""
    session = shared(case, __file__)
    word = "hunter2-of-the-lab"
    manifest = job_manifest("talks", arguments=["--password", word, "--refuse", f"no login with {word} today"],
                            restartPolicy="NEVER")
    case.apply(manifest)
    case.note("what is told", _told(session, "talks", ["no login with (hidden) today"]))
    wait_for("a warning", lambda: _warnings(case, "talks"), 5)
    status = session.status("talks")
    status["reconciliationStatus"] = {}  # the spec as it was carried out, as with Apache
    file = case.data / "talks.json"
    file.write_text(json.dumps({**manifest, "metadata": {"name": "talks", "namespace": case.namespace}}))
    program = layout.REPO / "build" / "drey-operator"
    said = {
        "status": json.dumps(status),
        "Events": json.dumps([event for event in case.every("events") if event["involvedObject"]["name"] == "talks"]),
        "log": operator_log(5000),
        "why": run([program, "why", f"{case.namespace}/talks", "--kubeconfig", layout.KUBECONFIG],
                   check=False, timeout=30).stdout,
        "plan": run([program, "plan", file, "--live", "--kubeconfig", layout.KUBECONFIG], check=False, timeout=30).stdout,
    }
    equal([where for where, text in said.items() if word in text], [], "who repeats it")
    session.delete("talks")


for _case in (case_jobs, case_no_cluster, case_clusters, case_snapshots_to_begin_with, case_secrets_in_arguments):
    _case.NEEDS_OPERATOR = True
