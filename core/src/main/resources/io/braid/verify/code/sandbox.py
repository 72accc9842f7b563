"""The first process in the sandbox: receives an answer and its tests from Braid and reports the outcomes.

Answers run in processes of their own, forked from this one. Programs and calls are only run here: their
expected results are never sent into the sandbox. Assertions are in grader.py. Java puts filter.py and FILTER,
the seccomp filter for answers, before this file.

Every message is a length of four bytes, most significant first, followed by that many bytes.
"""

import sys

sys.path[:] = [place for place in sys.path if place]  # never what an answer has written

import builtins
import os
import select
import time
from resource import RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_STACK, RLIM_INFINITY, getrlimit, setrlimit

ANSWER = "<answer>"
SHORT = 300
DEEP = 50_000
STACK = 128 << 20
RESULT, TROUBLE = 3, 4  # where an answer's process leaves a value, and what went wrong
ALONE = os.getpid() == 1


class TimeLimit(BaseException):
    """The answer exceeded its time limit."""


def read_exactly(fd, count):
    parts = []
    while count:
        part = os.read(fd, min(count, 1 << 20))
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def receive(fd, longest=1 << 30):
    length = int.from_bytes(read_exactly(fd, 4), "big")
    if length > longest:
        raise ValueError("a message is too long")
    return read_exactly(fd, length)


def send(fd, message):
    left = memoryview(len(message).to_bytes(4, "big") + message)
    while left:
        left = left[os.write(fd, left):]


lines_before = 0  # number of lines before the answer's first line


def short(error):
    """Describes an exception in one line, with the line number in the answer."""
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == ANSWER:
            line = trace.tb_lineno
        trace = trace.tb_next
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    text = type(error).__name__ + (": " + str(text)[:SHORT] if text else "")
    return text + (f" (line {max(1, line - lines_before)})" if line else "")


def hide_memory():
    """Keeps the sandbox's other processes from reading this one's memory or taking its descriptors."""
    if system_call("prctl", 4, 0, 0, 0, 0) != 0 or system_call("prctl", 3, 0, 0, 0, 0) != 0:
        raise OSError("this process cannot be hidden")


def leave_nothing():
    """Without a PID namespace, makes an answer's process end with the first process."""
    if not ALONE:
        os.setsid()
        system_call("prctl", 1, 9, 0, 0, 0)


def lower(what, limit):
    hard = getrlimit(what)[1]
    limit = limit if hard == RLIM_INFINITY else min(limit, hard)
    setrlimit(what, (limit, hard if what == RLIMIT_STACK else limit))


def limit_self(seconds, memory, written):
    """Applies the limits to a process that is about to run an answer."""
    lower(RLIMIT_STACK, STACK)
    lower(RLIMIT_CPU, int(seconds) + 2)
    lower(RLIMIT_FSIZE, written)
    lower(RLIMIT_AS, memory)
    if FILTER:
        filter_calls(FILTER)


def processor_seconds(pid):
    """Returns the processor time of a process not yet waited for; its clock id is derived from its pid."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def watch(pid, fd, cpu, wall):
    """Waits for a descriptor; raises TimeLimit if processor or wall-clock time runs out first."""
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    end = time.monotonic() + wall
    while True:
        left = min(end - time.monotonic(), cpu - processor_seconds(pid))
        if left <= 0:
            raise TimeLimit
        if poll.poll(max(10, left * 250)):
            return


def end_all(pid):
    """Ends all processes of an answer: in a PID namespace, all processes but this one."""
    try:
        os.kill(-1, 9) if ALONE else os.killpg(pid, 9)
    except ProcessLookupError:
        pass
    try:
        while os.waitpid(-1, 0):
            pass
    except ChildProcessError:
        pass


def names_in(code):
    found = set(code.co_names)
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            found |= names_in(constant)
    return found


# What answers to competition problems use without an import, as the graders of such problems allow.
MISSING_IMPORTS = {
    "typing": "Any Callable Deque DefaultDict Dict FrozenSet Generator Iterable Iterator List Mapping"
    " NamedTuple Optional Sequence Set Tuple Type TypeVar Union",
    "collections": "ChainMap Counter OrderedDict defaultdict deque namedtuple",
    "heapq": "heapify heappop heappush heappushpop heapreplace merge nlargest nsmallest",
    "bisect": "bisect_left bisect_right insort insort_left insort_right",
    "math": "acos asin atan atan2 ceil comb cos degrees dist e exp fabs factorial floor fmod gcd hypot inf"
    " isclose isfinite isinf isnan isqrt lcm log log10 log1p log2 modf nan perm pi prod radians sin sqrt tan"
    " tau trunc",
    "itertools": "accumulate chain combinations combinations_with_replacement compress count cycle dropwhile"
    " filterfalse groupby islice pairwise permutations product repeat starmap takewhile tee zip_longest",
    "functools": "cache cached_property cmp_to_key lru_cache partial reduce total_ordering wraps",
    "operator": "add and_ attrgetter floordiv itemgetter methodcaller mod mul or_ sub truediv xor",
    "string": "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits punctuation",
    "random": "choice choices randint randrange sample seed shuffle uniform",
    "statistics": "fmean mean median mode pstdev stdev variance",
    "copy": "deepcopy",
    "io": "BytesIO StringIO",
    "sys": "maxsize setrecursionlimit stdin stdout",
}
MODULES = (
    "bisect collections copy datetime decimal fractions functools heapq io itertools json math operator os"
    " queue random re statistics string sys time typing"
).split()


def supply(names, into):
    """Defines used names whose import may be missing; the answer's own definitions override them."""
    for module, wanted in MISSING_IMPORTS.items():
        wanted = names.intersection(wanted.split())
        if wanted:
            loaded = __import__(module)
            into.update((name, getattr(loaded, name)) for name in wanted if hasattr(loaded, name))
    into.update((module, __import__(module)) for module in names.intersection(MODULES))


def fresh_module(name):
    module = type(sys)(name)
    sys.modules[name] = module
    return module.__dict__


class Runs:
    """Runs the answer's code once per test, each time in a new process."""

    def __init__(self, code, name, seconds, wall, memory):
        self.code, self.seconds, self.wall, self.memory = code, seconds, wall, memory
        self.name = name
        self.names = names_in(code)
        supply(self.names, {})  # loaded once rather than in every process

    def one(self, text, function, most):
        """Returns the status and the output: a program's output or, with a function, its value as JSON."""
        given, output, report = (os.memfd_create(name) for name in ("input", "output", "report"))
        try:
            if not function:
                with os.fdopen(os.dup(given), "wb") as file:
                    file.write(text)
                os.lseek(given, 0, 0)
            pid = os.fork()
            if pid == 0:
                self.child(text, function, most, given, output, report)
            return self.outcome(pid, output, report, most)
        finally:
            for fd in (given, output, report):
                os.close(fd)

    def outcome(self, pid, output, report, most):
        ended = os.pidfd_open(pid)
        late = False
        try:
            watch(pid, ended, self.seconds, self.wall)
        except TimeLimit:
            late = True
            os.kill(pid, 9)
        os.close(ended)
        _, status, used = os.wait4(pid, 0)
        end_all(pid)
        late = late or used.ru_utime + used.ru_stime > self.seconds
        written = os.fstat(output).st_size
        if late:
            return b"t", b""
        if written > most:
            return b"x", b""
        if status:
            why = os.pread(report, 4 * SHORT, 0)
            if why.startswith(b"MemoryError"):
                return b"m", b""
            return b"e", why or ending(status).encode()
        os.lseek(output, 0, 0)
        return b"o", read_exactly(output, written)

    def child(self, text, function, most, given, output, report):
        status = 1
        try:
            leave_nothing()
            os.dup2(given, 0)
            os.dup2(output, RESULT if function else 1)
            os.dup2(report, TROUBLE)
            if not function:
                os.close(RESULT)
            os.closerange(TROUBLE + 1, 4096)
            limit_self(self.seconds, self.memory, most + 1)
            try:
                module = fresh_module(self.name)
                supply(self.names, module)
                sys.setrecursionlimit(DEEP)
                if hasattr(sys, "set_int_max_str_digits"):
                    sys.set_int_max_str_digits(DEEP)
                exec(self.code, module)
                if function:
                    self.call(text, function, module)
                finish()
                status = 0
            except SystemExit as leaving:
                code = leaving.code
                finish()
                status = 0 if code is None else code & 255 if isinstance(code, int) else 1
                if status:
                    os.write(TROUBLE, f"it ended with exit code {status}".encode())
            except BaseException as error:
                os.write(TROUBLE, short(error).encode("utf-8", "replace"))
        finally:
            os._exit(status)

    @staticmethod
    def call(text, function, module):
        import json

        arguments = [json.loads(argument) for argument in json.loads(text)]
        solution = module.get("Solution")
        if solution is not None and hasattr(solution, function):
            value = getattr(solution(), function)(*arguments)
        elif function in module:
            value = module[function](*arguments)
        else:
            raise NameError(f"there is no function {function}")
        with os.fdopen(os.dup(RESULT), "wb") as file:
            file.write(json.dumps(value).encode())


def finish():
    """Does what Python does on exit: joins threads, calls exit handlers and flushes output."""
    threading = sys.modules.get("threading")
    if threading is not None:
        threading._shutdown()
    import atexit

    atexit._run_exitfuncs()
    sys.stdout.flush()


def ending(status):
    if os.WIFSIGNALED(status):
        return f"it was ended by signal {os.WTERMSIG(status)}"
    return f"it ended with exit code {os.WEXITSTATUS(status)}"


def serve_runs(requests, replies, function, seconds, wall, memory):
    answer = receive(requests).decode("utf-8", "replace")
    try:
        code = compile(answer, ANSWER, "exec", dont_inherit=True)
    except BaseException as error:
        send(replies, b"e" + short(error).encode("utf-8", "replace"))
        return
    send(replies, b"o")
    if function:
        import json as _  # loaded once rather than in every process
    runs = Runs(code, "answer" if function else "__main__", seconds, wall, memory)
    while True:
        most = int.from_bytes(receive(requests), "big")
        text = receive(requests)
        status, payload = runs.one(text, function, most)
        send(replies, status + payload)


def main():
    builtins.exit = builtins.quit = sys.exit  # what the module site would do, which is not loaded
    requests, replies = os.dup(0), os.dup(1)
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    hide_memory()
    send(replies, b"")
    try:
        kind, function, seconds, wall, memory, partial = receive(requests).decode().split("\n")
        limits = float(seconds), float(wall), int(memory)
        if kind == "assertions":
            serve_assertions(requests, replies, *limits, partial == "true")
        else:
            serve_runs(requests, replies, function, *limits)
    except EOFError:
        pass
    finally:
        os._exit(0)
