"""Where blobs lie: the adaptors of the port `emulator/domain/blobs.py` that reach outside of the process."""
