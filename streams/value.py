"""What a stream makes millions of: small frozen values."""

import msgspec
from msgspec.structs import astuple, replace

__all__ = ["Value", "astuple", "replace"]


class Value(msgspec.Struct, frozen=True, gc=False):
    """A frozen value: made in a third of the time of a named tuple, its fields read in a fifth.

    The garbage collector does not look at it, for values hold values and never themselves.
    """
