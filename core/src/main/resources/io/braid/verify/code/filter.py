"""Applies the seccomp filter that Java builds (SystemCalls) to an answer's process."""


def system_call(name, *numbers):
    """Calls a C function without ctypes, which loads slowly. Numbers have 32 bits; bytes are passed by address."""
    import _ctypes

    return _ctypes.call_function(_ctypes.dlsym(_ctypes.dlopen(None, 2), name), numbers)


def filter_calls(program):
    """Applies the filter to this process and to all processes that it starts later."""
    at = id(program) + bytes.__basicsize__ - 1  # where CPython has the bytes themselves
    described = (len(program) // 8).to_bytes(8, "little") + at.to_bytes(8, "little")
    if system_call("prctl", 38, 1, 0, 0, 0) != 0 or system_call("prctl", 22, 2, described, 0, 0) != 0:
        raise OSError("the kernel does not support system-call filters")
