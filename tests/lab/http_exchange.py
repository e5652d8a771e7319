"""HTTP requests whose raw exchange can be kept as a fixture for tests of the clients."""

import http.client
import json
import ssl
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import layout
from shell import LabError

TEXT_LIMIT = 200_000


class Answer:
    def __init__(self, status: int, reason: str, headers: list[tuple[str, str]], body: bytes):
        self.status, self.reason, self.headers, self.body = status, reason, headers, body

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            raise LabError(f"status {self.status}, and no JSON: {self.text[:300]}") from None

    def __repr__(self) -> str:
        return f"{self.status} {self.text[:500]}"


class Multipart:
    """One file as a form: what Flink wants for a jar. A recording names it but leaves it out."""

    def __init__(self, field: str, file: Path, content_type: str):
        self.boundary = uuid.uuid4().hex
        self.content_type = f"multipart/form-data; boundary={self.boundary}"
        self.part_headers = (f'Content-Disposition: form-data; name="{field}"; filename="{file.name}"\r\n'
                             f"Content-Type: {content_type}\r\n")
        self.size = file.stat().st_size
        self.data = (f"--{self.boundary}\r\n{self.part_headers}\r\n".encode() + file.read_bytes()
                     + f"\r\n--{self.boundary}--\r\n".encode())

    def described(self) -> dict:
        return {"multipart": self.part_headers, "bytes": self.size}


class Server:
    """One server, one connection for each request, so that nothing is shared by accident."""

    def __init__(self, url: str, group: str, headers: dict | None = None,
                 tls: ssl.SSLContext | None = None, timeout: float = 30):
        self.url, self.group, self.headers, self.tls, self.timeout = url, group, headers or {}, tls, timeout

    def send(self, method: str, path: str, body=None, headers: dict | None = None,
             record: str | None = None, about: str = "") -> Answer:
        """`body`: None, a Multipart, a text, or anything that is to be sent as JSON."""
        headers = {"Accept": "application/json", **self.headers, **(headers or {})}
        if isinstance(body, Multipart):
            data, kept = body.data, body.described()
            headers["Content-Type"] = body.content_type
        elif body is None:
            data, kept = None, None
        else:
            kept = body if isinstance(body, str) else json.dumps(body)
            data = kept.encode()
            headers.setdefault("Content-Type", "application/json")
        answer = self._exchange(method, path, data, headers)
        if record:
            self._record(record, about, {"method": method, "path": path, "headers": headers, "body": kept}, answer)
        return answer

    def _exchange(self, method, path, data, headers) -> Answer:
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        options = {"context": self.tls} if parts.scheme == "https" else {}
        connection = kind(parts.hostname, parts.port, timeout=self.timeout, **options)
        try:
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            return Answer(response.status, response.reason, response.getheaders(), response.read())
        except http.client.HTTPException as error:
            raise LabError(f"{method} {self.url}{path}: {error!r}") from None
        except OSError as error:  # DNS, refused, reset, time-out: the caller may try again
            raise LabError(f"{method} {self.url}{path}: {error}") from None
        finally:
            connection.close()

    def _record(self, name: str, about: str, request: dict, answer: Answer) -> None:
        path = layout.RECORDED / self.group / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        if len(answer.body) > TEXT_LIMIT:
            raise LabError(f"recording {name}: {len(answer.body)} bytes are no fixture")
        request["headers"].pop("Authorization", None)
        path.write_text(json.dumps({
            "about": about, "server": self.group, "request": request,
            "response": {"status": answer.status, "reason": answer.reason,
                         "headers": dict(answer.headers), "body": answer.text}},
            indent=1, ensure_ascii=False) + "\n")


def kubernetes(token: str | None = None) -> Server:
    """The API server, as the administrator or with a service account's token."""
    context = ssl.create_default_context(cafile=layout.PKI / "ca.crt")
    headers = {"User-Agent": "drey-lab-recorder"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    else:
        context.load_cert_chain(layout.PKI / "admin.crt", layout.PKI / "admin.key")
    group = "kubernetes-" + layout.KUBERNETES.rsplit(".", 1)[0]
    return Server(layout.api_url(), group, headers, context)


def flink(url: str) -> Server:
    return Server(url, "flink-" + layout.FLINK.rsplit(".", 1)[0], {"User-Agent": "drey-lab-recorder"})
