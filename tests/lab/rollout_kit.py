"""A changed spec of a cluster: how it is made, when it is carried out, and what it costs its jobs."""

import json
import threading
import time

from operator_kit import CLUSTERS, Session
from shell import LabError, wait_for


class Watch:
    """Asks Flink again and again whether all tasks of each job run, until it is told to stop."""

    def __init__(self, session: Session, jobs: dict[str, str], every: float = 0.05):
        self.session, self.jobs, self.every = session, jobs, every
        self.gaps: dict[str, list[list[float]]] = {name: [] for name in jobs}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _look(self) -> dict[str, bool]:
        try:
            rows = self.session.flink.jobs()
        except LabError:
            return {name: False for name in self.jobs}
        return {name: (row := rows.get(job)) is not None and row["tasks"]["running"] == row["tasks"]["total"]
                for name, job in self.jobs.items()}

    def _run(self):
        down: dict[str, float] = {}
        while not self._stop.is_set():
            runs, now = self._look(), time.monotonic()
            for name in self.jobs:
                if not runs[name]:
                    down.setdefault(name, now)
                elif name in down:
                    self.gaps[name].append([down.pop(name), now])
            time.sleep(self.every)
        for name, since in down.items():
            self.gaps[name].append([since, time.monotonic()])

    def seconds(self) -> dict[str, list[float]]:
        return {name: [round(end - begin, 2) for begin, end in gaps] for name, gaps in self.gaps.items()}


def change(session: Session, **spec) -> int:
    """A person changes these fields of the cluster's spec; the generation that this is."""
    patch = json.dumps({"spec": spec})
    session.case.kubectl("patch", "flinkdeployment", session.name, "--type=merge", "-p", patch)
    return session.resource(CLUSTERS, session.name)["metadata"]["generation"]


def memory(size: str) -> dict:
    return {"resources": {"requests": {"memory": size}, "limits": {"memory": size}}}


def settled(session: Session, generation: int, timeout: float = 180) -> None:
    """Until the status says that the changed spec is what runs."""

    def probe():
        status = session.status(session.name, CLUSTERS)
        progress = session.condition(session.name, "Progressing", CLUSTERS)
        return (status.get("observedGeneration", 0) >= generation and "rollout" not in status
                and progress.get("status") == "False" and session.ready()) or session.unseen(session.name, CLUSTERS)

    wait_for("the changed spec to be carried out", probe, timeout)


def restores(session: Session, jobs: dict[str, str]) -> dict[str, int]:
    return {name: session.flink.checkpoints(job)["counts"]["restored"] for name, job in jobs.items()}


def uids(session: Session, component: str) -> set[str]:
    return {pod["metadata"]["uid"] for pod in session.pods(component)}
