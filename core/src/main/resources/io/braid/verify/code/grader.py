"""Assertions: the tests run in this process, the grader, and the answer in another process, the candidate.

The candidate is forked before the tests are read, so they were never in its memory. The grader asks it for
names, calls and attributes, and receives plain values: numbers, texts, lists, and objects of classes defined
before the answer. Any other value stays in the candidate, and the grader receives only a handle. An answer
that changes Python changes only the candidate's Python; the grader's own == compares what it received.
"""

from _signal import ITIMER_PROF, SIGPROF, setitimer, signal

LONGEST = 16 << 20
MOST_ITEMS = 1_000_000
LIBRARY = getattr(sys, "stdlib_module_names", frozenset(MODULES))


class CandidateDied(Exception):
    """The candidate's process ended."""


def pack(root, known, handle):
    """Encodes a value as text, one line per node. Lists, dictionaries and objects may contain themselves."""
    lines, indices, kept, waiting = [], {}, [], []

    def number(line, value=None):
        lines.append(line)
        if value is not None:
            indices[id(value)] = len(lines) - 1
            kept.append(value)
        return len(lines) - 1

    def encode(value):
        if value is None or value is True or value is False:
            return number({None: "N", True: "T", False: "F"}[value])
        if isinstance(value, int):
            return number("i%x" % value)
        if isinstance(value, float):
            return number("f" + float.hex(value))
        if isinstance(value, str):
            return number("s" + value.encode("unicode_escape").decode("ascii"))
        if id(value) in indices:
            return indices[id(value)]
        if isinstance(value, (tuple, set, frozenset)):
            letter = "t" if isinstance(value, tuple) else "S" if isinstance(value, set) else "z"
            return number(letter + " ".join([str(encode(each)) for each in value]), value)
        if isinstance(value, (bytes, bytearray)):
            return number("b" + value.hex())
        if isinstance(value, complex):
            return number(f"c{float.hex(value.real)} {float.hex(value.imag)}")
        kind = type(value)
        if isinstance(value, (list, dict)) or kind.__name__ in known or kind.__name__ == "deque":
            at = number("", value)
            waiting.append((at, value))
            return at
        if (kind.__module__, kind.__name__) in (("decimal", "Decimal"), ("fractions", "Fraction")):
            return number(f"n{kind.__module__} {kind.__name__} {value}")
        if kind is type and vars(builtins).get(value.__name__) is value:
            return number("k" + value.__name__)
        return number(f"r{handle(value)}")

    def fill(value):
        if isinstance(value, list):
            return "l" + " ".join([str(encode(each)) for each in value])
        if isinstance(value, dict):
            return "d" + " ".join([f"{encode(key)} {encode(each)}" for key, each in value.items()])
        if type(value).__name__ == "deque":
            return "q" + " ".join([str(encode(each)) for each in value])
        fields = [f"{encode(key)} {encode(each)}" for key, each in vars(value).items()]
        return "o" + type(value).__name__ + " " + " ".join(fields)

    first = encode(root)
    while waiting:
        at, value = waiting.pop()
        lines[at] = fill(value)
    return "\n".join([str(first)] + lines).encode("ascii")


def unpack(message, known, handle):
    """Decodes a text of pack; on any other text, does nothing worse than raise an exception."""
    first, *lines = message.decode("ascii").split("\n")
    values, waiting = [], []

    def items(text):
        found = []
        for number in text.split():
            found.append(values[int(number)])
        return found

    def exact_number(text):
        module, name, written = text.split(" ")
        kind = {("decimal", "Decimal"), ("fractions", "Fraction")} & {(module, name)}
        if not kind or len(written) > 1000:
            raise ValueError("no such number")
        return getattr(__import__(module), name)(written)

    def builtin_type(name):
        kind = vars(builtins)[name]
        if type(kind) is not type:
            raise ValueError("no such type")
        return kind

    simple = {
        "N": lambda text: None,
        "T": lambda text: True,
        "F": lambda text: False,
        "i": lambda text: int(text, 16),
        "f": float.fromhex,
        "s": lambda text: text.encode("ascii").decode("unicode_escape"),
        "b": bytes.fromhex,
        "c": lambda text: complex(*map(float.fromhex, text.split())),
        "t": lambda text: tuple(items(text)),
        "S": lambda text: set(items(text)),
        "z": lambda text: frozenset(items(text)),
        "n": exact_number,
        "k": builtin_type,
        "r": lambda text: handle(int(text)),
    }
    for line in lines:
        letter, text = line[0], line[1:]
        if letter in simple:
            values.append(simple[letter](text))
            continue
        if letter == "q":
            from collections import deque

            values.append(deque())
        elif letter == "o":
            name, _, text = text.partition(" ")
            kind = known[name]
            values.append(kind.__new__(kind))
        else:
            values.append({"l": list, "d": dict}[letter]())
        waiting.append((values[-1], text))
    for value, text in waiting:
        parts = items(text)
        pairs = zip(parts[::2], parts[1::2])
        if isinstance(value, dict):
            value.update(pairs)
        elif hasattr(value, "extend"):
            value.extend(parts)
        else:
            value.__dict__.update(pairs)
    return values[int(first)]


def classes_of(names):
    return {name: each for name, each in names.items() if isinstance(each, type) and hasattr(each, "__dict__")
            and each.__name__ == name and each.__module__ == "answer" and each.__new__ is object.__new__}


# The candidate.


class Candidate:
    """Runs the answer and serves the grader's requests until it is killed."""

    def __init__(self, asked, tells, names, known):
        self.asked, self.tells, self.names, self.known = asked, tells, names, known
        self.objects, self.numbers = [], {}

    def handle(self, value):
        number = self.numbers.get(id(value))
        if number is None:
            number = self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)
        return number

    def serve(self, before, unfinished, answer):
        receive(self.asked)
        self.reply(lambda: self.start(before, unfinished, answer))
        while True:
            message = receive(self.asked)
            self.reply(lambda: self.obey(*unpack(message, self.known, self.objects.__getitem__)))

    def reply(self, action):
        try:
            said = pack(("value", *action()), self.known, self.handle)
            if len(said) > LONGEST:
                raise ValueError("the value is too long")
        except BaseException as error:
            said = pack(("error", type(error).__name__, short(error)), self.known, self.handle)
        send(self.tells, said)

    def start(self, before, unfinished, answer):
        code, whole = self.compiled(before, unfinished, answer)
        if whole:
            for name in list(self.names):
                if name not in ("__name__", "__builtins__"):
                    del self.names[name]
        self.names["__builtins__"] = builtins
        exec(code, self.names)
        return (None,)

    @staticmethod
    def compiled(before, unfinished, answer):
        """Compiles the answer. Also returns whether the code includes the text before the answer."""
        try:
            code = compile(answer, ANSWER, "exec", dont_inherit=True)
            if unfinished is None or unfinished in code.co_names:
                return code, False
        except SyntaxError as error:
            if unfinished is None:
                raise
            trouble = error
        else:
            trouble = None
        global lines_before
        goes_on = before if not before.rpartition("\n")[2].strip() else before + "\n"
        for text in (goes_on + answer, goes_on + "    " + answer):
            try:
                whole = compile(text, ANSWER, "exec", dont_inherit=True)
            except SyntaxError as error:
                if isinstance(trouble, IndentationError):  # a body: what is wrong is further on
                    trouble = error
                    lines_before = goes_on.count("\n")
                continue
            lines_before = goes_on.count("\n")
            return whole, True
        if trouble is not None:
            raise trouble
        return code, False

    def obey(self, what, *about):
        if what == "name":
            name = about[0]
            return (self.names[name],) if name in self.names else ()
        if what == "attribute":
            return (getattr(*about),)
        if what == "set":
            setattr(*about)
            return (None,)
        if what == "items":
            return ([each for each, _ in zip(about[0], range(MOST_ITEMS))],)
        function, positional, named = about
        sent = pack((positional, named), self.known, self.handle)
        value = function(*positional, **named)
        now = (positional, named)
        return (value,) if pack(now, self.known, self.handle) == sent else (value, now)


# The grader.


class Remote:
    """A handle of a value that only the candidate has."""

    def __init__(self, grader):
        object.__setattr__(self, "_grader", grader)

    def __call__(self, *positional, **named):
        return self._grader.call(self, positional, named)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._grader.ask("attribute", self, name)[0]

    def __setattr__(self, name, value):
        self._grader.ask("set", self, name, value)

    def __iter__(self):
        return iter(self._grader.ask("items", self)[0])


class Names(dict):
    """Python's own names; names that are defined nowhere else come from the answer."""

    grader = None
    shadowed = {}

    def __missing__(self, name):
        if self.grader is None:
            raise KeyError(name)
        if name in LIBRARY and not self.shadowed:
            return __import__(name)
        found = self.grader.ask("name", name)
        if found:
            return found[0]
        if name in self.shadowed:
            return self.shadowed[name]
        raise KeyError(name)


class Grader:
    """Sends requests to the candidate, within its time limits."""

    def __init__(self, pid, asks, told, known, seconds, wall):
        self.pid, self.asks, self.told, self.known = pid, asks, told, known
        self.seconds, self.wall = seconds, wall
        self.remotes, self.numbers = {}, {}
        self.new_test()

    def new_test(self):
        self.end = time.monotonic() + self.wall
        self.processor = processor_seconds(self.pid) + self.seconds

    def handle(self, value):
        if isinstance(value, Remote):
            return self.numbers[id(value)]
        raise TypeError(f"a test passes the answer a value of type {type(value).__name__}")

    def remote(self, number):
        if number not in self.remotes:
            self.remotes[number] = remote = Remote(self)
            self.numbers[id(remote)] = number
        return self.remotes[number]

    def exchange(self, message):
        try:
            send(self.asks, message)
            watch(self.pid, self.told, self.processor, self.end - time.monotonic())
            said = receive(self.told, LONGEST)
        except (OSError, EOFError, ValueError):
            raise CandidateDied from None
        kind, *values = unpack(said, self.known, self.remote)
        if kind == "value":
            return values
        name, report = values
        raised = getattr(builtins, name, None)
        if not (isinstance(raised, type) and issubclass(raised, Exception)):
            raised = Exception
        if not isinstance(report, str):
            raise ValueError("the candidate's error has no message")
        error = raised.__new__(raised)
        error.args = (report,)
        error.report = report
        raise error

    def ask(self, *request):
        return self.exchange(pack(request, self.known, self.handle))

    def call(self, function, positional, named):
        value, *changed = self.ask("call", function, positional, named)
        if changed:
            now, now_named = changed[0]
            for old, new in zip([*positional, *named.values()], [*now, *now_named.values()]):
                copy_into(old, new)
        return value


def copy_into(old, new):
    """Applies the answer's changes of its arguments to the grader's copies."""
    if type(old) is not type(new):
        return
    if isinstance(old, list):
        old[:] = new
    elif isinstance(old, (dict, set)):
        old.clear()
        old.update(new)
    elif hasattr(old, "__dict__") and not isinstance(old, Remote):
        old.__dict__.clear()
        old.__dict__.update(new.__dict__)


NOTHING_DONE = ("Expr", "Pass", "Import", "ImportFrom", "Raise")


def unfinished_name(before):
    """Returns the function that the answer must complete: the last one before it, if it has no body."""
    for text in (before, before + "\n    pass\n"):
        try:
            body = compile(text, "<before>", "exec", 0x400, dont_inherit=True).body
        except SyntaxError:
            continue
        last = body[-1] if body else None
        if hasattr(last, "name") and all(type(each).__name__ in NOTHING_DONE for each in last.body):
            return last.name, text
        return None, text
    return None, before


def serve_assertions(requests, replies, seconds, wall, memory, partial):
    before, answer = (receive(requests).decode("utf-8", "replace") for _ in range(2))
    unfinished, text = unfinished_name(before)
    names = fresh_module("answer")
    names["__builtins__"] = own = Names(vars(builtins))
    try:
        setup = None
        exec(compile(text, "<before>", "exec", dont_inherit=True), names)
    except Exception:  # perhaps what stands before the answer makes use of it
        setup = text
        names = fresh_module("answer")
        names["__builtins__"] = own
    known = classes_of(names)
    asked, asks = os.pipe()
    told, tells = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            leave_nothing()
            os.dup2(asked, 3)
            os.dup2(tells, 4)
            os.closerange(5, 4096)
            limit_self(seconds * 100, memory, 1 << 20)
            Candidate(3, 4, names, known).serve(before, unfinished, answer)
        finally:
            os._exit(1)
    os.close(asked)
    os.close(tells)
    try:
        tests = [receive(requests).decode("utf-8", "replace") for _ in range(int(receive(requests)))]
        nonce = receive(requests)
        grader = Grader(pid, asks, told, known, seconds, wall)
        names.pop(unfinished, None)
        judge_all(grader, own, names, unfinished, setup, tests, partial, lambda said: send(replies, nonce + said))
    finally:
        end_all_now(pid)


def end_all_now(pid):
    try:
        os.kill(-1, 9) if ALONE else os.killpg(pid, 9)
    except ProcessLookupError:
        pass


class Untestable(Exception):
    """A test does not compile, which is not the answer's fault."""


def judge_all(grader, own, names, unfinished, setup, tests, partial, say):
    def late(*_):
        raise TimeLimit

    signal(SIGPROF, late)

    def begin():
        grader.exchange(b"")
        try:
            codes = [compile(test, "<test>", "exec", dont_inherit=True) for test in tests]
        except (SyntaxError, ValueError) as error:
            raise Untestable(short(error)) from None
        used = set().union(*map(names_in, codes))
        if unfinished is None and not any(name not in own and name not in names and name not in LIBRARY for name in used):
            own.shadowed = {name: own.pop(name) for name in used if name in own}
        own.grader = grader
        if setup is not None:
            exec(compile(setup, "<before>", "exec", dont_inherit=True), names)
        return codes

    status, codes = verdict(grader, begin)
    say(status)
    if not codes:
        return
    for code in codes:
        status, _ = verdict(grader, lambda: exec(code, dict(names)))
        say(status)
        if status[:1] in b"td" or (status != b"o" and not partial):
            return


def verdict(grader, action):
    try:
        grader.new_test()
        setitimer(ITIMER_PROF, grader.seconds)
        value = action()
        setitimer(ITIMER_PROF, 0)
        return b"o", value
    except TimeLimit:
        return b"t", None
    except CandidateDied:
        return b"d", None
    except Untestable as error:
        return b"u" + str(error).encode("utf-8", "replace"), None
    except BaseException as error:
        report = getattr(error, "report", None)
        if report is None and isinstance(error, AssertionError):
            return b"w", None
        report = short(error) + " in the test" if report is None else report
        if report.startswith("MemoryError"):
            return b"m", None
        return b"e" + report[: 2 * SHORT].encode("utf-8", "replace"), None
    finally:
        setitimer(ITIMER_PROF, 0)
