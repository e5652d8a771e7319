"""The Debian packages that the lab needs: one list, installed when missing."""

import os

from shell import LabError, run, step

PACKAGES = [
    "ca-certificates",
    "conntrack",
    "containerd",
    "containernetworking-plugins",
    "gcc",
    "iproute2",
    "iptables",
    "kmod",
    "libc6-dev",
    "openjdk-17-jdk-headless",
    "openssl",
    "procps",
    "python3-pip",
    "runc",
    "util-linux",
]


def installed(packages) -> set[str]:
    done = run(["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n", *packages], check=False)
    return {line.split()[1] for line in done.stdout.splitlines() if line.startswith("installed ")}


def ensure(packages=PACKAGES) -> None:
    missing = sorted(set(packages) - installed(packages))
    if not missing:
        return
    if os.geteuid() != 0:
        raise LabError("these Debian packages are missing: " + " ".join(missing))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step("Debian packages: " + " ".join(missing)):
        install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
        # Lists that are old name files that are gone: on failure fetch them and try once more.
        if run(install, check=False, env=environment).returncode != 0:
            run(["apt-get", "update"], env=environment)
            run(install, env=environment)


def download(packages, directory, log) -> None:
    """Fetches the .deb files without installing them (for an image's file system)."""
    command = ["apt-get", "download", *packages]
    if run(command, cwd=directory, log=log, check=False).returncode != 0:
        run(["apt-get", "update"], log=log)
        run(command, cwd=directory, log=log)
