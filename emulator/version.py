"""The version of the emulator, as pyproject.toml has it: here, so that every layer may know it."""

VERSION = "0.1.0"
