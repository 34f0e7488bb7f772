"""The settings of an emulator: one table, from which the command line, the environment and the documentation derive.

Each row of `OPTIONS` is a flag (`--control-port`), a variable (`ASM_EMULATOR_CONTROL_PORT`) and a key of the TOML file
(`control-port`). A flag beats the environment, the environment the file, and the file the default. A variable that is
empty counts as not set; a path in the file is relative to the file. With `clock`, the only module that reads something
from outside: the environment and the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from msgspec import Struct, field

from emulator.blobs.listed import AZURITE_ACCOUNTS, read_azurite_accounts, url_of_service
from emulator.domain.blob_names import DEFAULT_ENDPOINT
from emulator.domain.blobs import AccountKeys
from emulator.domain.clock import Pace
from emulator.domain.services import SERVICES

PREFIX = "ASM_EMULATOR_"
CONFIG_VARIABLE = f"{PREFIX}CONFIG"
HIGHEST_PORT = 65535
LONGEST_INTERVAL = 1_000_000
MOST_KEPT = 1_000_000
TOKEN_FILE = "control.token"  # noqa: S105 - a name
"""The file with the control API's token, in the directory of certificates."""
BLANK = "***"
"""What is shown of a secret."""
EVERYWHERE_OR_LOOPBACK = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::"}  # noqa: S104 - names, none is bound here
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
REGISTRY = "registry"
LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - likewise
"""Where this machine reaches what listens everywhere."""


class SettingsError(ValueError):
    """A setting cannot be used: the message names it, where it was set, and what it takes."""


class RegisteredIdentity(Struct, frozen=True, kw_only=True):
    """A certificate (.cer or .pem file) that opens a subscription from the start: an `[[identity]]` of the file."""

    certificate: Path
    subscription: str


class Settings(Struct, frozen=True, kw_only=True):
    """Every setting with its value; `OPTIONS` says what each means."""

    host: str = "127.0.0.1"
    port: int = 8443
    control_host: str = "127.0.0.1"
    control_port: int | None = 8444
    control_token: str | None = None
    certs: Path = Path(".asm-emulator")
    hostname: tuple[str, ...] = ()
    clock: Pace = Pace()
    strict: bool = False
    dns_names: str = "subscription"
    services: tuple[str, ...] = SERVICES
    seed: str = "asm-emulator"
    outside_calls: tuple[str, ...] = ()
    load: Path | None = None
    save: Path | None = None
    save_interval: float | None = None
    blobs: Path | str = REGISTRY
    packages: str = "trust"
    blob_endpoint: str = DEFAULT_ENDPOINT
    log_level: str = "info"
    journal: int = 200
    record: Path | None = None
    identities: tuple[RegisteredIdentity, ...] = field(default_factory=tuple)
    azurite_accounts: dict[str, AccountKeys] = field(default_factory=dict)

    @property
    def client_host(self) -> str:
        """The name by which clients on this machine reach it, as it stands in a URL."""
        if self.host in EVERYWHERE_OR_LOOPBACK:
            return "localhost"
        return _in_url(self.host)

    @property
    def control_client_host(self) -> str:
        """The address at which this machine reaches the control API, as it stands in a URL."""
        return _in_url(LOOPBACK_OF.get(self.control_host, self.control_host))


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class Option(NamedTuple):
    """A row of the table: how its text is read (raises ValueError saying what it takes) and what it does."""

    name: str
    read: Callable[[str], Any]
    metavar: str
    help: str
    repeated: bool = False
    secret: bool = False

    @property
    def flag(self) -> str:
        """The option on the command line."""
        return f"--{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.attribute.upper()

    @property
    def attribute(self) -> str:
        """The attribute of `Settings`."""
        return self.name.replace("-", "_")

    @property
    def is_switch(self) -> bool:
        """Whether the flag takes no value: it is there, or its opposite (`--no-strict`) is."""
        return self.read is _boolean

    @property
    def default(self) -> str:
        """The default, as it would be given; empty where there is none."""
        value = getattr(Settings(), self.attribute)
        if self.repeated:
            return " ".join(value)
        if value is None:
            return "none" if self.read("none") is None else ""
        return str(value).lower() if self.is_switch else str(value)

    def shown(self, settings: Settings) -> object:
        """Return its value as JSON has it; blanked if it is a secret."""
        value = getattr(settings, self.attribute)
        if self.secret and value is not None:
            return BLANK
        return list(value) if self.repeated else value if value is None or isinstance(value, int) else str(value)


def _port(text: str) -> int:
    if text.strip().isdecimal() and int(text) <= HIGHEST_PORT:
        return int(text)
    raise ValueError(f"a port from 0 to {HIGHEST_PORT}, 0 for a free one")


def _control_port(text: str) -> int | None:
    if text.strip().lower() == "none":
        return None
    try:
        return _port(text)
    except ValueError as error:
        raise ValueError(f"{error}, or none") from None


def _count(text: str) -> int:
    if text.strip().isdecimal() and int(text) <= MOST_KEPT:
        return int(text)
    raise ValueError(f"a number from 0 to {MOST_KEPT}")


def _choice(*known: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.strip().lower() not in known:
            raise ValueError("one of " + ", ".join(known))
        return text.strip().lower()

    return read


def _boolean(text: str) -> bool:
    values = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
    if text.strip().lower() not in values:
        raise ValueError("true or false")
    return values[text.strip().lower()]


def _text(text: str) -> str:
    if not text.strip():
        raise ValueError("some text")
    return text.strip()


def _path(text: str) -> Path:
    return Path(_text(text)).expanduser()


def _interval(text: str) -> float | None:
    if text.strip().lower() == "none":
        return None
    try:
        seconds = float(text.strip().lower().removesuffix("s"))
    except ValueError:
        seconds = 0.0
    if 0 < seconds <= LONGEST_INTERVAL:
        return seconds
    raise ValueError("a number of seconds above 0, such as 5 or 0.5, or none")


def _blobs(text: str) -> Path | str:
    """Read what holds the blobs: nothing (the registry knows of them), a directory, or a blob service."""
    if _text(text).lower() == REGISTRY:
        return REGISTRY
    return url_of_service(text) if "://" in text else _path(text)


def _url_of_accounts(text: str) -> str:
    url = _text(text).rstrip("/")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query
    except ValueError:
        good = False
    if not good or url.count("{") != url.count("{account}"):
        raise ValueError("a URL in which {account} stands for the account, such as http://127.0.0.1:10000/{account}")
    return url if "{account}" in url else f"{url}/{{account}}"


OPTIONS = (
    Option("host", _text, "ADDRESS", "Address to listen on."),
    Option("port", _port, "PORT", "Port of the management API (HTTPS); 0 picks a free one."),
    Option(
        "control-host",
        _text,
        "ADDRESS",
        "Address that the control API listens on. It answers under loopback names, this one, and those of --hostname.",
    ),
    Option(
        "control-port",
        _control_port,
        "PORT",
        "Port of the control API (plain HTTP); 0 picks a free one, none switches it off.",
    ),
    Option(
        "control-token",
        _text,
        "TOKEN",
        "What the control API wants to be shown (Authorization: Bearer TOKEN). Without it, one is made where "
        "--control-host is no loopback address; either is kept in the file control.token in --certs.",
        secret=True,
    ),
    Option("certs", _path, "DIR", "Directory of the certificates; made if it is not there, reused if it is."),
    Option(
        "hostname",
        _text,
        "NAME",
        "One more name or address for the server's certificate; may be given several times.",
        repeated=True,
    ),
    Option(
        "clock",
        Pace.parse,
        "MODE",
        "How virtual time moves: instant, scaled:FACTOR, step:SECONDS (each request), or manual.",
    ),
    Option(
        "strict",
        _boolean,
        "",
        "A certificate opens only the subscriptions that it was issued for or is registered with.",
    ),
    Option(
        "dns-names",
        _choice("subscription", "global"),
        "SCOPE",
        "Names of hosted services and storage accounts are unique per subscription, or global as in the cloud.",
    ),
    Option(
        "services",
        _choice(*SERVICES, "none"),
        "NAME",
        "A service beside compute that there is; the others of them are unknown. May be given several times.",
        repeated=True,
    ),
    Option("seed", _text, "TEXT", "What generated ids, keys, addresses and ports follow from."),
    Option(
        "outside-calls",
        _text,
        "HOST",
        "A host that jobs of the scheduler really call, others being told in history only; may be given several times.",
        repeated=True,
    ),
    Option(
        "load",
        _path,
        "FILE",
        "A snapshot to begin with. One that is not there yet is no error if --save names the same file.",
    ),
    Option("save", _path, "FILE", "Where a snapshot of everything is written at the end; keys are in it."),
    Option(
        "save-interval",
        _interval,
        "SECONDS",
        "How often that is written while the emulator runs; none writes it only at the end.",
    ),
    Option(
        "blobs",
        _blobs,
        "WHERE",
        "Where blobs lie: registry (known by name, without bytes), a directory with DIR/ACCOUNT/CONTAINER/BLOB, or the "
        "URL of an Azurite, whose accounts and keys are those of the variable AZURITE_ACCOUNTS.",
    ),
    Option(
        "packages",
        _choice("trust", "verify"),
        "POLICY",
        "What becomes of a package whose bytes cannot be seen: trust (its roles are those of the configuration) or "
        "verify (its deployment fails).",
    ),
    Option(
        "blob-endpoint",
        _url_of_accounts,
        "URL",
        "Under which URL the blobs of an account are known, {account} standing for its name.",
    ),
    Option("log-level", _choice("debug", "info", "warning", "error"), "LEVEL", "How much is logged to standard error."),
    Option(
        "journal", _count, "N", "Exchanges that are kept of each subscription, for `asm-emulator journal`; 0 is off."
    ),
    Option("record", _path, "FILE", "Write every exchange to this file, a line of JSON each, its secrets blanked."),
)
"""The table of settings."""


def load(
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    config: Path | None = None,
) -> Settings:
    """Return the settings that flags, environment and file make; raise SettingsError for one that cannot be used.

    `flags` are by attribute name: text as it was given (a tuple for an option that may be repeated), or None.
    """
    environ = os.environ if environ is None else environ
    if config is None and environ.get(CONFIG_VARIABLE):
        config = Path(environ[CONFIG_VARIABLE])
    values: dict[str, Any] = _from_file(config) if config else {}
    for option in OPTIONS:
        given = (flags or {}).get(option.attribute)
        if given is not None and given != ():
            values[option.attribute] = _value(option, given, option.flag)
        elif text := environ.get(option.variable):
            values[option.attribute] = _value(option, text, option.variable)
    if listed := environ.get(AZURITE_ACCOUNTS):
        try:
            values["azurite_accounts"] = read_azurite_accounts(listed)
        except ValueError as error:
            raise SettingsError(str(error)) from None
    return Settings(**values)


def _value(option: Option, said: object, where: str) -> Any:
    """Read what was said of an option: text, or a value of TOML, or several of those."""
    if option.repeated:
        given = said if isinstance(said, list | tuple) else str(said).split()
        parts = [part for one in given for part in str(one).split(",") if part or not one]
        return tuple(_value(option._replace(repeated=False), one, where) for one in parts)
    if isinstance(said, list | tuple):
        raise SettingsError(f"{where}: {said!r} is a list, and it takes one value")
    try:
        return option.read(str(said))
    except ValueError as error:
        raise SettingsError(f"{where}: {str(said)!r} is not {error}") from None


def _from_file(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {getattr(error, 'strerror', error)}") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: is not TOML: {error}") from None
    identities = data.pop("identity", [])
    known = {option.name: option for option in OPTIONS} | {option.attribute: option for option in OPTIONS}
    values: dict[str, Any] = {}
    for key, said in data.items():
        if key not in known:
            raise SettingsError(f"{path}: {key!r} is no setting; there are {', '.join(o.name for o in OPTIONS)}")
        value = _value(known[key], said, f"{path}: {key}")
        values[known[key].attribute] = path.parent / value if isinstance(value, Path) else value
    values["identities"] = tuple(_identity(path, entry) for entry in _entries(identities))
    return values


def _entries(said: object) -> list[object]:
    return said if isinstance(said, list) else [said]


def _identity(path: Path, entry: object) -> RegisteredIdentity:
    if not isinstance(entry, dict) or set(entry) != {"certificate", "subscription"}:
        raise SettingsError(f"{path}: an [[identity]] has a certificate (a file) and a subscription (an id)")
    return RegisteredIdentity(
        certificate=path.parent / Path(str(entry["certificate"])).expanduser(), subscription=str(entry["subscription"])
    )
