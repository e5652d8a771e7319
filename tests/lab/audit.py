"""Reads the API server's audit log: who changed what, and with which answer."""

import json
import time
from datetime import datetime, timezone

import layout

MUTATING = {"create", "update", "patch", "delete", "deletecollection"}
# Asked by POST, though nothing is changed.
QUESTIONS = ("selfsubjectaccessreviews", "subjectaccessreviews")


class Call:
    """One request that the API server answered."""

    def __init__(self, event: dict):
        self.event = event
        target = event.get("objectRef", {})
        self.user: str = event["user"].get("username", "")
        self.agent: str = event.get("userAgent", "")
        self.verb: str = event["verb"]
        self.resource: str = "/".join(filter(None, (target.get("resource"), target.get("subresource"))))
        self.namespace: str = target.get("namespace", "")
        self.name: str = target.get("name", "")
        self.code: int = event.get("responseStatus", {}).get("code", 0)
        self.received: str = event["requestReceivedTimestamp"]

    def age(self) -> float:
        """Seconds since it was received."""
        return (datetime.now(timezone.utc) - datetime.fromisoformat(self.received)).total_seconds()

    def __repr__(self) -> str:
        return f"{self.received} {self.user} {self.verb} {self.resource} {self.namespace}/{self.name} → {self.code}"


def now() -> str:
    """This moment as the log writes it, to compare with."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def calls(since: str = "", user: str = "", namespace: str = "", verbs=None) -> list[Call]:
    """`user` is a beginning: "system:serviceaccount:drey-system:" for the operator's."""
    found = []
    named = f'"username":"{user}'  # most lines are others': they are not worth decoding
    with layout.AUDIT_LOG.open() as log:
        for line in log:
            if not line.endswith("\n"):
                break  # being written
            if named not in line:
                continue
            call = Call(json.loads(line))
            if (call.received >= since and call.user.startswith(user)
                    and (not namespace or call.namespace == namespace)
                    and (verbs is None or call.verb in verbs)):
                found.append(call)
    return found


def changes(since: str, account: str, namespace: str = "") -> list[Call]:
    """Mutating calls by a service account, "namespace:name" or only "namespace:"."""
    done = calls(since, f"system:serviceaccount:{account}", namespace, MUTATING)
    return [call for call in done if call.resource not in QUESTIONS]


def quiet_since(since: str, account: str, seconds: float, ignore=lambda call: False) -> list[Call]:
    """Watches for `seconds` and returns the changes by the account: none is quiet.

    The one place where time has to pass: silence can't be polled for.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if loud := [call for call in changes(since, account) if not ignore(call)]:
            return loud
        time.sleep(0.2)
    return [call for call in changes(since, account) if not ignore(call)]
