"""`drey-operator preflight --try-storage`: pods like Flink's write to the volumes that a cluster names."""

import layout
from kit import check, equal
from operator_kit import cluster_manifest, prepare, shared
from shell import run

MADE = "app.kubernetes.io/managed-by=drey-preflight"


def _tried(case) -> tuple[int, str]:
    done = run([layout.REPO / "build" / "drey-operator", "preflight", "--try-storage", case.namespace,
                "--kubeconfig", layout.KUBECONFIG], check=False, timeout=240)
    return done.returncode, done.stdout + done.stderr


def _nothing_is_left(case) -> None:
    equal(case.kubectl("get", "pods", "-l", MADE, "-o", "name").stdout.strip(), "", "pods of the preflight")


def case_a_volumes_that_can_be_written(case):
    """Each folder, from a pod like each side; no pod is left, and no file."""
    session = shared(case, __file__)
    session.start("orders")
    code, page = _tried(case)
    equal(code, 0, f"exit code; it said\n{page}")
    for side, folders in {"jobmanager": ("ha", "checkpoints", "savepoints"),
                          "taskmanager": ("checkpoints", "savepoints")}.items():
        for folder in folders:
            check(f"tried as a {side}: wrote and removed a file in /data/{folder}" in page,
                  f"{folder} is not told for the {side}:\n{page}")
    _nothing_is_left(case)
    equal(list(case.data.rglob(".drey-storage-*")), [], "files of the trial")


def case_b_a_volume_that_is_read_only(case):
    """Of a cluster that is not made yet: it is paused, so that nothing but the trial runs."""
    prepare(case)
    manifest = cluster_manifest(case, "readonly")
    manifest["metadata"]["annotations"] = {"drey.io/paused": "true"}
    manifest["spec"]["podTemplate"]["spec"]["containers"][0]["volumeMounts"][0]["readOnly"] = True
    case.apply(manifest)
    code, page = _tried(case)
    equal(code, 3, f"exit code; it said\n{page}")
    check("Read-only file system" in page, f"it does not say why:\n{page}")
    _nothing_is_left(case)
    case.kubectl("annotate", "flinkdeployment", "readonly", "drey.io/paused-")
    case.kubectl("delete", "flinkdeployment", "readonly", "--wait=true", "--timeout=120s")
