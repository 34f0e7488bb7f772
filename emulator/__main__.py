"""`python -m emulator` is the command `asm-emulator`."""

from emulator.cli import main

main()
