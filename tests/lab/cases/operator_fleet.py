"""One change for several clusters: the brake lets so many be restarted at once (decision 0034)."""

import json

from kit import check, equal, kubectl
from operator_kit import (CLUSTERS, JOBS, OPERATOR, SYSTEM, Session, cluster_manifest, comes_to_rest, prepare,
                          wait_leader, wait_operator)
from shell import wait_for

FLEET = ("north", "south")


def _operator_settled() -> None:
    kubectl("-n", SYSTEM, "rollout", "status", f"deployment/{OPERATOR}", "--timeout=60s", timeout=90)
    wait_leader(wait_operator())


def _as_it_was() -> None:
    kubectl("-n", SYSTEM, "rollout", "undo", f"deployment/{OPERATOR}")
    _operator_settled()


def case_one_at_a_time(case):
    """Two clusters get more memory in one moment: one waits for its turn, each job restarts once."""
    prepare(case)
    kubectl("-n", SYSTEM, "set", "env", f"deployment/{OPERATOR}", "DREY_MAX_DISRUPTIONS=1")
    case.at_end(_as_it_was)
    _operator_settled()
    for name in FLEET:
        case.apply(cluster_manifest(case, name=name, taskmanagers=1, slots=1))
    sessions = {name: Session(case, name) for name in FLEET}
    for session in sessions.values():
        session.wait_ready()
    jobs = {name: session.start(f"{name}-job", parallelism=1) for name, session in sessions.items()}
    for name, session in sessions.items():
        session.newest_checkpoint(jobs[name])

    memory = {"requests": {"memory": "672Mi"}, "limits": {"memory": "672Mi"}}
    for name in FLEET:
        case.kubectl("patch", "flinkdeployment", name, "--type=merge", "-p",
                     json.dumps({"spec": {"taskManager": {"resources": memory}}}))
    told: set[str] = set()
    overlaps: list[dict] = []

    def probe():
        phases = {}
        for name, session in sessions.items():
            phases[name] = session.status(name, CLUSTERS).get("rollout", {}).get("phase")
            told.add(session.condition(name, "Progressing", CLUSTERS).get("reason", ""))
        if list(phases.values()).count("Stepping") > 1:
            overlaps.append(phases)
        done = [session.resource(CLUSTERS, name)["metadata"]["generation"] == 2
                and session.status(name, CLUSTERS).get("observedGeneration") == 2
                and phases[name] is None and session.ready() for name, session in sessions.items()]
        return all(done)

    wait_for("both to be changed", probe, 180, every=0.05)
    equal(overlaps, [], "moments at which both were being restarted")
    check("WaitingForTurn" in told, f"nobody waited for its turn: {sorted(told)}")
    for name, session in sessions.items():
        equal(session.flink.checkpoints(jobs[name])["counts"]["restored"], 1, f"restores of {name}-job")
        equal(session.live(f"{name}-job"), [jobs[name]], f"executions of {name}-job")
    comes_to_rest(case)
    for name, session in sessions.items():
        session.delete(f"{name}-job", JOBS)
        session.delete(name, CLUSTERS)


# It is about an operator that is started otherwise. The world `fleet` shows it in every run of the tests.
case_one_at_a_time.ALONE = case_one_at_a_time.NEEDS_FULL = True
