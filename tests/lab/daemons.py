"""Long-running processes of the lab: started into its own cgroup, which finds them again."""

import os
import signal
import subprocess
from pathlib import Path

import cgroups
import layout
import network
from shell import LabError, wait_for


def log_of(name: str) -> Path:
    return layout.LOGS / f"{name}.log"


def start(name: str, *command, node: int = 1, environment: dict | None = None) -> None:
    layout.PIDS.mkdir(parents=True, exist_ok=True)
    layout.LOGS.mkdir(parents=True, exist_ok=True)
    script = f'{cgroups.join_script(layout.DAEMONS_CGROUP)} && exec "$@"'
    with log_of(name).open("a") as log:
        process = subprocess.Popen(
            ["/bin/sh", "-c", script, "sh", *network.inside(node, *command)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/",
            env={"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
                 **(environment or {})})
    # From here on the cgroup finds it, even if this program is killed before the next line.
    wait_for(f"{name} to enter its cgroup", lambda: process.poll() is not None or
             process.pid in cgroups.processes(layout.DAEMONS_CGROUP), 10, every=0.005, log=log_of(name))
    (layout.PIDS / f"{name}.pid").write_text(f"{process.pid}\n")


def pid_of(name: str) -> int:
    return int((layout.PIDS / f"{name}.pid").read_text())


def running(name: str) -> bool:
    try:
        pid = pid_of(name)
    except (OSError, ValueError):
        return False
    return cgroups.alive(pid) and pid in cgroups.processes(layout.DAEMONS_CGROUP)


def wait_ready(name: str, probe, timeout: float, what: str | None = None):
    """Waits until the probe is true; a daemon that ended meanwhile fails at once."""

    def checked():
        if not running(name):
            raise Ended
        return probe()

    class Ended(Exception):
        pass

    try:
        return wait_for(what or f"{name} to be ready", checked, timeout, log=log_of(name))
    except Ended:
        raise LabError(f"{name} ended while it started", log_of(name)) from None


def send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
