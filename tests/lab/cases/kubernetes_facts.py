"""What a real API server answers where a client has to decide something, recorded."""

import json
import threading

from http_exchange import kubernetes
from kit import check, equal
from shell import in_background, wait_for

ALONE = True  # a bookmark tells of changes in any namespace
APPLY = {"Content-Type": "application/apply-patch+yaml"}
MERGE = {"Content-Type": "application/merge-patch+json"}
PAUSE = "docker.io/drey-lab/pause:1"


def _pod(name: str, **labels) -> dict:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels},
            "spec": {"terminationGracePeriodSeconds": 0, "containers": [{"name": "pause", "image": PAUSE}]}}


def _config_map(name: str, **data) -> dict:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def _reason(answer) -> tuple[int, str]:
    return answer.status, answer.json().get("reason", "")


def case_reading(case):
    """Lists in pieces, what is not there, and what one may not see."""
    api, pods = case.api, f"/api/v1/namespaces/{case.namespace}/pods"
    case.apply(*(_pod(f"pod-{n}", app="reading") for n in range(3)))
    wait_for("three pods to run", lambda: all(p["status"]["phase"] == "Running" for p in case.pods("app=reading")), 60)
    answer = api.send("GET", f"{pods}?limit=2", record="list-limit", about="the first two of three; metadata.continue tells of more")
    more = answer.json()["metadata"]["continue"]
    equal(len(answer.json()["items"]), 2, "pods with limit=2")
    answer = api.send("GET", f"{pods}?limit=2&continue={more}", record="list-continue", about="the rest of the list")
    equal((len(answer.json()["items"]), answer.json()["metadata"].get("continue", "")), (1, ""), "the rest")
    answer = api.send("GET", f"{pods}/none", record="get-not-found", about="what is not there")
    equal(_reason(answer), (404, "NotFound"), "get of nothing")
    answer = api.send("GET", f"/apis/none.example.org/v1/namespaces/{case.namespace}/nones", record="get-no-such-kind", about="a kind that is not installed: no JSON")
    equal(answer.status, 404, "a kind that is not installed")
    _rights(case, pods)


def _rights(case, pods):
    someone = kubernetes(case.token("default"))
    answer = someone.send("GET", pods, record="forbidden", about="an account without the right")
    equal(_reason(answer), (403, "Forbidden"), "without the right")
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {
        "resourceAttributes": {"namespace": case.namespace, "verb": "list", "resource": "pods"}}}
    path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
    answer = someone.send("POST", path, review, record="access-review-denied", about="an account asks what it may do: not this")
    equal((answer.status, answer.json()["status"]["allowed"]), (201, False), "review without the right")
    answer = case.api.send("POST", path, review, record="access-review-allowed", about="the administrator asks the same")
    equal((answer.status, answer.json()["status"]["allowed"]), (201, True), "review with the right")
    answer = kubernetes("nonsense").send("GET", pods, record="unauthorized", about="a token that is none (or has expired)")
    equal(_reason(answer), (401, "Unauthorized"), "a wrong token")


def case_writing(case):
    """Conflicts of every kind."""
    api, maps = case.api, f"/api/v1/namespaces/{case.namespace}/configmaps"
    answer = api.send("POST", maps, _config_map("one", a="1"), record="create", about="created")
    equal(answer.status, 201, "create")
    answer = api.send("POST", maps, _config_map("one", a="1"), record="create-already-exists", about="the same name again")
    equal(_reason(answer), (409, "AlreadyExists"), "create again")
    answer = api.send("POST", maps, _config_map("Not_A_Name"), record="create-invalid", about="a name that is none")
    equal(_reason(answer), (422, "Invalid"), "an invalid object")
    _apply(api, maps)
    _status(case)
    _deletes(case, maps)


def _apply(api, maps):
    path = f"{maps}/two?fieldManager=drey"
    answer = api.send("PATCH", path, _config_map("two", a="1", b="1"), APPLY, record="apply-created", about="server-side apply of what is not there: 201")
    equal(answer.status, 201, "apply creates")
    version = answer.json()["metadata"]["resourceVersion"]
    answer = api.send("PATCH", path, _config_map("two", a="1", b="1"), APPLY, record="apply-unchanged", about="the same again: 200 with the same resourceVersion")
    equal((answer.status, answer.json()["metadata"]["resourceVersion"]), (200, version), "apply of the same")
    answer = api.send("PATCH", path, _config_map("two", a="2"), APPLY, record="apply-updated", about="a value changed, a key that was ours dropped: it is gone")
    equal((answer.status, answer.json()["data"]), (200, {"a": "2"}), "apply changes")
    other = f"{maps}/two?fieldManager=someone-else"
    answer = api.send("PATCH", other, _config_map("two", a="3"), APPLY, record="apply-conflict", about="a field that another manager owns; details.causes name it")
    equal(_reason(answer), (409, "Conflict"), "apply over another's field")
    answer = api.send("PATCH", other + "&force=true", _config_map("two", a="3"), APPLY, record="apply-forced", about="the same by force")
    equal(answer.status, 200, "apply by force")
    stale = _config_map("two", a="4")
    stale["metadata"]["resourceVersion"] = version
    answer = api.send("PATCH", other, stale, APPLY, record="apply-stale", about="server-side apply with a resourceVersion that is old")
    equal(_reason(answer), (409, "Conflict"), "apply with an old resourceVersion")


def _status(case):
    path = f"/apis/apps/v1/namespaces/{case.namespace}/deployments"
    labels = {"app": "none"}
    answer = case.api.send("POST", path, {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "none"}, "spec": {
        "replicas": 0, "selector": {"matchLabels": labels}, "template": {
            "metadata": {"labels": labels}, "spec": {"containers": [{"name": "pause", "image": PAUSE}]}}}})
    old = answer.json()["metadata"]["resourceVersion"]
    wait_for("the Deployment's controller to write its status", lambda: case.get("deployment", "none")["status"].get("observedGeneration"), 20)
    patch = {"metadata": {"resourceVersion": old}, "status": {"conditions": None}}
    answer = case.api.send("PATCH", f"{path}/none/status", patch, MERGE, record="status-patch-conflict", about="a status patch with a resourceVersion that is old")
    equal(_reason(answer), (409, "Conflict"), "status patch with an old resourceVersion")
    patch["metadata"]["resourceVersion"] = case.get("deployment", "none")["metadata"]["resourceVersion"]
    answer = case.api.send("PATCH", f"{path}/none/status", patch, MERGE, record="status-patch", about="the same with the newest resourceVersion")
    equal(answer.status, 200, "status patch")
    answer = case.api.send("PATCH", f"{path}/missing/status", {"status": {}}, MERGE, record="status-patch-not-found", about="the status of what is not there")
    equal(_reason(answer), (404, "NotFound"), "status patch of nothing")


def _deletes(case, maps):
    options = {"apiVersion": "v1", "kind": "DeleteOptions", "preconditions": {"uid": "00000000-0000-0000-0000-000000000000"}}
    answer = case.api.send("DELETE", f"{maps}/one", options, record="delete-wrong-uid", about="a precondition that names another one's UID")
    equal(_reason(answer), (409, "Conflict"), "delete with the wrong UID")
    options["preconditions"]["uid"] = case.get("configmap", "one")["metadata"]["uid"]
    answer = case.api.send("DELETE", f"{maps}/one", options, record="delete", about="gone at once: a Status")
    equal((answer.status, answer.json()["kind"]), (200, "Status"), "delete")
    answer = case.api.send("DELETE", f"{maps}/one", options, record="delete-not-found", about="deleted again")
    equal(_reason(answer), (404, "NotFound"), "delete again")
    held = _config_map("held")
    held["metadata"]["finalizers"] = ["drey.example.org/hold"]
    case.apply(held)
    answer = case.api.send("DELETE", f"{maps}/held", record="delete-with-finalizer", about="a finalizer holds it: the object, with deletionTimestamp")
    check(answer.status == 200 and "deletionTimestamp" in answer.json()["metadata"], f"delete with a finalizer: {answer}")
    patch = {"metadata": {"finalizers": None}}
    answer = case.api.send("PATCH", f"{maps}/held", patch, MERGE, record="finalizer-removed", about="the last finalizer goes, and the object with it: 200")
    equal(answer.status, 200, "removing a finalizer")
    case.wait_deleted("configmap", "held", 10)


def _events(answer) -> list[dict]:
    return [json.loads(line) for line in answer.text.splitlines() if line]


def case_watching(case):
    """Streams of events: as they end, as they begin, and when the past is forgotten."""
    api, maps = case.api, f"/api/v1/namespaces/{case.namespace}/configmaps"
    version = api.send("GET", maps).json()["metadata"]["resourceVersion"]
    case.apply(_config_map("watched", a="1"))
    case.apply(_config_map("watched", a="2"))
    case.kubectl("delete", "configmap", "watched")
    path = f"{maps}?watch=1&allowWatchBookmarks=true&resourceVersion={version}&timeoutSeconds=6"
    # A bookmark is due 2 s before the stream ends, but it comes only if the kind changed
    # since: here in another namespace, of which the stream shows nothing else.
    elsewhere = in_background(_change_elsewhere, case, ending := threading.Event())
    try:
        answer = api.send("GET", path, record="watch-bookmark", about="added, changed, deleted; then a bookmark, for another namespace's changes")
    finally:
        ending.set()
        elsewhere.join()
    kinds = [event["type"] for event in _events(answer)]
    equal(kinds[:4], ["ADDED", "MODIFIED", "DELETED", "BOOKMARK"], "events of a watch")
    quiet = api.send("GET", f"{maps}?watch=1&resourceVersion={_events(answer)[-1]['object']['metadata']['resourceVersion']}&timeoutSeconds=1",
                     record="watch-nothing", about="a stream in which nothing happens ends empty, with 200")
    equal((quiet.status, quiet.text), (200, ""), "a watch of nothing")
    initial = "sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    answer = api.send("GET", f"{maps}?watch=1&{initial}&timeoutSeconds=3",
                      record="watch-initial-events", about="list and watch in one: a bookmark with an annotation ends the list")
    check(any("k8s.io/initial-events-end" in event["object"]["metadata"].get("annotations", {})
              for event in _events(answer)), f"no end of the initial events: {answer}")
    _watch_the_past(case)


def _change_elsewhere(case, ending):
    body = _config_map(f"{case.namespace}-elsewhere")
    path = "/api/v1/namespaces/default/configmaps"
    while not ending.wait(0.5):
        case.api.send("POST", path, body)
        case.api.send("DELETE", f"{path}/{body['metadata']['name']}")


def _watch_the_past(case):
    """A kind that was installed late has no early past: what an old resourceVersion gets."""
    group, kinds = "lab.example.org", {"plural": "things", "singular": "thing", "kind": "Thing"}
    case.apply({"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                "metadata": {"name": f"things.{group}"}, "spec": {
                    "group": group, "scope": "Namespaced", "names": kinds, "versions": [{
                        "name": "v1", "served": True, "storage": True, "subresources": {"status": {}},
                        "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}}]}})
    case.at_end(case.kubectl, "delete", "crd", f"things.{group}")
    path = f"/apis/{group}/v1/namespaces/{case.namespace}/things"
    wait_for("the new kind to be served", lambda: case.api.send("GET", path).status == 200, 30)
    answer = case.api.send("GET", f"{path}?watch=1&resourceVersion=1&timeoutSeconds=5",
                           record="watch-expired", about="a resourceVersion that is too old: status 200, and an event ERROR with code 410")
    (event,) = _events(answer)
    equal((answer.status, event["type"], event["object"]["code"], event["object"]["reason"]),
          (200, "ERROR", 410, "Expired"), "watch of the forgotten past")
    future = int(case.api.send("GET", path).json()["metadata"]["resourceVersion"]) + 10_000_000
    answer = case.api.send("GET", f"{path}?resourceVersion={future}&resourceVersionMatch=NotOlderThan",
                           record="list-future", about="a list that must not be older than what is not yet")
    equal(_reason(answer), (504, "Timeout"), "list of the future")
    answer = case.api.send("GET", f"{path}?watch=1&resourceVersion={future}&timeoutSeconds=3",
                           record="watch-future", about="a watch from a resourceVersion that is not yet: silence")
    case.note("a watch that begins in the future", answer)


def case_eviction(case):
    """A PodDisruptionBudget says no, and then yes."""
    case.apply(_pod("guarded", app="guarded"), {
        "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "guard"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "guarded"}}}})
    wait_for("the budget to know its pod", lambda: case.get("pdb", "guard").get("status", {}).get("currentHealthy") == 1, 30)
    answer = case.evict("guarded", record="evict-refused", about="the budget allows no disruption now")
    equal(_reason(answer), (429, "TooManyRequests"), "eviction against the budget")
    case.kubectl("delete", "pdb", "guard")
    answer = case.evict("guarded", record="evict", about="the pod will go")
    equal(answer.status, 201, "eviction")
    case.wait_deleted("pod", "guarded", 30)
    answer = case.evict("guarded", record="evict-not-found", about="a pod that is gone")
    equal(_reason(answer), (404, "NotFound"), "eviction of nothing")


def case_leases(case):
    """The lock of a leader."""
    api, leases = case.api, f"/apis/coordination.k8s.io/v1/namespaces/{case.namespace}/leases"
    lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": "lock"}, "spec": {
        "holderIdentity": "one", "leaseDurationSeconds": 15, "leaseTransitions": 0,
        "acquireTime": "2026-01-02T03:04:05.000001Z", "renewTime": "2026-01-02T03:04:05.000001Z"}}
    answer = api.send("POST", leases, lease, record="lease-create", about="the first to come holds it")
    equal(answer.status, 201, "create a Lease")
    answer = api.send("POST", leases, lease, record="lease-create-taken", about="the second one is too late")
    equal(_reason(answer), (409, "AlreadyExists"), "create a Lease again")
    answer = api.send("GET", f"{leases}/lock", record="lease-get", about="who holds it")
    held = answer.json()
    held["spec"]["renewTime"] = "2026-01-02T03:04:07.000000Z"
    answer = api.send("PUT", f"{leases}/lock", held, record="lease-update", about="the holder renews; microseconds as given, with all six digits")
    equal((answer.status, answer.json()["spec"]["renewTime"]), (200, "2026-01-02T03:04:07.000000Z"), "renew")
    held["spec"]["holderIdentity"] = "two"
    answer = api.send("PUT", f"{leases}/lock", held, record="lease-update-conflict", about="with the old resourceVersion: somebody was quicker")
    equal(_reason(answer), (409, "Conflict"), "take over with an old resourceVersion")
