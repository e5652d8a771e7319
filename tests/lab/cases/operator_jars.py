"""Servers of jars that hang, lie or never end: each job says what is wrong, its neighbours go on."""

import contextlib
import http.server
import socketserver
import threading

import layout
from kit import check, equal
from operator_kit import JOBS, comes_to_rest, job_manifest, memory, shared, wait_operator
from shell import wait_for

PORT = 8001
MEGABYTE = 1 << 20


class _Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__((layout.node_address(), PORT), _Wrong)
        self.over = threading.Event()


class _Wrong(http.server.BaseHTTPRequestHandler):
    """One way of being wrong for each path."""

    def do_GET(self):
        with contextlib.suppress(OSError):  # the client has gone: that is what it should do
            getattr(self, self.path.strip("/").removesuffix(".jar"))()

    def log_message(self, *_):
        pass

    def _begin(self, status: int = 200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def hang(self):
        self.server.over.wait()

    def half(self):
        self._begin(Content_Length=10 * MEGABYTE)
        self.wfile.write(b"PK\3\4" + b"x" * MEGABYTE)
        self.server.over.wait()

    def short(self):
        self._begin(Content_Length=10 * MEGABYTE)
        self.wfile.write(b"PK\3\4" + b"x" * MEGABYTE)

    def page(self):
        self._begin(Content_Type="text/html")
        self.wfile.write(b"<html>Please log in</html>")

    def hollow(self):
        self._begin(Content_Length=4)
        self.wfile.write(b"PK\3\4")

    def circle(self):
        self._begin(302, Location=f"http://{layout.node_address()}:{PORT}/circle.jar")

    def noise(self):
        self.wfile.write(b"\0\1\2 nothing that looks like HTTP\r\n\r\n")

    def mute(self):
        self.close_connection = True

    def busy(self):
        self._begin(503)

    def endless(self):
        self._begin()
        self.wfile.write(b"PK\3\4")
        while not self.server.over.is_set():
            self.wfile.write(b"x" * MEGABYTE)


@contextlib.contextmanager
def _wrong_server():
    server = _Server()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()


# Path → words that the status has to hold.
TOLD = {"short": "closed", "page": "not a jar", "hollow": "ZipException", "circle": "redirect", "noise": "HTTP",
        "mute": "mute.jar", "busy": "503", "endless": "larger than"}


def case_servers(case):
    """All of them at once, beside a job that comes from an honest server."""
    session = shared(case, __file__, slots=6)  # for all of them at once
    (pod,) = wait_operator()
    before = memory(pod)
    with _wrong_server():
        for name in ("hang", "half", *TOLD):
            case.apply(job_manifest(name, restartPolicy="NEVER", jarURI=f"http://{layout.node_address()}:{PORT}/{name}.jar"))
        good = session.start("good", 20)
        problems = []
        for name, word in TOLD.items():
            try:
                error = wait_for(f"status.error of {name} to hold {word!r}", lambda: word in (
                    e := session.status(name).get("error", "")) and e or session.unseen(name, JOBS), 90)
                case.note(name, error)
            except Exception as problem:
                problems.append(f"{name}: {problem}")
        # Those that hang can be deleted at once, and so can those that are tried again and again.
        seconds = {name: session.delete(name) for name in ("hang", "half", *TOLD)}
    case.note("seconds to delete each", seconds)
    check(max(seconds.values()) < 3, f"a job that was never submitted is deleted at once: {seconds}")
    equal(session.live("good"), [good], "executions of the job beside them")
    check(session.flink.tasks_running(good), "the job beside them goes on")
    equal(wait_operator(), [pod], "the operator's pod")
    case.note("MB of memory of the operator: before, after", [before, memory(pod)])
    comes_to_rest(case)
    session.delete("good")
    check(not problems, "\n".join(problems))


case_servers.NEEDS_OPERATOR = True
