"""The operator itself is replaced by another release, and set back: what runs does not notice.

LAB_OTHER_OPERATOR names the other release's program (`build/drey-operator` of another commit).
"""

import os
from pathlib import Path

import images
import layout
import operator_image
from kit import equal, kubectl, running_lab
from ledger import continues
from operator_kit import (OPERATOR, SYSTEM, Session, cluster_manifest, comes_to_rest, prepare, wait_leader,
                          wait_operator)

ALONE = True  # the operator is replaced
OTHER_IMAGE = "drey-operator:other"


def _load_other() -> None:
    tar = operator_image.build(Path(os.environ["LAB_OTHER_OPERATOR"]), layout.LAB / "other-operator-image.tar", [OTHER_IMAGE])
    for node in range(1, running_lab()["nodes"] + 1):
        images.load(node, tar)


def _replace(image: str) -> None:
    """As a person upgrades it; the definitions stay the newest."""
    kubectl("-n", SYSTEM, "set", "image", f"deployment/{OPERATOR}", f"{OPERATOR}={image}")
    kubectl("-n", SYSTEM, "rollout", "status", f"deployment/{OPERATOR}", "--timeout=60s", timeout=90)
    wait_leader(wait_operator())


def _untouched(case, session: Session, pods: list[str], job: str) -> None:
    comes_to_rest(case)
    session.wait_ready()
    equal(session.pod_uids(), pods, "UIDs of the cluster's pods")
    equal(session.wait_state("orders", "RUNNING"), job, "id of the job")
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restores of the job")
    equal(session.live("orders"), [job], "executions of the job")


def case_and_back(case):
    """To the other release and back, at rest; then a change under each."""
    _load_other()
    prepare(case)
    case.apply(cluster_manifest(case, taskmanagers=1, slots=2))
    session = Session(case)
    session.wait_ready()
    job = session.start("orders", upgradeMode="savepoint")
    session.newest_checkpoint(job)
    pods, jobs = session.pod_uids(), [job]
    case.at_end(_replace, layout.OPERATOR_IMAGE)
    for image in (OTHER_IMAGE, layout.OPERATOR_IMAGE):
        _replace(image)
        _untouched(case, session, pods, job)
    for nonce, image in enumerate((OTHER_IMAGE, layout.OPERATOR_IMAGE), 1):
        _replace(image)
        session.change("orders", restartNonce=nonce)
        jobs.append(session.wait_another("orders", jobs[-1]))
        continues(case, session.flink, "orders", *jobs)
    equal(session.pod_uids(), pods, "UIDs of the cluster's pods, in the end")
    session.delete("orders")


case_and_back.NEEDS_OPERATOR = True
case_and_back.NEEDS_OTHER_OPERATOR = True
