"""Uploads blobs with the client of 2019, azure-storage-blob 2.1: run without site-packages, its own on the path.

The arguments are the URL of the blob service, an account and its key; the blobs come in as JSON.
"""

# ruff: noqa: T201 - what is printed is the answer.

from __future__ import annotations

import json
import sys
from urllib.parse import urlsplit

from azure.storage.blob import BlockBlobService, PageBlobService

url, account, key = sys.argv[1:]
parts = urlsplit(url)
text = f"DefaultEndpointsProtocol={parts.scheme};AccountName={account};AccountKey={key};BlobEndpoint={url}/{account}"
for container, name, path, page in json.load(sys.stdin):
    service = (PageBlobService if page else BlockBlobService)(connection_string=text)
    service.create_container(container)
    service.create_blob_from_path(container, name, path)
    print(service.make_blob_url(container, name))
