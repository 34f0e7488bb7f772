"""Request heads: what is read into the environ, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.server.heads import RefusedRequest, parse_head


def parse(first="GET / HTTP/1.1", *headers, host="Host: localhost"):
    lines = [first, *([host] if host else []), *headers]
    return parse_head("\r\n".join(lines).encode("latin-1"), {"base": 1})


def environ(*lines, **options):
    return parse(*lines, **options).environ


def refusal(*lines, **options):
    with pytest.raises(RefusedRequest) as refused:
        parse(*lines, **options)
    return refused.value.status[:3]


def test_a_path_is_decoded_once_and_kept_as_it_was_sent():
    got = environ("GET /a%2Fb/c%20d%25?x=%2F&y HTTP/1.1")
    assert got["PATH_INFO"] == "/a/b/c d%"
    assert got["asm.raw_path"] == "/a%2Fb/c%20d%25"
    assert got["QUERY_STRING"] == "x=%2F&y"
    assert got["REQUEST_URI"] == "/a%2Fb/c%20d%25?x=%2F&y"


def test_doubled_slashes_are_a_path_and_no_host():
    got = environ("GET //sub//affinitygroups HTTP/1.1")
    assert got["PATH_INFO"] == got["asm.raw_path"] == "//sub//affinitygroups"
    assert got["HTTP_HOST"] == "localhost"


def test_a_path_that_is_not_utf8_passes_byte_by_byte():
    assert environ("GET /%ff\xfe HTTP/1.1")["PATH_INFO"] == "/\xff\xfe"
    assert environ("GET /\xe4 HTTP/1.1")["asm.raw_path"] == "/\xe4"


@pytest.mark.parametrize(
    ("target", "path", "query", "host"),
    [
        ("http://example.net:99/a%2Fb?q=1", "/a%2Fb", "q=1", "example.net:99"),
        ("HTTPS://example.net", "/", "", "example.net"),
        ("https://user:pw@example.net?q", "/", "q", "example.net"),
    ],
)
def test_an_absolute_target_gives_its_path_and_overrules_host(target, path, query, host):
    got = environ(f"GET {target} HTTP/1.1")
    assert (got["asm.raw_path"], got["QUERY_STRING"], got["HTTP_HOST"]) == (path, query, host)


def test_options_may_ask_about_the_server():
    assert environ("OPTIONS * HTTP/1.1")["asm.raw_path"] == "*"


@pytest.mark.parametrize("method", ["MERGE", "PATCH", "get", "M-SEARCH"])
def test_any_method_is_passed_on_as_it_is_spelled(method):
    assert environ(f"{method} / HTTP/1.1")["REQUEST_METHOD"] == method


def test_headers_become_environ_keys_without_regard_to_case():
    got = environ("GET / HTTP/1.1", "x-MS-version:  2014-10-01\t ", "content-TYPE: text/xml", "Content-Length: 0", "X:")
    assert got["HTTP_X_MS_VERSION"] == "2014-10-01"
    assert (got["CONTENT_TYPE"], got["CONTENT_LENGTH"], got["HTTP_X"]) == ("text/xml", "0", "")
    assert got["base"] == 1


def test_a_header_that_comes_twice_is_one_list():
    got = environ("GET / HTTP/1.1", "Accept: a", "accept: b", "Cookie: c=1", "Cookie: d=2")
    assert (got["HTTP_ACCEPT"], got["HTTP_COOKIE"]) == ("a, b", "c=1; d=2")


def test_a_header_with_an_underscore_is_not_taken_for_its_twin():
    got = environ("GET / HTTP/1.1", "Content_Length: 5", "Transfer_Encoding: chunked", "x_ms_version: 1")
    assert not {"CONTENT_LENGTH", "HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_X_MS_VERSION"} & set(got)


def test_the_environ_given_is_left_as_it_was():
    base = {"base": 1}
    parse_head(b"GET / HTTP/1.0", base)
    assert base == {"base": 1}


@pytest.mark.parametrize(
    "first",
    [
        "", " ", "GET", "GET /", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", "GET /a b HTTP/1.1", " GET / HTTP/1.1",
        "G(T / HTTP/1.1", "GET x HTTP/1.1", "GET * HTTP/1.1", "CONNECT localhost:443 HTTP/1.1", "GET / HTTP/11",
        "GET / http/1.1", "GET / HTTP/1.1\n", "GET /\r HTTP/1.1", "GET /\0 HTTP/1.1", "GET ftp://x/ HTTP/1.1",
        "GET /\x7f HTTP/1.1", "GET / XTTP/1.1",
    ],
)  # fmt: skip
def test_a_request_line_that_is_none_is_refused(first):
    assert refusal(first) == "400"


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/0.9"])
def test_another_version_of_http_is_named(version):
    assert refusal(f"GET / {version}") == "505"


@pytest.mark.parametrize(
    "header",
    [
        "no colon", ": no name", "Name : x", " folded: x", "\tfolded", "a b: c", "a\0: b", "a: \0", "a: b\nc: d",
        "a: \x1b", "a: b\rc", "N\xe4me: x", "Host: again", "Content-Length: -1", "Content-Length: +1",
        "Content-Length: 1_0", "Content-Length: 0x1", "Content-Length: 1, 1", "Content-Length:",
        "Content-Length: \xb2", "x" * 257 + ": too long",
        "Content-Length: 1\r\nContent-Length: 1", "Content-Length: 1\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 1",
    ],
)  # fmt: skip
def test_a_header_that_is_none_or_contradicts_itself_is_refused(header):
    assert refusal("POST / HTTP/1.1", header) == "400"


@pytest.mark.parametrize("coding", ["gzip", "chunked, gzip", "gzip, chunked", "identity", "", "xchunked"])
def test_a_transfer_coding_that_is_not_chunked_is_refused(coding):
    assert refusal("POST / HTTP/1.1", f"Transfer-Encoding: {coding}") == "501"


def test_http10_knows_no_transfer_coding():
    assert refusal("POST / HTTP/1.0", "Transfer-Encoding: chunked") == "400"


def test_a_host_is_needed_from_http11_on():
    assert refusal("GET / HTTP/1.1", host=None) == "400"
    assert environ("GET / HTTP/1.0", host=None)["SERVER_PROTOCOL"] == "HTTP/1.0"


@pytest.mark.parametrize(
    ("version", "connection", "stays"),
    [
        ("1.1", "", True),
        ("1.1", "Connection: close", False),
        ("1.1", "Connection: Close, TE", False),
        ("1.1", "Connection: keep-alive", True),
        ("1.0", "", False),
        ("1.0", "Connection: keep-alive", True),
        ("1.0", "connection: KEEP-ALIVE", True),
        ("1.0", "Connection: close", False),
    ],
)
def test_the_client_says_whether_the_connection_stays(version, connection, stays):
    assert parse(f"GET / HTTP/{version}", *filter(None, [connection])).keep_alive is stays


@pytest.mark.parametrize(
    ("header", "length"),
    [("X: y", 0), ("Content-Length: 12", 12), ("Content-Length: 0012", 12), ("Transfer-Encoding: Chunked", None)],
)
def test_the_length_of_the_body_is_known_from_the_head(header, length):
    assert parse("POST / HTTP/1.1", header).body_length == length


def test_a_length_of_thousands_of_digits_is_just_too_large():
    assert parse("POST / HTTP/1.1", "Content-Length: " + "9" * 10_000).body_length > 1 << 60
    assert parse("POST / HTTP/1.1", "Content-Length: " + "0" * 10_000 + "7").body_length == 7


def test_continue_is_expected_from_http11_on():
    expect = "Expect: 100-Continue"
    assert parse("POST / HTTP/1.1", expect).expects_continue
    assert not parse("POST / HTTP/1.0", expect).expects_continue


@given(st.binary(max_size=200))
def test_no_bytes_at_all_make_anything_but_a_request_or_a_refusal(junk):
    for head in (junk, b"GET / HTTP/1.1\r\nHost: x\r\n" + junk, b"GET " + junk + b" HTTP/1.1\r\nHost: x"):
        assert outcome(head) in {"read", "400", "501", "505"}


def outcome(head):
    try:
        parse_head(head, {})
    except RefusedRequest as refused:
        return refused.status[:3]
    return "read"
