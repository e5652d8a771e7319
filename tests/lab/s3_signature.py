"""AWS Signature Version 4 as a store checks it, written from its description alone.

What a client sends is taken apart and signed again with the secret that both know: the headers it
says it signed, its path and query in their canonical form, and each piece of a body that is sent
in signed pieces.
"""

import calendar
import hashlib
import hmac
import re
import time
from urllib.parse import parse_qsl, quote, unquote

STREAMED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
UNSIGNED = "UNSIGNED-PAYLOAD"
NOTHING = hashlib.sha256(b"").hexdigest()
SKEW_MAX = 15 * 60
MUST_BE_SIGNED = {"host", "x-amz-content-sha256", "x-amz-date"}


class Refused(Exception):
    """A code of S3, and what else its answer tells."""

    def __init__(self, status: int, code: str, **more):
        super().__init__(code)
        self.status, self.code, self.more = status, code, more


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def canonical_query(query: str) -> str:
    pairs = parse_qsl(query, keep_blank_values=True)
    return "&".join(sorted(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs))


def signing_key(secret: str, day: str, region: str) -> bytes:
    key = _mac(b"AWS4" + secret.encode(), day)
    for part in (region, "s3", "aws4_request"):
        key = _mac(key, part)
    return key


class Signature:
    """The claim of one request: who signed it, when, and what."""

    FORM = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/,]+)/(\d{8})/([^/,]+)/s3/aws4_request, ?"
                      r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})")

    def __init__(self, headers):
        given = self.FORM.fullmatch(headers.get("authorization", ""))
        if not given:
            raise Refused(403, "AccessDenied")
        self.access_key, self.day, self.region, signed, self.value = given.groups()
        self.signed = signed.split(";")
        self.moment = headers.get("x-amz-date", "")
        self.body = headers.get("x-amz-content-sha256", "")

    def scope(self) -> str:
        return f"{self.day}/{self.region}/s3/aws4_request"

    def check(self, method: str, path: str, query: str, headers, secret: str, now: float) -> None:
        """`path` and `query` as they came; `headers` by their names in small letters."""
        must = MUST_BE_SIGNED | {name for name in headers if name.startswith("x-amz-")}
        if missing := must - set(self.signed):
            raise Refused(403, "AccessDenied", Message=f"not signed: {sorted(missing)}")
        if not re.fullmatch(self.day + r"T\d{6}Z", self.moment):
            raise Refused(403, "AccessDenied", Message="no time")
        if abs(calendar.timegm(time.strptime(self.moment, "%Y%m%dT%H%M%SZ")) - now) > SKEW_MAX:
            raise Refused(403, "RequestTimeTooSkewed")
        values = "".join(f"{name}:{' '.join(headers.get(name, '').split())}\n" for name in self.signed)
        request = "\n".join([method, quote(unquote(path), safe="/-_.~"), canonical_query(query), values,
                             ";".join(self.signed), self.body])
        self.key = signing_key(secret, self.day, self.region)
        text = "\n".join(["AWS4-HMAC-SHA256", self.moment, self.scope(),
                          hashlib.sha256(request.encode()).hexdigest()])
        if not hmac.compare_digest(_mac(self.key, text).hex(), self.value):
            raise Refused(403, "SignatureDoesNotMatch", StringToSign=text)

    def check_body(self, body: bytes) -> None:
        if self.body != UNSIGNED and hashlib.sha256(body).hexdigest() != self.body:
            raise Refused(400, "XAmzContentSHA256Mismatch")

    def pieces(self, body: bytes) -> bytes:
        """A body in signed pieces, each of which carries the signature of the one before it."""
        whole, before, at = bytearray(), self.value, 0
        while True:
            end = body.index(b"\r\n", at)
            size, _, claim = body[at:end].decode().partition(";chunk-signature=")
            piece = body[end + 2:end + 2 + int(size, 16)]
            text = "\n".join(["AWS4-HMAC-SHA256-PAYLOAD", self.moment, self.scope(), before, NOTHING,
                              hashlib.sha256(piece).hexdigest()])
            before = _mac(self.key, text).hex()
            if not hmac.compare_digest(before, claim):
                raise Refused(403, "SignatureDoesNotMatch")
            if not piece:
                return bytes(whole)
            whole += piece
            at = end + 2 + len(piece) + 2
