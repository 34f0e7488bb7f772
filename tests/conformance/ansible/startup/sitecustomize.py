"""What a module of Ansible's finds when its interpreter starts: the emulator at the service's address, and no waiting.

Python 3.6 imports it, as it imports any sitecustomize; the module itself is as it was released.
"""

import os
import socket
import time

lookup = socket.getaddrinfo


def getaddrinfo(host, port, *arguments, **keywords):
    """Look the service's name up as a line in the hosts file would have it."""
    if host == "management.core.windows.net" and port == 443:
        host, _, port = os.environ["ASM_HOST"].rpartition(":")
    return lookup(host, port, *arguments, **keywords)


socket.getaddrinfo = getaddrinfo
# The module sleeps after it has learnt that an operation is over.
time.sleep = lambda _seconds: None
