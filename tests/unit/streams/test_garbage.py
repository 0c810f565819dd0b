"""What is large and free goes back to the system, whatever was allocated before."""

import platform
import subprocess
import sys

import pytest

KEPT = """
import ctypes
from streams.garbage import keep_little

class Mallinfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in
        "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]

mallinfo = ctypes.CDLL(None).mallinfo
mallinfo.restype = Mallinfo
{first}
bytearray(16_000_000)  # once this is freed, glibc keeps a place for what is smaller
before = mallinfo().hblks
large = bytearray(1_000_000)
print(mallinfo().hblks - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps it")
@pytest.mark.parametrize(("first", "apart"), [("", 0), ("keep_little()", 1)])
def test_what_is_large_has_a_mapping_of_its_own(first: str, apart: int) -> None:
    told = subprocess.run(
        [sys.executable, "-c", KEPT.format(first=first)], capture_output=True, text=True, check=True
    )
    assert int(told.stdout) == apart
