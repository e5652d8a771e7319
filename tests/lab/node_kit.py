"""Cases in which a node is lost: what stands where."""

from kit import Case, kubectl
from operator_kit import operator_pods, restart_operator


def towards(node: str) -> dict:
    """An affinity: placed there while it can be, and elsewhere when it cannot."""
    term = {"matchExpressions": [{"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}]}
    return {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "preference": term}]}}


def keep_operator_off(case: Case, node: str) -> None:
    """It is to see what becomes of that node; its Deployment may place it on any."""
    (pod,) = operator_pods()
    if pod["spec"]["nodeName"] != node:
        return
    case.at_end(kubectl, "uncordon", node)
    kubectl("cordon", node)
    restart_operator()
    kubectl("uncordon", node)
