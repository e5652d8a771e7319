#!/usr/bin/env python3
"""Holds tests/lab/s3_signature.py, which judges what drey signs, to the examples that AWS gives in
its description of Signature Version 4. Prints what is wrong, then `N passed, M failed`."""

import calendar
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lab"))
from s3_signature import NOTHING, Refused, Signature  # noqa: E402

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
NOW = calendar.timegm(time.strptime("20130524", "%Y%m%d"))
# path, query, headers that are signed beside the three of every request, signature
EXAMPLES = {
    "an object's first bytes": ("/test.txt", "", {"range": "bytes=0-9"},
                                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
    "a bucket's lifecycle": ("/", "lifecycle", {},
                             "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
    "a listing": ("/", "max-keys=2&prefix=J", {},
                  "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
}


def judged(path: str, query: str, more: dict, signature: str, secret: str = SECRET, now: float = NOW) -> str:
    headers = {"host": "examplebucket.s3.amazonaws.com", "x-amz-content-sha256": NOTHING,
               "x-amz-date": "20130524T000000Z", **more}
    headers["authorization"] = (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        f"SignedHeaders={';'.join(sorted(headers))}, Signature={signature}")
    try:
        Signature(headers).check("GET", path, query, headers, secret, now)
    except Refused as no:
        return no.code
    return "right"


def main() -> int:
    seen = {name: (judged(*example), "right") for name, example in EXAMPLES.items()}
    path, query, more, signature = EXAMPLES["a listing"]
    seen["another secret"] = judged(path, query, more, signature, "another"), "SignatureDoesNotMatch"
    seen["another query"] = judged(path, "max-keys=3&prefix=J", more, signature), "SignatureDoesNotMatch"
    seen["another header"] = judged(path, query, {"x-amz-a": "b"}, signature), "SignatureDoesNotMatch"
    seen["too late"] = judged(path, query, more, signature, now=NOW + 901), "RequestTimeTooSkewed"
    wrong = {name: pair for name, pair in seen.items() if pair[0] != pair[1]}
    for name, (said, wanted) in wrong.items():
        print(f"FAILED {name}: {said}, not {wanted}")
    print(f"{len(seen) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
