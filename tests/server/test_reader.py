"""Requests out of a stream of bytes, however it is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.server.heads import RefusedRequest
from emulator.server.limits import Limits
from emulator.server.reader import RequestReader

CHUNKED = b"POST /chunked HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
STREAM = (
    b"GET /first HTTP/1.1\r\nHost: x\r\n\r\n"
    b"POST /sized HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello world"
    b"\r\n" + CHUNKED + b'6\r\nhello \r\n5;name="value"\r\nworld\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n'
    b"GET /last HTTP/1.1\r\nHost: x\r\n\r\n"
)
MEANT = [("/first", b""), ("/sized", b"hello world"), ("/chunked", b"hello world"), ("/last", b"")]


def read_all(pieces, **limits):
    reader = RequestReader({}, Limits(**limits))
    requests = []
    for piece in pieces:
        request = reader.feed(piece)
        while request is not None:
            body = request.environ["wsgi.input"].read()
            assert request.environ.get("CONTENT_LENGTH", "0") == str(len(body))
            requests.append((request.environ["PATH_INFO"], body))
            reader.close()
            request = reader.feed(b"")
    return requests


def refusal(data, **limits):
    with pytest.raises(RefusedRequest) as refused:
        read_all([data], **limits)
    return refused.value.status[:3]


def test_requests_follow_each_other_in_one_piece():
    assert read_all([STREAM]) == MEANT


def test_a_stream_may_come_byte_by_byte():
    assert read_all([STREAM[at : at + 1] for at in range(len(STREAM))]) == MEANT


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_where_a_stream_is_cut_makes_no_difference(cuts):
    edges = [0, *sorted(cuts), len(STREAM)]
    assert read_all([STREAM[start:end] for start, end in pairwise(edges)]) == MEANT


@pytest.mark.parametrize("size", [1, 99, 100, 101, 5000])
def test_a_large_body_is_the_same_from_its_file(size):
    body = bytes(range(256)) * (size // 256 + 1)
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    assert read_all([head, body[:10], body[10:]], spool_bytes=100) == [("/", body)]


def test_a_large_body_leaves_memory():
    reader = RequestReader({}, Limits(spool_bytes=100))
    reader.feed(CHUNKED)
    reader.feed(b"65\r\n" + b"x" * 101)
    assert isinstance(reader._file.fileno(), int)
    reader.close()


@pytest.mark.parametrize(
    "chunks",
    [
        b"\r\n", b"x\r\n", b"-1\r\n", b"+1\r\na\r\n", b"0x1\r\na\r\n", b"1_0\r\n", b" 1\r\na\r\n", b"1\r\nab\r\n",
        b"1\r\na0\r\n\r\n", b"g\r\n", b"1" * 17 + b"\r\n", b"1;" + b"x" * 5000 + b"\r\n", b"1;" + b"x" * 5000,
        b"2\r\na\r\n\r\n0",
    ],
)  # fmt: skip
def test_chunks_that_are_none_are_refused(chunks):
    assert refusal(CHUNKED + chunks + b"\0\0\0\0") == "400"


def test_a_body_above_the_limit_is_refused_by_its_announcement():
    assert refusal(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n", body_bytes=100) == "413"
    assert refusal(CHUNKED + b"65\r\n", body_bytes=100) == "413"
    assert refusal(CHUNKED + b"64\r\n" + b"x" * 100 + b"\r\n1\r\n", body_bytes=100) == "413"
    assert refusal(CHUNKED + b"f" * 16 + b"\r\n", body_bytes=100) == "413"


def test_a_body_of_exactly_the_limit_is_read():
    body = b"x" * 100
    sized = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n" + body
    assert read_all([sized, CHUNKED + b"64\r\n" + body + b"\r\n0\r\n\r\n"], body_bytes=100) == [
        ("/", body),
        ("/chunked", body),
    ]


def test_a_head_above_the_limit_is_refused_whether_it_ends_or_not():
    endless = b"GET / HTTP/1.1\r\nHost: " + b"x" * 1000
    assert refusal(endless, header_bytes=1000) == "431"
    assert refusal(endless + b"\r\n\r\n", header_bytes=1000) == "431"


def test_trailers_above_the_limit_are_refused():
    assert refusal(CHUNKED + b"0\r\n" + b"A: b\r\n" * 300, header_bytes=1000) == "400"


@pytest.mark.parametrize("head", [b"GET / HTTP/1.1\nHost: x\n\n", b"GET / HTTP/1.1\nHost: x\n\r\n"])
def test_a_head_in_bare_line_feeds_is_refused_rather_than_waited_for(head):
    assert refusal(head) == "400"


def test_a_continue_is_due_once_and_only_before_the_body():
    head = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    reader = RequestReader({}, Limits())
    assert reader.feed(head) is None
    assert reader.continue_due
    reader = RequestReader({}, Limits())
    assert reader.feed(head + b"a") is None
    assert not reader.continue_due
    reader.close()


def test_a_body_that_cannot_be_kept_is_refused(monkeypatch):
    reader = RequestReader({}, Limits())
    reader.feed(CHUNKED)

    def full(_data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reader._file, "write", full)
    with pytest.raises(RefusedRequest) as refused:
        reader.feed(b"1\r\na\r\n")
    assert refused.value.status[:3] == "503"
    reader.close()


def test_a_reader_knows_whether_a_request_has_begun():
    reader = RequestReader({}, Limits())
    assert not reader.started
    reader.feed(b"\r\n")
    assert not reader.started
    reader.feed(CHUNKED[:9])
    assert reader.started
    reader.feed(CHUNKED[9:])
    assert reader.started
    assert reader.feed(b"0\r\n\r\n") is not None
    assert not reader.started
    reader.close()
