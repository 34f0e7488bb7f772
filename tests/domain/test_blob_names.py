"""Names of blobs: which URLs name one, and that no name leads out of its container."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.domain.blob_names import Address, Endpoint

CLOUD = Endpoint()
LOCAL = Endpoint("http://127.0.0.1:10000/{account}")
OWN = Endpoint("https://{account}.storage.test")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://account1.blob.core.windows.net/vhds/a.vhd", Address("account1", "vhds", "a.vhd")),
        ("http://ACCOUNT1.blob.core.chinacloudapi.cn/vhds/a/b.vhd", Address("account1", "vhds", "a/b.vhd")),
        ("https://account1.blob.core.windows.net/vhds/a%20b.vhd?sig=x%2F..", Address("account1", "vhds", "a b.vhd")),
        ("https://account1.blob.core.windows.net/a.vhd", Address("account1", "$root", "a.vhd")),
        (" https://account1.blob.core.windows.net//vhds/a.vhd/ ", Address("account1", "vhds", "a.vhd")),
        ("https://account1.blob.core.windows.net/", None),
        ("https://account1.blob.core.windows.net/vhds/../a.vhd", None),
        ("https://account1.blob.core.windows.net/vhds/%2e%2e/a.vhd", None),
        ("https://account1.blob.core.windows.net/vhds/..%5ca.vhd", None),
        ("https://account1.blob.core.windows.net/vhds/a%00.vhd", None),
        ("https://account1.blob.core.windows.net/VHDS/a.vhd", None),
        ("https://account1.table.core.windows.net/vhds/a.vhd", None),
        ("https://ab.blob.core.windows.net/vhds/a.vhd", None),
        ("file:///account1.blob.core.windows.net/vhds/a.vhd", None),
        ("https://[/vhds/a.vhd", None),
        ("http://127.0.0.1:10000/account1/vhds/a.vhd", None),
        ("", None),
    ],
)
def test_a_url_of_the_cloud_names_a_blob_or_none(url, address):
    assert CLOUD.address(url) == address


def test_a_configured_endpoint_is_known_beside_those_of_the_cloud():
    assert LOCAL.address("http://127.0.0.1:10000/account1/vhds/a.vhd") == Address("account1", "vhds", "a.vhd")
    assert LOCAL.address("https://account1.blob.core.windows.net/vhds/a") == Address("account1", "vhds", "a")
    assert LOCAL.address("http://127.0.0.1:10001/account1/vhds/a.vhd") is None
    assert OWN.address("https://account1.storage.test/vhds/a.vhd") == Address("account1", "vhds", "a.vhd")


@pytest.mark.parametrize("endpoint", [CLOUD, LOCAL, OWN])
@pytest.mark.parametrize("name", ["a.vhd", "a/b c/d.vhd", "ä?#%.vhd"])
@pytest.mark.parametrize("container", ["vhds", "$root"])
def test_the_url_of_a_blob_names_that_blob(endpoint, container, name):
    address = Address("account1", container, name.replace("/", "_") if container == "$root" else name)
    assert endpoint.address(endpoint.url(address)) == address


@given(st.text(max_size=60))
def test_no_name_leads_out_of_its_container(path):
    found = CLOUD.address(f"https://account1.blob.core.windows.net/{path}")
    assert found is None or not {"", ".", ".."} & set(found.name.split("/"))
