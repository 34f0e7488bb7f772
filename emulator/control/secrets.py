"""Texts without their secrets: the values of elements, JSON members, attributes and parameters, by their names.

Told by name and not by contract, so that it also holds for bodies that are malformed or that nobody knows. Knows
nothing of who wrote them.
"""

from __future__ import annotations

import re

from emulator.settings import BLANK

_ANYWHERE = (
    r"\w*(?:password|passwd|pwd|secret|connectionstring|privateconfiguration|privatesettings|privatekey|customdata"
    r"|sharedaccess\w*key)\w*"
    r"|(?!\w*publickey)(?!\w*keyname)\w+[a-z0-9_]key|primary|secondary|signature|token"
)
"""Names whose values are secret wherever they stand: keys of storage accounts are called Primary and Secondary."""
_CONFIDENTIAL = rf"{_ANYWHERE}|data|content|value|configuration|publicconfiguration|passphrase"
"""Those that are secret in the body of a confidential operation, where they hold .pfx files and configurations."""
_SHARED_ACCESS = re.compile(r"\b(sig(?:nature)?=)[^&\s\"'<;]+", re.IGNORECASE)
"""The signature in an address of a blob, or in a query."""


def _patterns(names: str) -> tuple[re.Pattern[str], ...]:
    flags = re.IGNORECASE | re.DOTALL | re.ASCII
    return (
        # An element without its end is one whose text goes on to the end.
        re.compile(rf"(<((?:\w+:)?(?:{names}))(?:\s[^<>]*)?(?<!/)>).*?(</\2\s*>|\Z)", flags),
        re.compile(rf"(\s((?:\w+:)?(?:{names}))\s*=\s*[\"'])[^\"']*([\"'])", flags),
        re.compile(rf"(\"({names})\"\s*:\s*\")(?:[^\"\\]|\\.)*(\"|\Z)", flags),
    )


_NAMED = {False: _patterns(_ANYWHERE), True: _patterns(_CONFIDENTIAL)}


def blanked(body: bytes, *, confidential: bool = False) -> str:
    """Return a body as text, its secrets blanked; one that is no text is blanked as a whole."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return BLANK
    if "\0" in text:
        return BLANK
    for pattern in _NAMED[confidential]:
        text = pattern.sub(rf"\g<1>{BLANK}\g<3>", text)
    return _SHARED_ACCESS.sub(rf"\g<1>{BLANK}", text)
