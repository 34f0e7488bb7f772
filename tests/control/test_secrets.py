"""What is blanked: secrets by the names of what holds them, in bodies of every kind, whole or broken."""

from __future__ import annotations

import pytest

from emulator.control.secrets import blanked

SECRET = "s3cr3t/Value+=="


@pytest.mark.parametrize(
    "body",
    [
        "<A><AdminPassword>{}</AdminPassword></A>",
        "<A><a:Password xmlns:a='x'>{}</a:Password></A>",
        "<A><AdministratorLoginPassword\n>{}</AdministratorLoginPassword ></A>",
        "<A><CustomData>{}</CustomData></A>",
        "<A><Primary>{}</Primary><Secondary>{}</Secondary></A>",
        "<A><PrimaryAccessKey>{}</PrimaryAccessKey></A>",
        "<A><SharedKey>{}</SharedKey></A>",
        "<A><PrivateConfiguration><x>{}</x></PrivateConfiguration></A>",
        "<A><ConnectionString>Endpoint=x;SharedAccessKey={}</ConnectionString></A>",
        "<A><Password>{}",
        "<A><Password><![CDATA[{}]]></Password></A>",
        "<A><password>{}</password></A>",
        "<MediaLink>https://a.blob.core.windows.net/b?sv=1&amp;sig={}&amp;se=2</MediaLink>",
        '<publishProfile userName="u" userPWD="{}"/>',
        "<publishProfile userPWD = '{}' />",
        '{{"adminPassword": "{}"}}',
        '{{"a": {{"sharedKey" : "{}"}}}}',
        '{{"password": "x\\"{}',
        "sv=2014&sig={}",
    ],
)
def test_a_secret_is_blanked_wherever_it_stands(body):
    text = blanked(body.format(*[SECRET] * body.count("{}")).encode())
    assert SECRET not in text
    assert "***" in text


@pytest.mark.parametrize("name", ["Data", "Configuration", "Value", "Content", "PublicConfiguration"])
def test_in_a_confidential_operation_more_is_blanked(name):
    body = f"<A><Name>n</Name><{name}>{SECRET}</{name}></A>".encode()
    assert SECRET not in blanked(body, confidential=True)
    assert "<Name>n</Name>" in blanked(body, confidential=True)
    assert blanked(body) == body.decode()


@pytest.mark.parametrize(
    "body",
    [
        "<A><Label>bGFiZWw=</Label><Location>West US</Location></A>",
        "<A><SubscriptionCertificatePublicKey>MIIB</SubscriptionCertificatePublicKey></A>",
        "<A><PublicKeys><PublicKey><Fingerprint>AB</Fingerprint></PublicKey></PublicKeys></A>",
        "<A><KeyType>Primary</KeyType><Key>name</Key></A>",
        "<A><Password/><Name>n</Name></A>",
        "<A><DisableSshPasswordAuthenticationX>false</DisableSshPasswordAuthenticationX></A>".replace("Password", ""),
        "",
    ],
)
def test_what_is_no_secret_stays_as_it_is(body):
    assert blanked(body.encode(), confidential=True) == body


@pytest.mark.parametrize("body", [b"\xff\xfe<\0P\0", "<Password>x</Password>".encode("utf-16"), b"<a>\0</a>"])
def test_what_is_no_text_is_blanked_as_a_whole(body):
    assert blanked(body) == "***"
