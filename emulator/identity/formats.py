"""The two formats in which a management certificate travels together with its key: PKCS#12 and publishsettings.

Knows bytes and XML only: not who issued the certificate, nor where the files lie.

The PKCS#12 is written here because the tools at hand refuse what its readers demand: a password that is absent, which
in the key derivation is zero bytes long, where the empty password is two zero bytes. azure-cli derives from nothing
else, and it and Go's pkcs12 know only key bags and certificate bags under 3DES or RC2; Go also wants a SHA-1 MAC and
exactly two contents. So the file is the one that the portal used to hand out: certificate first, encrypted, then the
shrouded key, all under pbeWithSHAAnd3-KeyTripleDES-CBC (RFC 7292).
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode, b64encode
from html import escape
from xml.etree import ElementTree as ET

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC

_INTEGER, _OCTETS, _NULL, _OID, _SEQUENCE, _SET = 0x02, 0x04, 0x05, 0x06, 0x30, 0x31
_EXPLICIT_0, _IMPLICIT_0 = 0xA0, 0x80

_SHA1 = "1.3.14.3.2.26"
_DATA, _ENCRYPTED_DATA = "1.2.840.113549.1.7.1", "1.2.840.113549.1.7.6"
_LOCAL_KEY_ID, _X509_CERTIFICATE = "1.2.840.113549.1.9.21", "1.2.840.113549.1.9.22.1"
_TRIPLE_DES = "1.2.840.113549.1.12.1.3"
_SHROUDED_KEY_BAG, _CERTIFICATE_BAG = "1.2.840.113549.1.12.10.1.2", "1.2.840.113549.1.12.10.1.3"

_KEY, _IV, _MAC = 1, 2, 3
_BLOCK = 64
_ITERATIONS = 2000


def pfx(certificate: bytes, key: bytes, password: bytes | None = None) -> bytes:
    """Return a PKCS#12 file of a DER certificate and its PKCS#8 DER key: the same bytes for the same arguments.

    `password` is UTF-8 text, or None for the absent password; b"" is the empty one, which readers tell apart.
    """
    salts = hashlib.sha256(certificate).digest()
    secret = b"" if password is None else password.decode().encode("utf-16-be") + b"\0\0"
    digest = hashlib.sha1(certificate, usedforsecurity=False).digest()
    pair = _der(_SET, _der(_SEQUENCE, _oid(_LOCAL_KEY_ID), _der(_SET, _der(_OCTETS, digest))))
    certificates = _bag(_CERTIFICATE_BAG, _typed(_X509_CERTIFICATE, _der(_OCTETS, certificate)), pair)
    algorithm, sealed = _seal(_der(_SEQUENCE, certificates), secret, salts[:8])
    content = _der(_SEQUENCE, _oid(_DATA), algorithm, _der(_IMPLICIT_0, sealed))
    safe = _typed(_ENCRYPTED_DATA, _der(_SEQUENCE, _integer(0), content))
    algorithm, sealed = _seal(key, secret, salts[8:16])
    shrouded = _bag(_SHROUDED_KEY_BAG, _der(_SEQUENCE, algorithm, _der(_OCTETS, sealed)), pair)
    contents = _der(_SEQUENCE, safe, _typed(_DATA, _der(_OCTETS, _der(_SEQUENCE, shrouded))))
    return _der(_SEQUENCE, _integer(3), _typed(_DATA, _der(_OCTETS, contents)), _mac(contents, secret, salts[16:24]))


def publish_settings(pkcs12: bytes, *, endpoint: str, subscription_id: str, name: str) -> str:
    """Return the XML text of a publishsettings file (schema 2.0) with one subscription."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<PublishData>\n"
        '  <PublishProfile SchemaVersion="2.0" PublishMethod="AzureServiceManagementAPI">\n'
        "    <Subscription\n"
        f'      ServiceManagementUrl="{escape(endpoint)}"\n'
        f'      Id="{escape(subscription_id)}"\n'
        f'      Name="{escape(name)}"\n'
        f'      ManagementCertificate="{b64encode(pkcs12).decode()}" />\n'
        "  </PublishProfile>\n"
        "</PublishData>\n"
    )


def read_publish_settings(text: bytes) -> tuple[str, bytes]:
    """Return the endpoint and the PKCS#12 of a publishsettings file's first subscription.

    Raises ValueError when the bytes are no such file.
    """
    try:
        subscription = ET.fromstring(text).find("./PublishProfile/Subscription")  # noqa: S314 - a file of our own
    except ET.ParseError as error:
        raise ValueError(f"it is not XML ({error})") from error
    if subscription is None:
        raise ValueError("there is no subscription in it")
    return subscription.get("ServiceManagementUrl", ""), b64decode(subscription.get("ManagementCertificate", ""))


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:  # noqa: PLR2004 - DER's short form
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _integer(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *others = map(int, dotted.split("."))
    return _der(_OID, *map(_base128, (40 * first + second, *others)))


def _base128(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes(reversed(digits))


def _typed(identifier: str, value: bytes) -> bytes:
    return _der(_SEQUENCE, _oid(identifier), _der(_EXPLICIT_0, value))


def _bag(kind: str, value: bytes, attributes: bytes) -> bytes:
    return _der(_SEQUENCE, _oid(kind), _der(_EXPLICIT_0, value), attributes)


def _seal(plain: bytes, secret: bytes, salt: bytes) -> tuple[bytes, bytes]:
    cipher = Cipher(TripleDES(_derive(_KEY, secret, salt, 24)), CBC(_derive(_IV, secret, salt, 8))).encryptor()
    padding = 8 - len(plain) % 8
    algorithm = _der(_SEQUENCE, _oid(_TRIPLE_DES), _der(_SEQUENCE, _der(_OCTETS, salt), _integer(_ITERATIONS)))
    return algorithm, cipher.update(plain + bytes([padding]) * padding) + cipher.finalize()


def _mac(contents: bytes, secret: bytes, salt: bytes) -> bytes:
    digest = hmac.digest(_derive(_MAC, secret, salt, 20), contents, "sha1")
    algorithm = _der(_SEQUENCE, _oid(_SHA1), _der(_NULL))
    return _der(
        _SEQUENCE, _der(_SEQUENCE, algorithm, _der(_OCTETS, digest)), _der(_OCTETS, salt), _integer(_ITERATIONS)
    )


def _derive(purpose: int, secret: bytes, salt: bytes, size: int) -> bytes:
    """RFC 7292, appendix B.2, with SHA-1."""
    data = bytearray(_repeated(salt) + _repeated(secret))
    derived = b""
    while len(derived) < size:
        digest = bytes([purpose]) * _BLOCK + data
        for _ in range(_ITERATIONS):
            digest = hashlib.sha1(digest, usedforsecurity=False).digest()
        derived += digest
        step = int.from_bytes(_repeated(digest), "big") + 1
        for at in range(0, len(data), _BLOCK):
            total = int.from_bytes(data[at : at + _BLOCK], "big") + step
            data[at : at + _BLOCK] = (total % (1 << 8 * _BLOCK)).to_bytes(_BLOCK, "big")
    return derived[:size]


def _repeated(text: bytes) -> bytes:
    size = -(-len(text) // _BLOCK) * _BLOCK
    return (text * _BLOCK)[:size]
