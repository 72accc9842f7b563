"""The filter of system calls under which answers run; Java makes it (SystemCalls)."""


def system_call(name, *numbers):
    """What ctypes would do, which takes long to load. Numbers are of 32 bits, bytes are passed as their address."""
    import _ctypes

    return _ctypes.call_function(_ctypes.dlsym(_ctypes.dlopen(None, 2), name), numbers)


def filter_calls(program):
    """From here on the kernel refuses what the filter refuses, to this process and all that it starts."""
    at = id(program) + bytes.__basicsize__ - 1  # where CPython has the bytes themselves
    described = (len(program) // 8).to_bytes(8, "little") + at.to_bytes(8, "little")
    if system_call("prctl", 38, 1, 0, 0, 0) != 0 or system_call("prctl", 22, 2, described, 0, 0) != 0:
        raise OSError("the kernel takes no filter of system calls")
