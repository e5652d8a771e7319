"""The operator in the lab: an image of the built program, installed as a user would."""

import json
import os
import re
import shutil
from pathlib import Path

import control_plane
import images
import layout
from shell import LabError, run, say, step

PROGRAM = layout.REPO / "build" / "drey-operator"
INSTALL = layout.REPO / "configs" / "install.yaml"
NAMESPACE, DEPLOYMENT = "drey-system", "drey-operator"
USER = 65532


def missing() -> str | None:
    """Why the operator is left out, or nothing."""
    if os.environ.get("LAB_OPERATOR") == "0":
        return "LAB_OPERATOR=0"
    absent = [str(p.relative_to(layout.REPO)) for p in (PROGRAM, INSTALL) if not p.exists()]
    return f"{' and '.join(absent)} not there yet" if absent else None


def _libraries(program: Path) -> list[Path]:
    """The loader and the shared libraries, each by the path under which the program asks for it."""
    said = run(["ldd", program], check=False).stdout
    if "not found" in said:
        raise LabError(f"{program} lacks shared libraries on this machine:\n{said}")
    return [Path(match) for match in re.findall(r"(/\S+) \(0x", said)]


def _names() -> list[str]:
    """Our own name, and the one that the manifests give the image, if another."""
    named = re.findall(r"image:\s*[\"']?([^\s\"']*drey-operator[^\s\"']*)", INSTALL.read_text()) \
        if INSTALL.exists() else []
    return sorted({layout.OPERATOR_IMAGE, *named})


def build(program: Path, out: Path, names: list[str]) -> Path:
    work = layout.LAB / "operator-image"
    shutil.rmtree(work, ignore_errors=True)
    root = work / "root"
    for path in _libraries(program):
        # At the very path asked for; what is a link on this machine is a file in there.
        target = root / path.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for directory in ("etc/ssl/certs", "tmp", "usr/local/bin"):
        (root / directory).mkdir(parents=True, exist_ok=True)
    (root / "tmp").chmod(0o1777)
    shutil.copy(program, root / "usr/local/bin/drey-operator")
    run(["strip", "--strip-debug", root / "usr/local/bin/drey-operator"], check=False)
    shutil.copy("/etc/ssl/certs/ca-certificates.crt", root / "etc/ssl/certs/ca-certificates.crt")
    (root / "etc/passwd").write_text(f"root:x:0:0::/:/\nnonroot:x:{USER}:{USER}::/:/\n")
    (root / "etc/group").write_text(f"root:x:0:\nnonroot:x:{USER}:\n")
    (root / "etc/nsswitch.conf").write_text("hosts: files dns\n")
    digest = images.layer(root, work / "layer.tar")
    images.write(out, names, [work / "layer.tar"], [digest], {
        "User": f"{USER}:{USER}", "Entrypoint": ["/usr/local/bin/drey-operator"],
        "Env": ["PATH=/usr/local/bin"], "WorkingDir": "/"})
    shutil.rmtree(work)
    return out


def load(node_count: int) -> None:
    with step(f"image {layout.OPERATOR_IMAGE}"):
        tar = build(PROGRAM, layout.LAB / "operator-image.tar", _names())
        for node in range(1, node_count + 1):
            images.load(node, tar)


def _with_store() -> dict:
    """The cases' folders, to read, where pods of `seen_store` (operator_kit) have them, too."""
    mount = {"name": "store", "mountPath": layout.STORE, "readOnly": True}
    return {"spec": {"template": {"spec": {
        "containers": [{"name": DEPLOYMENT, "volumeMounts": [mount]}],
        "volumes": [{"name": "store", "hostPath": {"path": str(layout.DATA)}}]}}}}


def _with_s3() -> dict:
    """What the operator needs for the store that a case serves."""
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "drey-s3"}, "stringData": {
        "AWS_ENDPOINT_URL": layout.s3_url(), "AWS_ACCESS_KEY_ID": "drey-key",
        "AWS_SECRET_ACCESS_KEY": layout.S3_KEYS["drey-key"]}}


def install(restart=False) -> None:
    with step(f"{INSTALL.relative_to(layout.REPO)}: Deployment {NAMESPACE}/{DEPLOYMENT} available"):
        # Server-side: a CRD may be too large for the annotation of the client-side kind.
        control_plane.kubectl("apply", "--server-side", "--force-conflicts", "-f", INSTALL)
        control_plane.kubectl("-n", NAMESPACE, "apply", "-f", "-", input=json.dumps(_with_s3()))
        target = ["-n", NAMESPACE, f"deployment/{DEPLOYMENT}"]
        control_plane.kubectl("-n", NAMESPACE, "patch", "deployment", DEPLOYMENT, "-p", json.dumps(_with_store()))
        if restart:
            control_plane.kubectl("rollout", "restart", *target)
        done = control_plane.kubectl("rollout", "status", *target, "--timeout=60s", check=False, timeout=90)
        if done.returncode != 0:
            raise LabError(f"{done.stdout}{done.stderr}{_explain()}")


def _explain() -> str:
    """What one would look at next, gathered into the log folder."""
    log = layout.LOGS / "operator-install.log"
    said = "".join(
        control_plane.kubectl("-n", NAMESPACE, *words, check=False).stdout
        for words in (["describe", "pods"], ["logs", f"deployment/{DEPLOYMENT}", "--tail=50"],
                      ["get", "events", "--sort-by=.lastTimestamp"]))
    log.write_text(said)
    return f"\n  look at {log}, which ends with:\n" + "\n".join(said.splitlines()[-25:])


def report_missing() -> bool:
    if reason := missing():
        say(f"operator left out: {reason}")
        return True
    return False
