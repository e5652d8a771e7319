"""Resources that can't work: each says what is wrong and what to do, and its neighbours go on."""

import json

import layout
from kit import check, equal
from operator_kit import CLUSTERS, JOBS, cluster_manifest, job_manifest, shared
from shell import wait_for

SERVER = layout.jar_url().rsplit("/", 1)[0]

# What is wrong → a part of the job, and words that the message must hold.
BAD_JOBS = {
    "no-such-jar": ({"jarURI": f"{SERVER}/none.jar"}, ["404", "none.jar"]),
    "no-server": ({"jarURI": f"http://{layout.node_address()}:9/some.jar"}, [f"{layout.node_address()}:9"]),
    "not-a-jar": ({"jarURI": f"{SERVER}/"}, ["jar"]),
    "no-such-scheme": ({"jarURI": "gopher://somewhere/some.jar"}, ["spec.job.jarURI", "http"]),
    "no-jar": ({"jarURI": None}, ["spec.job.jarURI"]),
    "no-parallelism": ({"parallelism": -2}, ["spec.job.parallelism"]),
    "refuses": ({"args": ["--refuse", "on purpose"]}, ["on purpose"]),
}


def _told(session, name: str, words: list[str], kind: str = JOBS) -> str:
    """What the status says in `error` once it holds the words; the condition Stalled agrees."""

    def probe():
        status = session.status(name, kind)
        error = status.get("error", "")
        return all(word in error for word in words) and error or session.unseen(name, kind)

    error = wait_for(f"status.error of {name} to hold {words}", probe, 30)
    stalled = session.condition(name, "Stalled", kind)
    check(stalled.get("status") == "True" and stalled["message"], f"{name}: condition Stalled is {stalled}")
    equal(session.condition(name, "Ready", kind)["status"], "False", f"{name}: condition Ready")
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


for _case in (case_jobs, case_no_cluster, case_clusters):
    _case.NEEDS_OPERATOR = True
