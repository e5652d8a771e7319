"""A small S3 store: what Flink's S3 file systems and drey ask for, in memory, with every signature
checked. The cases start it as a thread (`Store`), the tests of the gateways as a program."""

import argparse
import contextlib
import hashlib
import http.server
import re
import socket
import socketserver
import threading
import time
import uuid
import xml.etree.ElementTree as tree
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote
from xml.sax.saxutils import escape

from s3_signature import STREAMED, Refused, Signature

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
KEYS_MAX = 1000


class Object:
    def __init__(self, body: bytes, etag: str = ""):
        self.body, self.modified = body, time.time()
        self.etag = etag or hashlib.md5(body).hexdigest()  # clients hold it against their own sum


def _xml(name: str, *inside: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns="{NAMESPACE}">{"".join(inside)}</{name}>'.encode()


def _tag(name: str, value) -> str:
    return f"<{name}>{escape(str(value))}</{name}>"


def _iso(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment % 1 * 1000):03d}Z"


class Store(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """Buckets, the keys that open them, and the server on `address`."""

    allow_reuse_address = daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], secrets: dict[str, str], region: str = "us-east-1",
                 token: str = "", page: int = KEYS_MAX, ahead: float = 0):
        super().__init__(address, _Request)
        self.secrets, self.region, self.token, self.page, self.ahead = secrets, region, token, page, ahead
        self.buckets: dict[str, dict[str, Object]] = {}
        self.uploads: dict[str, dict[int, Object]] = {}
        self.lock = threading.RLock()
        self.asked: list[tuple[str, str]] = []  # by which key, and what: "GET list bucket/prefix", in order
        self.connections: set[socket.socket] = set()

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        with self.lock:
            return sorted(key for key in self.buckets[bucket] if key.startswith(prefix))

    def start(self) -> "Store":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        """With its connections: who kept one would go on speaking to this store when another one is here."""
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request, client_address):
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, *_):
        pass  # a client that went away


class _Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Store

    def log_message(self, *_):
        pass

    def _act(self) -> None:
        path, _, query = self.path.partition("?")
        self.query = dict(parse_qsl(query, keep_blank_values=True))
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            body = self._verified(path, query, body)
            self.bucket, _, self.key = unquote(path).lstrip("/").partition("/")
            with self.server.lock:
                if self.bucket not in self.server.buckets:
                    raise Refused(404, "NoSuchBucket")
                self.objects = self.server.buckets[self.bucket]
                self._named()(body)
        except Refused as no:
            self._answer(no.status, _xml("Error", _tag("Code", no.code),
                                         *(_tag(name, value) for name, value in no.more.items())))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _act

    def _verified(self, path: str, query: str, body: bytes) -> bytes:
        store, headers = self.server, {name.lower(): value for name, value in self.headers.items()}
        claim = Signature(headers)
        self.access_key = claim.access_key
        if claim.access_key not in store.secrets:
            raise Refused(403, "InvalidAccessKeyId", AWSAccessKeyId=claim.access_key)
        if claim.region != store.region:
            raise Refused(400, "AuthorizationHeaderMalformed", Region=store.region)
        if headers.get("x-amz-security-token", "") != store.token:
            raise Refused(403, "InvalidToken")
        claim.check(self.command, path, query, headers, store.secrets[claim.access_key], time.time() + store.ahead)
        if claim.body == STREAMED:
            return claim.pieces(body)
        claim.check_body(body)
        return body

    def _named(self):
        """What is asked for, of what S3 calls its operations."""
        of_bucket = {("GET", False): self._list, ("POST", True): self._delete_many, ("HEAD", False): self._there}
        of_object = {"GET": self._get, "HEAD": self._get, "PUT": self._put, "DELETE": self._delete}
        of_upload = {"POST": self._complete, "PUT": self._part, "DELETE": self._abort}
        if not self.key:
            found = of_bucket.get((self.command, "delete" in self.query))
        elif "uploads" in self.query:
            found = self._begin if self.command == "POST" else None
        elif "uploadId" in self.query:
            found = of_upload.get(self.command)
        else:
            found = of_object.get(self.command)
        if found is None:
            raise Refused(501, "NotImplemented")
        self.server.asked.append((self.access_key, f"{self.command} {found.__name__.strip('_')} {self.bucket}/"
                                  f"{self.key or self.query.get('prefix', '')}"))
        return found

    def _answer(self, status: int, body: bytes = b"", **headers) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    # -- a bucket

    def _there(self, _):
        self._answer(200)

    def _list(self, _):
        """ListObjectsV2; what is beyond a page is asked for with the name it ended at."""
        prefix, delimiter = self.query.get("prefix", ""), self.query.get("delimiter", "")
        if self.query.get("list-type") != "2":
            raise Refused(501, "NotImplemented")
        after = unquote(self.query.get("continuation-token", "")) or self.query.get("start-after", "")
        encode = quote if self.query.get("encoding-type") == "url" else escape
        entries: dict[str, str] = {}
        for key in self.server.keys(self.bucket, prefix):
            rest = key[len(prefix):]
            name = prefix + rest[:rest.index(delimiter) + 1] if delimiter and delimiter in rest else key
            if name <= after:
                continue
            entries[name] = self._common(encode(name)) if name != key else self._contents(encode(key), key)
        most = min(self.server.page, int(self.query.get("max-keys", KEYS_MAX)))
        page = list(entries)[:most]
        more = len(entries) > most
        self._answer(200, _xml(
            "ListBucketResult", _tag("Name", self.bucket), f"<Prefix>{encode(prefix)}</Prefix>",
            _tag("KeyCount", len(page)), _tag("MaxKeys", most),
            _tag("EncodingType", "url") if encode is quote else "", _tag("IsTruncated", str(more).lower()),
            _tag("NextContinuationToken", quote(page[-1])) if more else "", *(entries[name] for name in page)))

    def _common(self, name: str) -> str:
        return f"<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>"

    def _contents(self, name: str, key: str) -> str:
        found = self.objects[key]
        return (f"<Contents><Key>{name}</Key>{_tag('LastModified', _iso(found.modified))}"
                f"{_tag('ETag', chr(34) + found.etag + chr(34))}{_tag('Size', len(found.body))}</Contents>")

    def _delete_many(self, body):
        keys = [found.text for found in tree.fromstring(body).iter() if found.tag.endswith("Key")]
        for key in keys:
            self.objects.pop(key, None)
        self._answer(200, _xml("DeleteResult", *(f"<Deleted>{_tag('Key', key)}</Deleted>" for key in keys)))

    # -- an object

    def _found(self) -> Object:
        if self.key not in self.objects:
            raise Refused(404, "NoSuchKey")
        return self.objects[self.key]

    def _get(self, _):
        found = self._found()
        about = {"ETag": f'"{found.etag}"', "Last_Modified": self.date_time_string(int(found.modified)),
                 "Accept_Ranges": "bytes"}
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("range", ""))
        size = len(found.body)
        if not asked or asked.groups() == ("", ""):
            return self._answer(200, found.body, **about)
        first, last = asked.groups()
        begin = int(first) if first else max(size - int(last), 0)
        end = min(int(last), size - 1) if first and last else size - 1
        if begin >= size:
            raise Refused(416, "InvalidRange")
        return self._answer(206, found.body[begin:end + 1], **about, Content_Range=f"bytes {begin}-{end}/{size}")

    def _put(self, body):
        source = self.headers.get("x-amz-copy-source")
        if source is None:
            self.objects[self.key] = Object(body)
            return self._answer(200, ETag=f'"{self.objects[self.key].etag}"')
        bucket, _, key = unquote(source).lstrip("/").partition("/")
        if key not in self.server.buckets.get(bucket, {}):
            raise Refused(404, "NoSuchKey")
        copy = self.objects[self.key] = Object(self.server.buckets[bucket][key].body)
        return self._answer(200, _xml("CopyObjectResult", _tag("LastModified", _iso(copy.modified)),
                                      _tag("ETag", f'"{copy.etag}"')))

    def _delete(self, _):
        self.objects.pop(self.key, None)
        self._answer(204)

    # -- an object in parts

    def _begin(self, _):
        number = uuid.uuid4().hex
        self.server.uploads[number] = {}
        self._answer(200, _xml("InitiateMultipartUploadResult", _tag("Bucket", self.bucket),
                               _tag("Key", self.key), _tag("UploadId", number)))

    def _upload(self) -> dict[int, Object]:
        if self.query["uploadId"] not in self.server.uploads:
            raise Refused(404, "NoSuchUpload")
        return self.server.uploads[self.query["uploadId"]]

    def _part(self, body):
        part = self._upload()[int(self.query["partNumber"])] = Object(body)
        self._answer(200, ETag=f'"{part.etag}"')

    def _complete(self, body):
        parts = self._upload()
        numbers = [int(found.text) for found in tree.fromstring(body).iter() if found.tag.endswith("PartNumber")]
        if not numbers or any(number not in parts for number in numbers):
            raise Refused(400, "InvalidPart")
        sums = b"".join(bytes.fromhex(parts[number].etag) for number in numbers)
        whole = Object(b"".join(parts[number].body for number in numbers),
                       f"{hashlib.md5(sums).hexdigest()}-{len(numbers)}")
        self.objects[self.key] = whole
        del self.server.uploads[self.query["uploadId"]]
        self._answer(200, _xml("CompleteMultipartUploadResult", _tag("Bucket", self.bucket),
                               _tag("Key", self.key), _tag("ETag", f'"{whole.etag}"')))

    def _abort(self, _):
        self._upload()
        del self.server.uploads[self.query["uploadId"]]
        self._answer(204)


def main() -> None:
    words = argparse.ArgumentParser(description="Serves the folders of FOLDER as buckets, on 127.0.0.1.")
    words.add_argument("folder", type=Path)
    words.add_argument("--access-key", required=True)
    words.add_argument("--secret-key", required=True)
    words.add_argument("--region", default="us-east-1")
    words.add_argument("--token", default="")
    words.add_argument("--page", type=int, default=KEYS_MAX, help="entries of a listing in one answer")
    words.add_argument("--ahead", type=float, default=0, help="seconds by which its clock is wrong")
    words.add_argument("--port", type=int, default=0)
    chosen = words.parse_args()
    store = Store(("127.0.0.1", chosen.port), {chosen.access_key: chosen.secret_key}, chosen.region,
                  chosen.token, chosen.page, chosen.ahead)
    for bucket in chosen.folder.iterdir():
        files = (path for path in bucket.rglob("*") if path.is_file())
        store.buckets[bucket.name] = {path.relative_to(bucket).as_posix(): Object(path.read_bytes())
                                      for path in files}
    print(f"port {store.server_port}", flush=True)
    store.serve_forever()


if __name__ == "__main__":
    main()
