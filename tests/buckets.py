"""An S3 bucket on the loopback: a real HTTP server that speaks its protocol."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.request import Request, urlopen

import boto3
from moto.server import ThreadedMotoServer

BUCKET = "eyevsai-test"
S3_KEY = "test"


@contextmanager
def serve_s3() -> Iterator[str]:
    """The address of a server that speaks S3, with one empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    # Servers of one process share their buckets: what another test left is not ours.
    urlopen(Request(f"{url}/moto-api/reset", method="POST"), timeout=10).close()
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=S3_KEY,
        aws_secret_access_key=S3_KEY,
    )
    client.create_bucket(Bucket=BUCKET)
    try:
        yield url
    finally:
        server.stop()


@contextmanager
def serve_bucket(settings: Any) -> Iterator[str]:
    """Make an empty bucket the default storage; yields the server's address."""
    with serve_s3() as url:
        options = {
            "endpoint_url": url,
            "region_name": "us-east-1",
            "bucket_name": BUCKET,
            "access_key": S3_KEY,
            "secret_key": S3_KEY,
            "file_overwrite": False,
            "querystring_expire": 3600,
        }
        default = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "default": default}
        yield url
