#!/usr/bin/env python3
"""Bad input and bad surroundings of the program itself: each ends with 2 (of `plan` with 1 or 2) and
says what and where, and nothing takes long or crashes.

Ends with one line `N passed, M failed`."""

import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from closing_line import told  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
DREY = ROOT / "build" / "drey"
STANDARD = str(ROOT / "configs" / "scenarios" / "session-cluster.yaml")
SECONDS_MAX = 30


def alias_bomb() -> str:
    lines = ["a: &a [x, x]"]
    for before, name in zip("abcdefgh", "bcdefghi"):
        lines.append(f"{name}: &{name} [{', '.join(['*' + before] * 9)}]")
    return "\n".join(lines) + "\n"


CLUSTER = """apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session, namespace: flink}
spec:
  image: flink
  flinkVersion: v1_20
  serviceAccount: flink
  jobManager: {resource: {memory: 1g}}
  taskManager: {resource: {memory: 1g}, replicas: 2}
  flinkConfiguration: {s3.secret-key: hidden-word}
"""

# name: (content, what is said of it)
FILES = {
    "nothing.yaml": ("", "document"),
    "garbage.yaml": (bytes(range(1, 256)) * 20, "Remove it"),
    "open.yaml": ("a: [\n", "is not valid YAML"),
    "bomb.yaml": (alias_bomb(), "aliases"),
    "cycle.yaml": ("a: &a\n  b: *a\n", "inside its own anchor"),
    "deep.yaml": ("a: " + "{a: " * 100_000, "nested deeper"),
    "two.yaml": ("a: 1\n---\nb: 2\n", "one YAML document"),
    "absurd.yaml": ("until: 99999999999d\nnodes: -4\n", "is not a length of time"),
}


def plans(folder: pathlib.Path):
    """(arguments, exit code, what standard error or output must hold) of `drey plan`."""
    old = folder / "old.yaml"
    old.write_text(CLUSTER)
    new = folder / "new.yaml"
    new.write_text(CLUSTER.replace("image: flink", "image: other"))
    yield ["plan", str(old), str(old)], 0, "plan: no pod restarts (exit code 0)"
    yield ["plan", str(old), str(new)], 5, "spec.image: flink → other"
    yield ["plan", str(old), str(new), "--json"], 5, '"exit_code": 5'
    for wrong in ([], [str(old)], [str(old), str(new), str(new)], [str(old), str(new), "--yaml"],
                  [str(old), str(folder)], [str(folder / "nowhere"), str(new)]):
        yield ["plan", *wrong], 1, ""
    for name in FILES:
        for pair in ([folder / name, new], [old, folder / name]):
            yield ["plan", *map(str, pair)], 2, f"{folder / name}:"
    yield ["plan", "--help"], 0, "3  TaskManagers are replaced"


def cases(folder: pathlib.Path):
    """(arguments, what standard error or output must hold)."""
    for name, (content, said) in FILES.items():
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        yield ["simulate", str(path)], f"{path}:", said
        yield ["simulate", STANDARD, "--faults", str(path)], f"{path}:", ""
        if name != "nothing.yaml":  # no resource is no mistake
            yield ["validate", str(path)], f"{path}:", ""
    huge = folder / "huge.yaml"
    with huge.open("wb") as file:
        file.truncate(100 << 20)
    yield ["simulate", str(huge)], f"{huge}:", "is larger than"
    yield ["validate", str(huge)], f"{huge}:", "is larger than"
    for path in (folder, folder / "nowhere.yaml"):
        yield ["simulate", str(path)], f"{path}: cannot be read", "Give the path"
        yield ["validate", str(path)], f"{path}: cannot be read", "Give the path"
    for option in ("--report", "--stats"):
        for path in (folder, folder / "nowhere" / "file"):
            yield ["simulate", STANDARD, option, str(path)], f"{path}: cannot be written", ""
    yield ["simulate", STANDARD, "--seed", "-1"], "--seed: `-1` is not a whole number", ""
    yield ["simulate", STANDARD, "--seeds", "-5"], "--seeds: `-5` is not a whole number", ""
    yield ["simulate", STANDARD, "--until", "soon"], "--until: `soon` is not a length", ""
    yield ["simulate", STANDARD, "--format", "xml"], "--format: `xml` is no format", ""
    yield ["similate", STANDARD], "`similate` is not a command. Use simulate", ""
    yield [], "subcommand is required", ""


def run(arguments: list[str], out) -> subprocess.CompletedProcess:
    return subprocess.run([str(DREY), *arguments], text=True, errors="replace", stdout=out,
                          stderr=subprocess.PIPE, timeout=SECONDS_MAX, check=False)


def failures():
    """(name, what is wrong; empty: nothing)."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        for arguments, where, said in cases(folder):
            done = run(arguments, subprocess.PIPE)
            text = done.stderr + done.stdout
            good = done.returncode == 2 and where in text and said in text
            yield " ".join(arguments), "" if good else f"exit {done.returncode}: {text[:500]}"
        for arguments, code, said in plans(folder):
            done = run(arguments, subprocess.PIPE)
            text = done.stderr + done.stdout
            good = done.returncode == code and said in text and "hidden-word" not in text
            good = good and "\x1b" not in text  # colours are for terminals
            yield " ".join(arguments), "" if good else f"exit {done.returncode}: {text[:500]}"
        old = str(folder / "old.yaml")
        with open("/dev/full", "w", encoding="utf-8") as full:
            for arguments, code in ((["simulate", STANDARD], 2),
                                    (["simulate", STANDARD, "--seeds", "2"], 2),
                                    (["validate", STANDARD], 2), (["crds"], 2),
                                    (["plan", old, old], 1)):
                done = run(arguments, full)
                good = (done.returncode == code
                        and "standard output: cannot be written" in done.stderr)
                yield f"disk full: {arguments}", "" if good else f"{done.returncode}: {done.stderr}"
    # Whoever reads only the first line ends the program as a shell expects: by SIGPIPE.
    with subprocess.Popen([str(DREY), "simulate", STANDARD], stdout=subprocess.PIPE) as running:
        running.stdout.readline()
        running.stdout.close()
        code = running.wait(SECONDS_MAX)
    yield "reader went away", "" if code in (0, -13) else f"exit {code}"


def main() -> int:
    return told(failures())


if __name__ == "__main__":
    sys.exit(main())
