"""Every right of configs/install.yaml is needed: without it something is refused that drey wants.

A right is taken from the live ClusterRole, the API server is asked whether it is gone, and
the audit log shows the refusal; then it is put back and drey goes on.
"""

import contextlib
import json

import audit
import layout
from kit import check, equal, kubectl
from operator_kit import (ACCOUNT, CLUSTERS, JOBS, OPERATOR, SYSTEM, Session, cluster_manifest, job_manifest,
                          kill_operator, lease_holder, operator_log, operator_pods, is_ready, prepare, shared,
                          wait_leader, wait_operator)
from shell import run, wait_for

ALONE = True  # the operator loses rights
READ = ("get", "list", "watch")


def _role(kind: str) -> dict:
    name = OPERATOR if kind == "clusterrole" else f"{OPERATOR}-leader"
    role = json.loads(kubectl("-n", SYSTEM, "get", kind, name, "-o", "json").stdout)
    return {key: role[key] for key in ("apiVersion", "kind", "metadata", "rules")}


def _less(rules: list[dict], rights) -> list[dict]:
    """The rules without these (resource, verb), one rule for each resource."""
    split = [{**rule, "resources": [resource],
              "verbs": [verb for verb in rule["verbs"] if (resource, verb) not in rights]}
             for rule in rules for resource in rule["resources"]]
    return [rule for rule in split if rule["verbs"]]


def _may(verb: str, resource: str, namespace: str) -> bool:
    kind, _, part = resource.partition("/")
    group = {"flinkdeployments": ".flink.apache.org", "flinksessionjobs": ".flink.apache.org",
             "deployments": ".apps", "statefulsets": ".apps", "ingresses": ".networking.k8s.io",
             "leases": ".coordination.k8s.io"}.get(kind, "")
    return kubectl("auth", "can-i", verb, kind + group, *([f"--subresource={part}"] if part else []),
                   "-n", namespace, f"--as=system:serviceaccount:{ACCOUNT}", must=False).stdout.strip() == "yes"


def _put(role: dict, rules: list[dict]) -> None:
    body = {**role, "rules": rules, "metadata": {k: v for k, v in role["metadata"].items() if k != "resourceVersion"}}
    kubectl("replace", "-f", "-", input=json.dumps(body))


def _take(case, role: dict, rights) -> None:
    """Leaves the role with all but these (resource, verb), and waits until that is so."""
    namespace = role["metadata"].get("namespace", case.namespace)
    had = [(resource, verb) for rule in role["rules"] for resource in rule["resources"] for verb in rule["verbs"]]
    check(set(rights) <= set(had), f"not in the role at all: {set(rights) - set(had)}")
    _put(role, _less(role["rules"], rights))
    for resource, verb in had:
        if (resource, verb) in rights:
            wait_for(f"{verb} {resource} to be gone", lambda: not _may(verb, resource, namespace), 10)


@contextlib.contextmanager
def _without(case, resources, verbs, kind="clusterrole"):
    """The moment since when it is so."""
    role = _role(kind)
    try:
        _take(case, role, [(resource, verb) for resource in resources for verb in verbs
                           if any(resource in r["resources"] and verb in r["verbs"] for r in role["rules"])])
        yield audit.now()
    finally:
        _put(role, role["rules"])
    for resource, verb in [(resource, verb) for resource in resources for verb in verbs][-1:]:
        wait_for(f"{verb} {resource} to be back",
                 lambda: _may(verb, resource, role["metadata"].get("namespace", case.namespace)), 10)


def _given_back(case, rights: list[tuple[str, str]], provoke) -> None:
    """All are missing when drey begins; each is refused, then given back, and the next is missed."""
    role = _role("clusterrole")
    try:
        _take(case, role, rights)
        since = audit.now()
        provoke()
        for number, (resource, verb) in enumerate(rights):
            _refused(since, resource)
            since = audit.now()
            _put(role, _less(role["rules"], rights[number + 1:]))
    finally:
        _put(role, role["rules"])


def _refused(since: str, resource: str, verb: str = "", timeout: float = 40) -> audit.Call:
    def probe():
        return [call for call in audit.calls(since, f"system:serviceaccount:{ACCOUNT}")
                if call.code == 403 and call.resource == resource and verb in ("", call.verb)]

    return wait_for(f"a refused {verb or 'call'} on {resource}", probe, timeout, every=0.3)[0]


def case_a_no_more_than_needed(case):
    """No Secrets, no wildcards, nothing escalates."""
    for role in (_role("clusterrole"), _role("role")):
        for rule in role["rules"]:
            named = {*rule["apiGroups"], *rule["resources"], *rule["verbs"]}
            check(not named & {"*", "secrets", "escalate", "bind", "impersonate"}, f"too much: {rule}")
    for verb in ("get", "list", "watch"):
        check(not _may(verb, "secrets", "default"), f"it may {verb} Secrets")


KINDS = ("flinkdeployments", "flinksessionjobs", "deployments", "statefulsets", "services", "configmaps", "ingresses",
         "pods", "nodes")


def _preflight(case) -> tuple[int, str]:
    done = run([layout.REPO / "build" / "drey-operator", "preflight", "--kubeconfig", layout.KUBECONFIG],
               check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def case_b_preflight(case):
    """With all rights nothing is wrong; the one that is taken away is named, with the remedy."""
    code, page = _preflight(case)
    equal(code, 0, f"exit code with all rights; it said\n{page}")
    with _without(case, ["statefulsets"], ["patch"]):
        code, page = _preflight(case)
    equal(code, 3, f"exit code with a right removed; it said\n{page}")
    check("patch" in page and "statefulsets" in page, f"it does not name the right:\n{page}")
    case.note("preflight with a right removed", page)


def case_b_reading(case):
    """A kind that can't be read: a new operator is refused, says so, and is not Ready."""
    (old,) = wait_operator()
    with _without(case, KINDS, READ) as since:
        kill_operator(old)
        for kind in KINDS:
            _refused(since, kind, "list")
        (pod,) = wait_for("the new one alone", lambda: (p := operator_pods()) and len(p) == 1 and p, 30)

        def missing():
            refused = [line for line in operator_log().splitlines() if "403" in line or "forbidden" in line.lower()]
            return [kind for kind in KINDS if not any(kind in line for line in refused)]

        wait_for("the refusal of every kind to be in the log of the new operator", lambda: not missing(), 30)
        (pod,) = operator_pods()
        blind = is_ready(pod)
    wait_leader(wait_operator(timeout=90))
    check(not blind, "an operator that can't see anything says that it is Ready")


def case_c_writing_jobs(case):
    """The finalizer, the status, Events: each is refused, and then the job goes its way."""
    session = shared(case, __file__)
    for number, (resource, verbs) in enumerate(
            [(JOBS, ["patch"]), (f"{JOBS}/status", ["patch"]), ("events", ["create"]), ("events", ["patch"])]):
        name = f"unwritten-{number}"
        with _without(case, [resource], verbs) as since:
            case.apply(job_manifest(name))
            _refused(since, resource)
            if resource != "events":
                equal(session.executions(name), [], f"executions without {verbs} on {resource}")
        session.wait_state(name, "RUNNING", 90)
        equal(len(session.executions(name)), 1, "executions")
        session.delete(name)


MADE = ("configmaps", "services", "deployments", "statefulsets", "ingresses")
INGRESS = {"template": "/{{name}}"}
REMOVED = ("deployments", "statefulsets", "ingresses", "services", "configmaps")


def case_d_writing_clusters(case):
    """What a cluster consists of, made and removed with one right missing after the other."""
    prepare(case)
    session = Session(case, "made")
    with _without(case, [f"{CLUSTERS}/status"], ["patch"]) as since:
        _given_back(case, [(resource, "patch") for resource in (CLUSTERS, *MADE)],
                    lambda: case.apply(cluster_manifest(case, "first", taskmanagers=1, ingress=INGRESS)))
        _refused(since, f"{CLUSTERS}/status")
    _given_back(case, [(resource, "create") for resource in MADE],
                lambda: case.apply(cluster_manifest(case, "made", taskmanagers=1, ingress=INGRESS)))
    session.wait_ready(120)
    _given_back(case, [(resource, "delete") for resource in REMOVED],
                lambda: case.kubectl("delete", "flinkdeployment", "made", "--wait=false"))
    wait_for("the cluster to be gone", lambda: session.resource(CLUSTERS, "made") is None, 90)


def case_e_leading(case):
    """A leader that may not renew, and a new one that may not read or make the Lease."""
    (pod,) = wait_operator()
    with _without(case, ["leases"], ["update"], "role") as since:
        _refused(since, "leases", "update")
    equal(lease_holder(), pod, "holder of the Lease after one refusal")
    with _without(case, ["leases"], ["get"], "role") as since:
        kill_operator(pod)
        _refused(since, "leases", "get")
    wait_leader(names := wait_operator())
    with _without(case, ["leases"], ["create"], "role") as since:
        kubectl("-n", SYSTEM, "delete", "lease", OPERATOR)
        _refused(since, "leases", "create", 60)
    wait_leader(wait_operator(timeout=90))


# A live read that only a lost JobManager or a conflict calls for, which the other cases may not have met; and
# what a JobManager that stands still calls for, whose case is LAB_FULL.
SELDOM = {("get", "flinkdeployments"), ("get", "flinksessionjobs"), ("get", "configmaps"), ("delete", "pods")}


def case_f_every_verb_is_used(case):
    """Over all cases so far: a verb that drey never used is one too many."""
    done = [call for call in audit.calls("", f"system:serviceaccount:{ACCOUNT}") if call.code in (200, 201)]
    used = {(call.verb, call.resource) for call in done}
    # A server-side apply that creates is logged as a patch: 201 tells that `create` was needed.
    used |= {("create", call.resource) for call in done if (call.verb, call.code) == ("patch", 201)}
    declared = {(verb, resource) for role in (_role("clusterrole"), _role("role")) for rule in role["rules"]
                for resource in rule["resources"] for verb in rule["verbs"]}
    unused = sorted(" ".join(right) for right in declared - used - SELDOM)
    equal(unused, [], "rights that were not used in this lab")


for _case in (case_a_no_more_than_needed, case_b_preflight, case_b_reading, case_c_writing_jobs, case_d_writing_clusters,
              case_e_leading, case_f_every_verb_is_used):
    _case.NEEDS_OPERATOR = True
