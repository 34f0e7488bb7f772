"""The sub-commands of `asm-emulator`, a module for those that belong together; `emulator.cli` says which has which.

None knows another: what they share is in `base`. A module is imported when one of its commands is asked for, and a
command imports what is heavy when it runs, so that `serve` answers soon and `--help` at once.
"""
