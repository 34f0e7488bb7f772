"""Calls methods of an old SDK, with the Python that it was written for, and prints what they return as JSON.

The arguments are a subscription, the file with its certificate and a host; the calls come in as JSON.
"""

# ruff: noqa: T201 - what is printed is the answer. Python 3.6 knows no `from __future__ import annotations`.

import json
import sys

from azure.servicemanagement import ServiceManagementService


def plain(value):
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return {name: plain(item) for name, item in vars(value).items()}


service = ServiceManagementService(*sys.argv[1:])
print(json.dumps([plain(getattr(service, name)(*arguments)) for name, arguments in json.load(sys.stdin)]))
