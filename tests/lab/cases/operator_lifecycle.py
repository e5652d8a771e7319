"""What a session cluster's spec can say, and what becomes of it: pod templates, an Ingress, Services,
standby JobManagers, log levels, TLS.

What need not touch a pod touches none; each field that goes leaves nothing behind.
"""

import base64
import json
import time

import layout
from kit import check, equal, kubectl
from operator_kit import (CLUSTERS, OPERATOR, SYSTEM, cluster_manifest, comes_to_rest, is_ready, prepare,
                          Session, wait_leader, wait_operator)
from shell import LabError, run, wait_for

APART = True
MAIN = "flink-main-container"


def _session(case, change=lambda spec: None, **options) -> Session:
    """A cluster of one TaskManager with `change` made to its spec, Ready."""
    prepare(case)
    manifest = cluster_manifest(case, **{"taskmanagers": 1, "slots": 2, **options})
    change(manifest["spec"])
    case.apply(manifest)
    session = Session(case)
    session.wait_ready()
    return session


def _patch(case, spec: dict) -> None:
    case.kubectl("patch", "flinkdeployment", "session", "--type=merge", "-p", json.dumps({"spec": spec}))


def _logs(case, pod: str, container: str) -> str:
    return case.kubectl("logs", pod, "-c", container, must=False).stdout


def _condition(session, type: str) -> dict:
    return session.condition("session", type, CLUSTERS)


# -- pod templates

def _template(spec: dict) -> None:
    """An init container writes what a sidecar reads; the sidecar shows Flink's log, too."""
    shared = {"name": "shared", "mountPath": "/shared"}
    logs = {"name": "flink-logs", "mountPath": "/opt/flink/log"}
    template = spec["podTemplate"]["spec"]
    template["containers"][0]["volumeMounts"] += [shared, logs]
    template["containers"][0]["env"] = [{"name": "GREETING", "value": "hello"}]
    template["containers"][0]["ports"] = [{"name": "metrics", "containerPort": 9249}]
    template["containers"].append({
        "name": "logs", "image": layout.FLINK_IMAGE, "volumeMounts": [shared, logs],
        "command": ["sh", "-c", "cat /shared/greeting; until ls /opt/flink/log/*.log; do sleep 1; done;"
                    " exec tail -n +1 -F /opt/flink/log/*.log"]})
    template["initContainers"] = [{
        "name": "greet", "image": layout.FLINK_IMAGE, "volumeMounts": [shared],
        "command": ["sh", "-c", "echo written before Flink > /shared/greeting"]}]
    template["volumes"] += [{"name": "shared", "emptyDir": {}}, {"name": "flink-logs", "emptyDir": {}}]
    template["securityContext"] = {"fsGroup": 9999}
    template["terminationGracePeriodSeconds"] = 2  # the sidecar does not hear SIGTERM
    spec["podTemplate"]["metadata"] = {"labels": {"team": "lab"}, "annotations": {"note": "from the template"}}
    spec["flinkConfiguration"].update({
        "kubernetes.operator.pod-template.merge-arrays-by-name": "true",
        "kubernetes.taskmanager.labels": "side:tm", "containerized.master.env.SIDE": "jm"})
    spec["jobManager"]["podTemplate"] = {"spec": {"containers": [
        {"name": MAIN, "env": [{"name": "ONLY_JM", "value": "yes"}]}]}}


def case_pod_template(case):
    """A sidecar, an init container, volumes, variables, ports and labels of the user's reach the pods."""
    session = _session(case, _template)
    job = session.start("orders")
    (jm,), (tm,) = session.pods("jobmanager"), session.pods("taskmanager")
    for pod in (jm, tm):
        equal([c["name"] for c in pod["spec"]["initContainers"]], ["greet"], "init containers")
        equal(sorted(c["name"] for c in pod["spec"]["containers"]), [MAIN, "logs"], "containers")
        main = next(c for c in pod["spec"]["containers"] if c["name"] == MAIN)
        check("metrics" in [port.get("name") for port in main["ports"]], f"ports {main['ports']}")
        equal(pod["metadata"]["labels"]["team"], "lab", "label of the template")
        equal(pod["metadata"]["annotations"]["note"], "from the template", "annotation of the template")
        equal(pod["spec"]["securityContext"].get("fsGroup"), 9999, "the pod's security context")
        name = pod["metadata"]["name"]
        wait_for(f"the sidecar of {name} to show what the init container wrote and what Flink logs",
                 lambda: "written before Flink" in (said := _logs(case, name, "logs")) and "INFO" in said
                 or _unseen(said), 60)
    names = {pod["metadata"]["name"]: [e["name"] for e in next(
        c for c in pod["spec"]["containers"] if c["name"] == MAIN)["env"]] for pod in (jm, tm)}
    equal(set(names[jm["metadata"]["name"]]) >= {"GREETING", "ONLY_JM", "SIDE"}, True, "variables of the JobManager")
    check("ONLY_JM" not in names[tm["metadata"]["name"]], f"variables of the TaskManager: {names}")
    equal(tm["metadata"]["labels"].get("side"), "tm", "label of an option")
    check("side" not in jm["metadata"]["labels"], "a label of the other side")
    session.newest_checkpoint(job)
    comes_to_rest(case)
    session.delete("orders")


def _unseen(said: str):
    raise LabError(f"it says {said[-600:]!r}")


# -- Ingress and Services

def _ingress(case) -> dict | None:
    return case.get("ingress", "session")


def _paths(ingress: dict) -> list:
    (rule,) = ingress["spec"]["rules"]
    (path,) = rule["http"]["paths"]
    return [rule.get("host"), path.get("path"), path["backend"]["service"]["name"]]


def case_ingress(case):
    """Made, changed in place, made again, removed with its field and with the cluster; no pod is touched."""
    session = _session(case)
    job, pods = session.start("orders"), session.pod_uids()
    _patch(case, {"ingress": {"template": "{{name}}.{{namespace}}.example.com", "annotations": {"a": "1"},
                              "labels": {"team": "lab"}}})
    made = wait_for("the Ingress", lambda: _ingress(case), 20)
    equal(_paths(made), [f"session.{case.namespace}.example.com", None, "session-rest"], "where it leads")
    equal([made["metadata"]["annotations"]["a"], made["metadata"]["labels"]["team"]], ["1", "lab"], "its marks")
    _patch(case, {"ingress": {"template": "flink.example.com/{{name}}", "annotations": {"a": None, "b": "2"},
                              "tls": [{"hosts": ["flink.example.com"], "secretName": "cert"}]}})
    changed = wait_for("the Ingress to change",
                       lambda: (i := _ingress(case)) and _paths(i)[1] == "/session" and i, 20)
    equal(changed["metadata"]["uid"], made["metadata"]["uid"], "UID of the Ingress")
    check("a" not in changed["metadata"]["annotations"], "an annotation that the spec has lost")
    equal(changed["spec"]["tls"][0]["secretName"], "cert", "the Secret of its TLS")
    wait_for("the status to tell of it", lambda: _condition(session, "IngressReady").get("status") == "True", 20)
    case.kubectl("delete", "ingress", "session")
    wait_for("the Ingress to be there again",
             lambda: (i := _ingress(case)) and i["metadata"]["uid"] != made["metadata"]["uid"], 20)
    _patch(case, {"ingress": {"template": "Not_A_Host.example.com"}})
    refused = wait_for("the API server's words about a bad host",
                       lambda: (c := _condition(session, "IngressReady")).get("status") == "False" and c, 20)
    check("Not_A_Host" in refused["message"], f"condition {refused}")
    check(session.ready(), "the cluster is as Ready as it was")
    _patch(case, {"ingress": None})
    case.wait_deleted("ingress", "session", 20)
    equal(session.pod_uids(), pods, "UIDs of the pods")
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restores")
    _patch(case, {"ingress": {"template": "/{{name}}"}})
    wait_for("the Ingress", lambda: _ingress(case), 20)
    session.delete("orders")
    session.delete("session", CLUSTERS)
    check(_ingress(case) is None, "an Ingress is left behind")


def case_services(case):
    """The type of the REST Service and its annotations follow Flink's options; no pod is touched."""
    session = _session(case)
    pods = session.pod_uids()
    key = "kubernetes.rest-service"
    _patch(case, {"flinkConfiguration": {f"{key}.exposed.type": "NodePort", f"{key}.annotations": "lb:internal"}})

    def rest() -> dict:
        return case.get("service", "session-rest")

    wait_for("a NodePort", lambda: rest()["spec"]["type"] == "NodePort", 20)
    check(rest()["spec"]["ports"][0].get("nodePort"), f"ports {rest()['spec']['ports']}")
    equal(rest()["metadata"]["annotations"].get("lb"), "internal", "annotation")
    _patch(case, {"flinkConfiguration": {f"{key}.exposed.type": None, f"{key}.annotations": None}})
    wait_for("a ClusterIP", lambda: rest()["spec"]["type"] == "ClusterIP", 20)
    check("lb" not in rest()["metadata"].get("annotations", {}), "an annotation that the spec has lost")
    session.flink.wait_up(1)
    equal(session.pod_uids(), pods, "UIDs of the pods")
    info = session.status("session", CLUSTERS)["clusterInfo"]
    dashboard = session.flink.get("/config")
    equal([info["flink-version"], info["flink-revision"]],
          [dashboard["flink-version"], dashboard["flink-revision"]], "clusterInfo")
    equal([info["total-cpu"], info["total-memory"]], ["4.0", str((700 + 640) << 20)], "what it may take")
    comes_to_rest(case)


# -- standby JobManagers

def _leader(session) -> str:
    """Name of the pod whose address Flink has written down."""
    address = (session.case.get("configmap", "session-cluster-config-map") or {}).get("data", {}).get(
        "org.apache.flink.k8s.leader.restserver", "")
    return next((pod["metadata"]["name"] for pod in session.pods("jobmanager")
                 if (ip := pod["status"].get("podIP")) and f"//{ip}:" in address), "")


def _standby(spec: dict) -> None:
    spec["jobManager"]["replicas"] = 2
    spec["flinkConfiguration"].update({
        "high-availability.kubernetes.leader-election.lease-duration": "4s",
        "high-availability.kubernetes.leader-election.renew-deadline": "4s",
        "high-availability.kubernetes.leader-election.retry-period": "1s"})


def _both_ready(session) -> bool:
    return [is_ready(pod) for pod in session.pods("jobmanager")] == [True, True]


def case_standby_takes_over(case):
    """The standby leads when the leader's pod goes; jobs go on from their newest checkpoint, new ones start."""
    session = _session(case, _standby)
    wait_for("both JobManagers to be Ready: the standby answers for the leader", lambda: _both_ready(session), 60)
    job = session.start("orders")
    newest, taskmanagers = session.newest_checkpoint(job), case.uids("component=taskmanager")
    old, start = _leader(session), time.monotonic()
    check(old, "nobody leads")
    case.kill_pod(old)
    wait_for("the standby to lead", lambda: (now := _leader(session)) and now != old, 60, every=0.2)
    case.note("seconds until the standby led", round(time.monotonic() - start, 1))
    restored = session.flink.restored(job, 60)
    check(restored["id"] >= newest, f"restored from {restored}, not from {newest} or a newer one")
    session.flink.wait_running(job)
    case.note("seconds until all tasks ran again", round(time.monotonic() - start, 1))
    equal(session.wait_state("orders", "RUNNING"), job, "id of the job")
    equal(session.status("orders")["lineage"]["submissions"], 1, "submissions")
    equal(case.uids("component=taskmanager"), taskmanagers, "UIDs of the TaskManagers' pods")
    wait_for("two JobManagers again", lambda: _both_ready(session), 60)
    session.start("late")  # uploaded to and run by the one that leads now
    comes_to_rest(case)


def case_number_of_jobmanagers(case):
    """From one to two and back: the API server takes both strategies, and no TaskManager is touched."""
    session = _session(case)
    job, taskmanagers = session.start("orders"), case.uids("component=taskmanager")
    jobmanager = case.uids("component=jobmanager")

    def strategy() -> dict:
        return case.get("deployment", "session")["spec"]["strategy"]

    equal(strategy()["type"], "Recreate", "strategy of one")
    _patch(case, {"jobManager": {"replicas": 2}})
    wait_for("two JobManagers", lambda: len(session.pods("jobmanager")) == 2 and _both_ready(session), 60)
    equal(strategy()["type"], "RollingUpdate", "strategy of two")
    check(set(jobmanager) < set(case.uids("component=jobmanager")), "the first one is still there")
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restores")
    _patch(case, {"jobManager": {"replicas": 1}})
    wait_for("one JobManager", lambda: len(session.pods("jobmanager")) == 1, 60)
    wait_for("the strategy of one", lambda: strategy() == {"type": "Recreate"} or _unseen(str(strategy())), 30)
    session.wait_ready()
    session.flink.wait_running(job)
    equal(session.wait_state("orders", "RUNNING"), job, "id of the job")
    equal(case.uids("component=taskmanager"), taskmanagers, "UIDs of the TaskManagers' pods")
    comes_to_rest(case)


# -- what Flink logs

def case_log_level(case):
    """Another log level reaches running processes: no pod and no job is touched."""
    session = _session(case)
    job, pods = session.start("orders"), session.pod_uids()
    (jm,) = session.pods("jobmanager")
    default = next(m for m in case.every("configmaps", "app=session") if m["metadata"]["name"] == "flink-log-session")
    text = default["data"]["log4j-console.properties"].replace("rootLogger.level = INFO", "rootLogger.level = DEBUG")
    start = time.monotonic()
    _patch(case, {"logConfiguration": {"log4j-console.properties": text}})
    # The kubelet brings a changed ConfigMap within a minute or so, log4j looks every 30 s.
    wait_for("DEBUG in the JobManager's log",
             lambda: " DEBUG " in _logs(case, jm["metadata"]["name"], MAIN), 180, every=2)
    case.note("seconds until the new level was in force", round(time.monotonic() - start))
    equal(session.pod_uids(), pods, "UIDs of the pods")
    equal(session.flink.checkpoints(job)["counts"]["restored"], 0, "restores")


# -- TLS

def _openssl(case, *words) -> None:
    run(["openssl", *words], cwd=case.data)


def _tls_files(case) -> None:
    """ca.crt, and store.p12 with a certificate for the REST Service's name."""
    name = f"session-rest.{case.namespace}"
    _openssl(case, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.crt",
             "-days", "30", "-subj", "/CN=lab", "-addext", "basicConstraints=critical,CA:true")
    _openssl(case, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tls.key", "-out", "tls.csr", "-subj", f"/CN={name}")
    (case.data / "names").write_text(f"subjectAltName=DNS:{name}\n")
    _openssl(case, "x509", "-req", "-in", "tls.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
             "-days", "30", "-extfile", "names", "-out", "tls.crt")
    _openssl(case, "pkcs12", "-export", "-in", "tls.crt", "-inkey", "tls.key", "-certfile", "ca.crt",
             "-passout", "pass:secret", "-out", "store.p12")


def _secret(name: str, **files) -> dict:
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name},
            "data": {key: base64.b64encode(path.read_bytes()).decode() for key, path in files.items()}}


def _believe(case) -> None:
    """The operator is given the authority, as a person would do it; afterwards it is as it was."""
    kubectl("-n", SYSTEM, "apply", "-f", "-", input=json.dumps(_secret("flink-ca", **{"ca.crt": case.data / "ca.crt"})))
    case.at_end(kubectl, "-n", SYSTEM, "delete", "secret", "flink-ca")
    arguments = ["--work-directory=/work", "--flink-ca=/flink-ca/ca.crt"]
    kubectl("-n", SYSTEM, "patch", "deployment", OPERATOR, "-p", json.dumps({"spec": {"template": {"spec": {
        "volumes": [{"name": "flink-ca", "secret": {"secretName": "flink-ca"}}],
        "containers": [{"name": OPERATOR, "args": arguments,
                        "volumeMounts": [{"name": "flink-ca", "mountPath": "/flink-ca"}]}]}}}}))
    case.at_end(_as_it_was)
    _settled()


def _as_it_was() -> None:
    kubectl("-n", SYSTEM, "rollout", "undo", f"deployment/{OPERATOR}")
    _settled()


def _settled() -> None:
    kubectl("-n", SYSTEM, "rollout", "status", f"deployment/{OPERATOR}", "--timeout=60s", timeout=90)
    wait_leader(wait_operator())


def case_rest_with_tls(case):
    """REST over TLS: first the status says what is missing; with the authority given, jobs run."""
    _tls_files(case)
    store = {"keystore": "/tls/store.p12", "keystore-password": "secret", "key-password": "secret",
             "truststore": "/tls/store.p12", "truststore-password": "secret"}

    def change(spec: dict) -> None:
        spec["flinkConfiguration"].update({
            "security.ssl.rest.enabled": "true", "kubernetes.secrets": "flink-tls:/tls",
            **{f"security.ssl.rest.{key}": value for key, value in store.items()}})

    prepare(case)
    case.apply(_secret("flink-tls", **{"store.p12": case.data / "store.p12"}))
    manifest = cluster_manifest(case, taskmanagers=1, slots=2)
    change(manifest["spec"])
    case.apply(manifest)
    session = Session(case)
    told = wait_for("the status to tell what is missing",
                    lambda: (c := _condition(session, "RestReachable")).get("status") == "False" and c
                    or session.unseen("session", CLUSTERS), 90)
    check("--flink-ca" in told["message"], f"condition {told}")
    _believe(case)
    session.wait_ready()
    equal(_condition(session, "RestReachable")["status"], "True", "RestReachable")
    case.apply({"apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkSessionJob", "metadata": {"name": "orders"},
                "spec": {"deploymentName": "session", "job": {
                    "jarURI": layout.jar_url(), "parallelism": 1, "upgradeMode": "last-state"}}})
    session.wait_state("orders", "RUNNING")
    session.delete("orders")
    session.delete("session", CLUSTERS)


# -- what has no effect

def case_no_effect(case):
    """An option that does nothing is told as an Event; the cluster runs all the same."""
    session = _session(case, lambda spec: spec["flinkConfiguration"].update({"kubernetes.hostnetwork.enabled": "true"}))
    told = [e for e in session.api.send("GET", f"/api/v1/namespaces/{case.namespace}/events").json()["items"]
            if e["reason"] == "SpecWarning"]
    equal(len(told), 1, f"Events {told}")
    check("kubernetes.hostnetwork.enabled" in told[0]["message"], told[0]["message"])
    equal(told[0]["type"], "Warning", "type of the Event")


for _case in (case_pod_template, case_ingress, case_services, case_standby_takes_over, case_number_of_jobmanagers,
              case_log_level, case_rest_with_tls, case_no_effect):
    _case.NEEDS_OPERATOR = True
for _case in (case_log_level, case_rest_with_tls, case_number_of_jobmanagers, case_services,
              case_standby_takes_over):
    _case.NEEDS_FULL = True
case_rest_with_tls.ALONE = True  # the operator gets another certificate
