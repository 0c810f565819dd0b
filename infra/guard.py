"""Run a command that dies with its parent: `python -I -S guard.py PARENT_PID COMMAND…`.

On Linux the kernel is asked (PR_SET_PDEATHSIG) to kill this process as soon as the thread that started
it ends, even by kill -9, and then the command takes the place of this script, under the same process id.
Elsewhere the command simply takes its place.  The request is made here and not between fork and exec of
the parent, where code may not safely run once the parent has threads.

Uses the standard library only, and little of it, because it runs before every process of the stack.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Ask for SIGKILL when the parent ends; exit at once if it has ended already."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def main(arguments: list[str]) -> None:
    """Become the command, bound to the parent's life."""
    die_with_parent(int(arguments[0]))
    os.execvp(arguments[1], arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
