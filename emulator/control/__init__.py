"""Steering an emulator from outside: health, identities, time, reset. The only way in for command line and tests."""
