"""`asm-emulator storage-keys`: what a storage account's keys will be, before there is one."""

from __future__ import annotations

import shlex

from azure.servicemanagement import ServiceManagementService

from emulator.blobs.listed import AZURITE_ACCOUNTS, read_azurite_accounts
from emulator.embedded import Emulator
from emulator.settings import Settings


def _said(done):
    word, said = shlex.split(done.output)
    assert (done.exit_code, word) == (0, "export")
    name, _, value = said.partition("=")
    assert name == AZURITE_ACCOUNTS
    return read_azurite_accounts(value)


def test_the_keys_are_those_that_the_account_will_have(invoke):
    said = _said(invoke("storage-keys", "account1", "account2", "--seed", "mine"))
    assert list(said) == ["account1", "account2"]
    with Emulator(Settings(port=0, control_port=None, seed="mine")) as emulator:
        sms = emulator.identity().sdk(ServiceManagementService)
        sms.create_storage_account("account1", "description", "label", location="West US")
        keys = sms.get_storage_account_keys("account1").storage_service_keys
    assert (keys.primary, keys.secondary) == (said["account1"].primary, said["account1"].secondary)


def test_keys_that_are_said_already_stay(invoke, monkeypatch):
    monkeypatch.setenv(AZURITE_ACCOUNTS, "account1:a2V5MQ==:a2V5Mg==")
    said = _said(invoke("storage-keys", "account1", "account2"))
    assert said["account1"].secondary == "a2V5Mg=="
    assert said["account2"].primary != "a2V5MQ=="


def test_a_name_that_no_account_can_have_is_refused(invoke, refused):
    assert "between 3 and 24 characters" in refused(invoke("storage-keys", "No"), 1)
