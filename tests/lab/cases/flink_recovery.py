"""What a real Flink answers while a JobManager takes over: from its first answer on.

drey takes a job that is not in a JobManager's list for a job that is gone. That is right
only if no JobManager ever answers with a list before it has recovered its jobs.
"""

import os
import signal
import time

from flink_kit import Flink, bare_cluster
from kit import check, equal
from shell import LabError, wait_for

APART = True
ROUNDS = 12 if os.environ.get("LAB_FULL") == "1" else 3
EVERY = 0.02
LOCK = 4  # seconds; the dead leader's lock is waited out, and Flink's 15 would make each round longer
QUICK_LOCK = "high-availability.kubernetes.leader-election: " \
    f"{{lease-duration: {LOCK}s, renew-deadline: {LOCK}s, retry-period: 1s}}"


class Answers:
    """Of one JobManager's /jobs/overview, asked at its own address: which came, in order, how often."""

    def __init__(self, address: str, since: float):
        self.flink, self.since = Flink("", ""), since
        self.flink.server.url, self.flink.server.timeout = f"http://{address}:8081", 1
        self.rows: list[list] = []  # [second in which it came first, times in a row, what]
        self.lists: list[dict[str, str]] = []  # every list that came with a 200
        self.early = False  # since the last answer without one, a list has shown jobs without all their tasks

    def ask(self) -> dict | None:
        """The jobs of a 200, by id; else nothing."""
        jobs = None
        try:
            answer = self.flink.send("GET", "/jobs/overview")
            if answer.status == 200:
                jobs = {job["jid"]: job for job in answer.json()["jobs"]}
                self.lists.append({jid: job["state"] for jid, job in jobs.items()})
                self.early |= any(job["tasks"]["running"] != 2 for job in jobs.values())
            said = f"200 {sorted(self.lists[-1].values())}" if jobs is not None else \
                f"{answer.status} {answer.text[:400]}"
        except LabError as error:
            said = str(error).rsplit(": ", 1)[-1]
        self.early &= jobs is not None
        if self.rows and self.rows[-1][2] == said:
            self.rows[-1][1] += 1
        else:
            self.rows.append([round(time.monotonic() - self.since, 2), 1, said])
        return jobs


def _deleted(case) -> str:
    """The pod goes with no grace; the address of the next one's pod as soon as it has one."""
    (old,) = case.pods("component=jobmanager")
    case.kill_pod(old["metadata"]["name"])

    def another():
        addresses = [pod["status"].get("podIP") for pod in case.pods("component=jobmanager")
                     if pod["metadata"]["uid"] != old["metadata"]["uid"]]
        return addresses and addresses[0]

    return wait_for("the next JobManager's pod to have an address", another, 60, every=EVERY)


def _crashed(case) -> str:
    """The process is killed; the container comes again in the same pod, at the same address."""
    (pod,) = case.pods("component=jobmanager")
    case.crash_container(pod["metadata"]["name"])
    return pod["status"]["podIP"]


def _frozen(case) -> str:
    """The process stands still until its lock is long over, and then wakes up: it leads anew."""
    (pod,) = case.pods("component=jobmanager")
    pids, since = case.processes(pod["metadata"]["name"]), time.monotonic()
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        wait_for("the lock to be over", lambda: time.monotonic() > since + 2 * LOCK, 3 * LOCK)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    return pod["status"]["podIP"]


def case_first_answer(case):
    """The first 200 of a new JobManager lists every job that it recovers."""
    flink = bare_cluster(case, slots=2, setting=QUICK_LOCK)
    jar = flink.upload()
    jobs = [flink.start(jar) for _ in range(3)]
    seconds = []
    for number in range(ROUNDS):
        for job in jobs:
            flink.wait_running(job)
            flink.wait_checkpoint(job)
        started = {job: row["start-time"] for job, row in flink.jobs().items()}
        way = (_deleted, _crashed, _frozen)[number % 3]
        start = time.monotonic()
        answers = Answers(way(case), start)

        def all_run():
            seen = answers.ask()
            return seen and all(job in seen and seen[job]["start-time"] > started[job]
                                and seen[job]["tasks"]["running"] == 2 for job in jobs)

        try:
            wait_for("every job to run again", all_run, 120, every=EVERY)
        finally:
            case.note(f"{number}{way.__name__}: second, times in a row, what /jobs/overview said", answers.rows)
        for seen in answers.lists:
            equal(sorted(seen), sorted(jobs), "jobs in an answer of 200")
        check(answers.early, f"asked too late to see the jobs being recovered: {answers.rows[-1]}")
        seconds.append(round(time.monotonic() - start, 1))
        flink.wait_up(2)
    case.note("seconds from the kill to all tasks running", seconds)


case_first_answer.NEEDS_FULL = True  # a fact about this Flink, to be looked at again with another
