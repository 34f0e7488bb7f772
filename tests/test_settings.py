"""The table of settings: where a setting may come from, which source wins, and what is said of a bad one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emulator.domain.blobs import AccountKeys
from emulator.domain.clock import Pace
from emulator.settings import CONFIG_VARIABLE, OPTIONS, RegisteredIdentity, Settings, SettingsError, load

EXAMPLES = {
    "host": ("0.0.0.0", "0.0.0.0"),
    "port": ("0", 0),
    "control_host": ("127.0.0.2", "127.0.0.2"),
    "control_port": ("none", None),
    "certs": ("/some/where", Path("/some/where")),
    "hostname": (("emulator", "10.0.0.1"), ("emulator", "10.0.0.1")),
    "clock": ("step:5s", Pace("step", 5)),
    "strict": ("true", True),
    "dns_names": ("Global", "global"),
    "services": (("sql", "Websites"), ("sql", "websites")),
    "seed": (" of my own ", "of my own"),
    "outside_calls": (("example.com", "10.0.0.1"), ("example.com", "10.0.0.1")),
    "load": ("/some/world.json", Path("/some/world.json")),
    "save": ("/some/other.json", Path("/some/other.json")),
    "save_interval": ("0.5", 0.5),
    "blobs": ("/some/blobs", Path("/some/blobs")),
    "packages": ("Verify", "verify"),
    "blob_endpoint": ("http://127.0.0.1:10000/", "http://127.0.0.1:10000/{account}"),
    "log_level": ("DEBUG", "debug"),
    "control_token": ("some-token", "some-token"),
    "journal": ("5", 5),
    "record": ("/some/where.jsonl", Path("/some/where.jsonl")),
}
"""For each setting something to say of it, and what that makes it; never the default."""

every_option = pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a settings file."""

    def write(text):
        path = tmp_path / "asm.toml"
        path.write_text(text)
        return path

    return write


def _toml(said):
    return repr(list(said) if isinstance(said, tuple) else said)


def test_every_setting_but_identities_and_accounts_has_a_row():
    others = {"identities", "azurite_accounts"}
    assert {option.attribute for option in OPTIONS} == set(Settings.__struct_fields__) - others
    assert {option.attribute for option in OPTIONS} == set(EXAMPLES)


def test_nothing_said_leaves_the_defaults():
    assert load({}, {}) == Settings()


@every_option
def test_a_flag_sets_it(option):
    said, value = EXAMPLES[option.attribute]
    assert getattr(load({option.attribute: said}, {}), option.attribute) == value


@every_option
def test_a_variable_sets_it(option):
    said, value = EXAMPLES[option.attribute]
    text = ", ".join(said) if option.repeated else said
    assert getattr(load({}, {option.variable: text}), option.attribute) == value


@every_option
def test_the_file_sets_it_under_either_spelling_of_its_name(option, written):
    said, value = EXAMPLES[option.attribute]
    for key in (option.name, option.attribute):
        assert getattr(load({}, {}, written(f"{key} = {_toml(said)}")), option.attribute) == value


@every_option
def test_the_text_of_its_default_makes_the_default(option):
    if option.default:
        assert getattr(load({option.attribute: option.default}, {}), option.attribute) == getattr(
            Settings(), option.attribute
        )
    else:
        assert not getattr(Settings(), option.attribute)


@every_option
def test_an_empty_variable_counts_as_not_set(option):
    assert load({}, {option.variable: ""}) == Settings()


@pytest.mark.parametrize(
    ("flags", "environ", "port"),
    [
        ({"port": "1"}, {"ASM_EMULATOR_PORT": "2"}, 1),
        ({"port": None}, {"ASM_EMULATOR_PORT": "2"}, 2),
        ({"port": None}, {}, 3),
    ],
)
def test_a_flag_beats_a_variable_and_that_the_file(written, flags, environ, port):
    assert load(flags, environ, written("port = 3")).port == port


def test_a_bad_variable_does_no_harm_where_a_flag_beats_it():
    assert load({"port": "1"}, {"ASM_EMULATOR_PORT": "bad"}).port == 1


def test_several_names_replace_those_of_a_weaker_source_whole(written):
    path = written('hostname = ["a", "b"]')
    assert load({"hostname": ("c",)}, {"ASM_EMULATOR_HOSTNAME": "d e"}, path).hostname == ("c",)
    assert load({"hostname": ()}, {"ASM_EMULATOR_HOSTNAME": "d e"}, path).hostname == ("d", "e")
    assert load({"hostname": ()}, {}, path).hostname == ("a", "b")


def test_the_file_may_be_named_by_a_variable_and_is_not_where_a_flag_names_another(tmp_path, written):
    other = tmp_path / "other.toml"
    other.write_text("port = 1")
    assert load({}, {CONFIG_VARIABLE: str(other)}).port == 1
    assert load({}, {CONFIG_VARIABLE: str(other)}, written("port = 2")).port == 2


def test_several_names_may_also_stand_in_one_flag(written):
    assert load({"services": ("sql,websites", "scheduler")}, {}).services == ("sql", "websites", "scheduler")
    assert load({}, {}, written("services = []")).services == ()
    with pytest.raises(SettingsError, match=r"--services: 'sequel' is not one of sql, .*, none"):
        load({"services": ("sql,sequel",)}, {})


def test_numbers_and_switches_of_toml_need_no_quotes(written):
    settings = load({}, {}, written("port = 1\nstrict = true"))
    assert (settings.port, settings.strict) == (1, True)


def test_a_relative_path_of_the_file_is_relative_to_the_file(written):
    path = written('certs = "kept"\n[[identity]]\ncertificate = "my.cer"\nsubscription = "s"')
    settings = load({}, {}, path)
    assert settings.certs == path.parent / "kept"
    assert settings.identities == (RegisteredIdentity(certificate=path.parent / "my.cer", subscription="s"),)


def test_a_path_given_otherwise_is_relative_to_where_one_is():
    assert load({"certs": "kept"}, {}).certs == load({}, {"ASM_EMULATOR_CERTS": "kept"}).certs == Path("kept")


def test_a_path_may_begin_with_the_home_directory(written):
    assert load({"certs": "~/kept"}, {}).certs == Path.home() / "kept"
    assert load({}, {}, written('certs = "~/kept"')).certs == Path.home() / "kept"


@pytest.mark.parametrize(
    ("name", "text", "takes"),
    [
        ("host", " ", "some text"),
        ("port", "65536", "a port from 0 to 65535, 0 for a free one"),
        ("port", "-1", "a port from 0 to 65535, 0 for a free one"),
        ("port", "none", "a port from 0 to 65535, 0 for a free one"),
        ("control_port", "off", "a port from 0 to 65535, 0 for a free one, or none"),
        ("clock", "scaled", "instant, manual, scaled:FACTOR (such as scaled:60) or step:SECONDS (such as step:5s)"),
        ("strict", "perhaps", "true or false"),
        ("dns_names", "world", "one of subscription, global"),
        ("save_interval", "0", "a number of seconds above 0, such as 5 or 0.5, or none"),
        ("save_interval", "often", "a number of seconds above 0, such as 5 or 0.5, or none"),
        ("log_level", "loud", "one of debug, info, warning, error"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_source_and_what_would_do(written, name, text, takes):
    option = next(option for option in OPTIONS if option.attribute == name)
    path = written(f"{option.name} = {text!r}")
    for where, arguments in (
        (option.flag, ({name: text}, {})),
        (option.variable, ({}, {option.variable: text})),
        (f"{path}: {option.name}", ({}, {}, path)),
    ):
        with pytest.raises(SettingsError, match=f"^{re.escape(f'{where}: {text!r} is not {takes}')}$"):
            load(*arguments)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("prot = 1", "'prot' is no setting; there are host, port,"),
        ("port = [1, 2]", "port: [1, 2] is a list, and it takes one value"),
        ("port = true", "port: 'True' is not a port"),
        ("port: 1", "is not TOML: "),
        ("identity = 1", "an [[identity]] has a certificate (a file) and a subscription (an id)"),
        ('[[identity]]\ncertificate = "my.cer"', "an [[identity]] has a certificate (a file) and a subscription"),
        ('[[identity]]\ncertificate = "a"\nsubscription = "s"\nname = "n"', "an [[identity]] has a certificate"),
    ],
)
def test_a_bad_file_is_named_with_what_is_wrong_in_it(written, text, why):
    path = written(text)
    with pytest.raises(SettingsError, match=f"^{re.escape(f'{path}: {why}')}"):
        load({}, {}, path)


@pytest.mark.parametrize(
    ("data", "why"),
    [(None, "No such file or directory"), (b"seed = '\xff'", "'utf-8' codec can't decode byte 0xff")],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path, data, why):
    path = tmp_path / "asm.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(SettingsError, match=f"^{re.escape(f'{path}: cannot be read: {why}')}"):
        load({}, {}, path)


@pytest.mark.parametrize(
    ("host", "client_host"),
    [
        ("127.0.0.1", "localhost"),
        ("localhost", "localhost"),
        ("::1", "localhost"),
        ("0.0.0.0", "localhost"),
        ("::", "localhost"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("build.example.org", "build.example.org"),
    ],
)
def test_clients_call_it_localhost_unless_it_listens_on_one_other_address(host, client_host):
    assert Settings(host=host).client_host == client_host


@pytest.mark.parametrize(
    ("host", "client_host"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("192.0.2.1", "192.0.2.1"),
        ("build.example.org", "build.example.org"),
    ],
)
def test_the_control_api_is_reached_where_it_listens(host, client_host):
    assert Settings(control_host=host).control_client_host == client_host


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("blobs", "ftp://127.0.0.1:10000", "the URL of a blob service such as http://127.0.0.1:10000"),
        ("blobs", "http://127.0.0.1:10000/account", "registry, a directory, or the URL of a blob service"),
        ("blobs", "http://user:word@127.0.0.1:10000", "registry, a directory, or the URL of a blob service"),
        ("blobs", "http://127.0.0.1:port", "registry, a directory, or the URL of a blob service"),
        ("packages", "perhaps", "one of trust, verify"),
        ("blob_endpoint", "127.0.0.1:10000", "a URL in which {account} stands for the account"),
        ("blob_endpoint", "https://{name}.blob.test", "a URL in which {account} stands for the account"),
        ("blob_endpoint", "http://[", "a URL in which {account} stands for the account"),
    ],
)
def test_where_blobs_lie_is_said_in_one_of_its_forms(name, said, expected):
    with pytest.raises(SettingsError, match=re.escape(expected)):
        load({name: said}, {})


def test_an_endpoint_has_the_account_in_its_host_or_else_at_its_end():
    said = {"https://{account}.blob.test/": "https://{account}.blob.test", "http://blobs:1": "http://blobs:1/{account}"}
    assert {given: load({"blob_endpoint": given}, {}).blob_endpoint for given in said} == said


def test_the_registry_is_no_directory_of_that_name(written):
    assert load({}, {}, written('blobs = "Registry"')).blobs == "registry"
    assert load({}, {}, written('blobs = "here"')).blobs == written("").parent / "here"


def test_a_blob_service_is_known_by_its_url():
    assert load({"blobs": "http://127.0.0.1:10000/"}, {}).blobs == "http://127.0.0.1:10000"
    assert load({}, {"ASM_EMULATOR_BLOBS": "https://[::1]:1"}).blobs == "https://[::1]:1"


def test_accounts_of_a_blob_service_are_read_as_it_reads_them():
    accounts = load({}, {"AZURITE_ACCOUNTS": "one:a2V5MQ==;account2:a2V5MQ==:a2V5Mg==;"}).azurite_accounts
    assert accounts == {"one": AccountKeys("a2V5MQ==", "a2V5MQ=="), "account2": AccountKeys("a2V5MQ==", "a2V5Mg==")}
    assert load({}, {"AZURITE_ACCOUNTS": ""}).azurite_accounts == {}


@pytest.mark.parametrize("said", ["one", "one:", "one:secret!", "One:a2V5MQ==", "one:a2V5MQ==:a2V5MQ==:a2V5MQ=="])
def test_what_is_no_account_is_refused_and_its_key_is_not_told(said):
    with pytest.raises(SettingsError, match="AZURITE_ACCOUNTS: its part 2 is not NAME:KEY") as refused:
        load({}, {"AZURITE_ACCOUNTS": f"fine:a2V5MQ==;{said}"})
    assert "a2V5" not in str(refused.value)
    assert "secret" not in str(refused.value)
