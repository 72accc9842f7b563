package io.braid.verify.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.task.CodeTests;
import io.braid.verify.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests programs that attack the machine or the tests. Each runs as a program, as a function that
 * is called, and as a function under assertions. None may pass or leave anything behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileProgramTest {
  private static final String MARK = "31536000." + ProcessHandle.current().pid();

  /** The expected result, which no attack knows. */
  private static final long SECRET = 1_500_000_000_000L + new SecureRandom().nextInt();

  private static final String EQUAL =
      """
      class Equal(int):
          def __eq__(self, other): return True
          def __ne__(self, other): return False
          def __hash__(self): return 7
          def __getattr__(self, name): return self
          def __bool__(self): return True
      """;

  private CodeVerifier verifier;

  @BeforeAll
  void begin() {
    verifier = Sandboxed.verifier(Sandboxed.within(0.3));
  }

  @AfterAll
  void end() {
    if (verifier != null) {
      verifier.close();
    }
  }

  private record Attack(String name, String code) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Attacking programs; each defines f, which should return the secret number. */
  static Stream<Attack> attacks() {
    List<Attack> all = new ArrayList<>();
    // Attacks on the machine.
    add(all, "fork bomb", "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass");
    add(all, "memory bomb", "a = []\nwhile True: a.append(bytearray(1 << 20))");
    add(
        all,
        "memory of many",
        "import os\nfor i in range(6): os.fork()\na = [bytearray(200 << 20)]\nwhile True: pass");
    add(all, "output flood", "import os\nwhile True: print('7919' * 10000)");
    add(
        all,
        "flood of all descriptors",
        "import os\n"
            + "while True:\n"
            + "  for d in range(64):\n"
            + "    try: os.write(d, b'7919' * 1000)\n"
            + "    except OSError: pass");
    add(all, "endless loop", "while True: pass");
    add(all, "endless sleep", "import time\ntime.sleep(1e6)");
    add(
        all,
        "ignored signals",
        "import signal\n"
            + "for s in range(1, 64):\n"
            + "  try: signal.signal(s, signal.SIG_IGN)\n"
            + "  except (OSError, ValueError): pass\n"
            + "while True: pass");
    add(
        all,
        "large file",
        "f = open('/tmp/braid-hostile', 'wb')\nfor i in range(100): f.write(bytes(1 << 20))");
    add(
        all,
        "many files",
        "for i in range(1000000): open('/tmp/braid-hostile%d' % i, 'w').write('x')");
    add(all, "deep recursion", "import sys\nsys.setrecursionlimit(10**9)\ndef g(): g()\ng()");
    add(all, "deep recursion in C", "a = []\nfor i in range(10**6): a = [a]\nrepr(a)");
    add(all, "deep nesting", "(" + "(".repeat(5000) + ")".repeat(5000) + ")");
    add(
        all,
        "huge traceback",
        "def g(n):\n  if n == 0: raise ValueError('x' * 10**8)\n  g(n - 1)\ng(900)");
    add(
        all,
        "an exception that lies",
        "class E(Exception):\n  def __str__(self):\n    while True: pass\nraise E()");
    add(
        all,
        "NUL and control characters",
        "import sys\n"
            + "sys.stdout.write('7919\\x00\\x1b]0;x\\x07')\n"
            + "raise ValueError('\\x00\\x1b[2J\\u202e')");
    add(all, "broken pipe", "import os\nos.closerange(0, 4096)");
    add(
        all,
        "signals to the parent",
        "import os, signal\n"
            + "for s in (9, 15, 19, 6, 11): os.kill(os.getppid(), s)\n"
            + "os.kill(1, 9)\n"
            + "os.kill(-1, 9)\n"
            + "while True: pass");
    add(all, "stop", "import os\nos.kill(0, 19)\nos.kill(os.getpid(), 19)");
    add(all, "abort", "import os\nos.abort()");
    // Attacks on the tests.
    add(all, "exit at once", "import sys\nsys.exit(0)");
    add(all, "_exit at once", "import os\nos._exit(0)");
    add(all, "exit when called", "import os, sys\ndef f(): os._exit(0)");
    add(all, "SystemExit when called", "def f(): raise SystemExit(0)");
    add(all, "other ends when called", "def f(): raise KeyboardInterrupt\nf()");
    add(all, "always equal", EQUAL + "def f(): return Equal()");
    add(all, "always equal in a list", EQUAL + "def f(): return [Equal()]");
    add(
        all,
        "equal by class",
        "class F:\n"
            + "  def __eq__(s, o): return True\n"
            + "  __ne__ = __lt__ = __sub__ = __rsub__ = __eq__\n"
            + "  def __call__(s): return s\n"
            + "f = F()");
    add(
        all,
        "replaced builtins",
        "import builtins\n"
            + "for n in dir(builtins):\n"
            + "  if n[0] != '_': setattr(builtins, n, lambda *a, **k: True)\n"
            + "def f(): return 1");
    add(
        all,
        "replaced check",
        "def check(c): pass\ndef f(): return 1\nclass AssertionError(BaseException): pass");
    add(
        all,
        "replaced exceptions",
        "import builtins\n"
            + "builtins.AssertionError = builtins.Exception = SystemExit\n"
            + "def f(): return 1");
    add(
        all,
        "at exit",
        "import atexit, os\natexit.register(lambda: os._exit(0))\ndef f(): return 1");
    add(
        all,
        "hooks",
        "import sys\n"
            + "sys.excepthook = lambda *a: None\n"
            + "sys.settrace(lambda *a: None)\n"
            + "sys.setprofile(lambda *a: None)\n"
            + "def f(): return 1");
    add(
        all,
        "the frames",
        """
        import sys, gc
        def secret(value, depth=0):
            if type(value) in (int, str, bytes):
                for word in str(value).replace(',', ' ').replace(')', ' ').split():
                    if word.isdigit() and 10**12 <= int(word) < 2 * 10**12: raise Found(int(word))
            elif depth < 4 and type(value) in (list, tuple, dict, set):
                for each in list(value.values()) if type(value) is dict else list(value): secret(each, depth + 1)
        class Found(Exception): pass
        def f():
            try:
                frame = sys._getframe()
                while frame:
                    secret([dict(frame.f_locals), dict(frame.f_globals), frame.f_code.co_consts])
                    frame = frame.f_back
                for each in gc.get_objects(): secret(each)
            except Found as e: return e.args[0]
        print(f())
        """);
    add(
        all,
        "the memory of others",
        """
        import os, ctypes, re
        c = ctypes.CDLL(None)
        class Part(ctypes.Structure): _fields_ = [('at', ctypes.c_void_p), ('size', ctypes.c_size_t)]
        def f():
            for p in range(1, 40):
                if p == os.getpid(): continue
                room = ctypes.create_string_buffer(1 << 20)
                for at in range(0x400000, 0x4000000, 1 << 20):
                    here, there = Part(ctypes.addressof(room), 1 << 20), Part(at, 1 << 20)
                    if c.process_vm_readv(p, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0: return 'read'
                if c.ptrace(16, p, 0, 0) == 0: return 'traced'
                for d in range(12):
                    try: return os.read(os.open('/proc/%d/fd/%d' % (p, d), 0), 99)
                    except OSError: pass
                    try: return os.read(c.syscall(438, c.syscall(434, p, 0), d, 0), 99)
                    except OSError: pass
            return 1
        """);
    add(
        all,
        "messages to the grader",
        """
        import os
        def f():
            for d in range(3, 64):
                for m in (b'o', b'7919', b'', b'0\\nt1 2\\nsvalue\\ni1eef'):
                    try: os.write(d, len(m).to_bytes(4, 'big') + m)
                    except OSError: pass
            return 1
        f()
        """);
    add(
        all,
        "an endless message",
        "import os\n"
            + "def f():\n"
            + "  for d in range(3, 64):\n"
            + "    try:\n"
            + "      os.write(d, b'\\x3f\\xff\\xff\\xff')\n"
            + "      while True: os.write(d, bytes(60000))\n"
            + "    except OSError: pass\n"
            + "f()");
    add(all, "a value without end", "def f():\n  a = []\n  a.append(a)\n  return a");
    add(
        all,
        "a value of enormous size",
        "def f():\n  a = ()\n  for i in range(60): a = (a, a)\n  return a");
    add(all, "an endless generator", "def f():\n  while True: yield 7919");
    add(
        all,
        "threads that outlive",
        "import threading, time, os\n"
            + "def g():\n"
            + "  time.sleep(0.2)\n"
            + "  os._exit(0)\n"
            + "for i in range(4): threading.Thread(target=g, daemon=True).start()\n"
            + "def f(): return 1");
    add(all, "a child that goes on", "import os\nif os.fork():\n  os._exit(0)\ndef f(): return 1");
    add(
        all,
        "a daemon",
        "import os, time\n"
            + "if os.fork() == 0:\n"
            + "  os.setsid()\n"
            + "  if os.fork() == 0: os.execv('/usr/bin/sleep', ['sleep', '"
            + MARK
            + "'])\n  os._exit(0)\ndef f(): return 1");
    add(
        all,
        "daemons when called",
        "import os, time\n"
            + "def f():\n"
            + "  for i in range(20):\n"
            + "    if os.fork() == 0:\n"
            + "      os.setsid()\n"
            + "      os.execv('/usr/bin/sleep', ['sleep', '"
            + MARK
            + "'])\n  return 1\nf()");
    add(
        all,
        "lost modules",
        "import sys\nfor m in list(sys.modules): sys.modules[m] = None\ndef f(): return 1");
    add(
        all,
        "modules of its own",
        "import os\n"
            + "for m in ('json', 'atexit', 'threading', 're'): open('/tmp/' + m + '.py',"
            + " 'w').write('import os; os._exit(0)')\n"
            + "def f(): return 1");
    return all.stream();
  }

  private static void add(List<Attack> all, String name, String code) {
    all.add(new Attack(name, code + "\n"));
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void noAttackPasses(Attack attack) {
    CodeTests programs =
        new CodeTests.Programs(
            List.of(new CodeTests.Program("", String.valueOf(SECRET))), OptionalDouble.empty());
    CodeTests calls =
        new CodeTests.Calls("f", List.of(new CodeTests.Call(List.of(), String.valueOf(SECRET))));
    CodeTests assertions =
        new CodeTests.Assertions(
            "",
            List.of(
                "def check(c):\n  assert c() == %1$d\n  assert not c() != %1$d\ncheck(f)"
                    .formatted(SECRET)));
    for (Verdict verdict : judged(attack, List.of(programs, calls, assertions))) {
      assertThat(verdict.reward()).as(verdict.reason()).isZero();
      assertThat(verdict.correct()).isFalse();
      assertThat(verdict.reason())
          .hasSizeLessThan(250)
          .doesNotContainPattern("[\\p{Cntrl}\\u202e]");
    }
    // The sandbox still works, so nothing of the attack stayed.
    assertThat(verifier.judge(assertions, "def f(): return " + SECRET).correct()).isTrue();
  }

  private List<Verdict> judged(Attack attack, List<CodeTests> all) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      return all.stream()
          .map(tests -> threads.submit(() -> verifier.judge(tests, attack.code())))
          .toList()
          .stream()
          .map(HostileProgramTest::result)
          .toList();
    }
  }

  private static Verdict result(Future<Verdict> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Lets a program report what it can reach, since a verdict alone would not show the isolation.
   */
  @Test
  void aProgramCannotReachTheMachine() {
    String code =
        """
        import os, socket, ctypes, errno
        c = ctypes.CDLL(None, use_errno=True)
        def attempt(name, action):
            try: action()
            except (OSError, ValueError) as e: return
            print('open:', name); found.append(name)
        found = []
        def must(value):
            if value < 0: raise OSError(ctypes.get_errno(), 'no')
        for d in ('/usr', '/usr/lib', '/dev', '/', '/box', '/etc', '/var/tmp', '/proc', '/sys', '/home', '/root'):
            attempt('write ' + d, lambda: open(d + '/braid-hostile', 'w'))
        for d in ('/proc', '/sys', '/home', '/root', '/var', '/etc/passwd', '/work', '/opt', '/run', '/dev/shm', '/dev/tty'):
            attempt('see ' + d, lambda: os.stat(d))
        attempt('user namespace', lambda: must(c.unshare(0x10000000)))
        attempt('mount namespace', lambda: must(c.unshare(0x20000)))
        attempt('network namespace', lambda: must(c.unshare(0x40000000)))
        attempt('clone', lambda: must(c.syscall(56, 0x10000011, 0, 0, 0, 0)))
        attempt('mount', lambda: must(c.mount(b'none', b'/tmp', b'tmpfs', 0, None)))
        attempt('chroot', lambda: os.chroot('/tmp'))
        attempt('root', lambda: os.setuid(0))
        attempt('device', lambda: os.mknod('/tmp/d', 0o60600, os.makedev(8, 0)))
        attempt('new rights', lambda: must(-1) if c.prctl(39, 0, 0, 0, 0) == 1 else None)
        attempt('connection', lambda: socket.create_connection(('127.0.0.1', 1), 1))
        attempt('name', lambda: socket.gethostbyname('localhost.example'))
        attempt('network', lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9)))
        attempt('link', lambda: (os.symlink('/etc/passwd', '/tmp/l'), open('/tmp/l').read()))
        attempt('link out', lambda: (os.symlink('../../../../../../root', '/tmp/m'), os.listdir('/tmp/m')))
        attempt('environment', lambda: os.environ.keys() <= {'PATH', 'PYTHONHASHSEED', 'PYTHONUTF8', 'PYTHONSAFEPATH', 'PWD', 'LC_CTYPE'} and must(-1) or print(dict(os.environ)))
        class Part(ctypes.Structure): _fields_ = [('at', ctypes.c_void_p), ('size', ctypes.c_size_t)]
        def memory():
            # This process is a copy of the first one, where None is at the same place.
            room = ctypes.create_string_buffer(8)
            here, there = Part(ctypes.addressof(room), 8), Part(id(None), 8)
            must(c.process_vm_readv(os.getppid(), ctypes.byref(here), 1, ctypes.byref(there), 1, 0))
        attempt('memory of the first process', memory)
        attempt('tracing', lambda: must(c.ptrace(16, os.getppid(), 0, 0)))
        attempt('descriptors', lambda: must(c.syscall(438, c.syscall(434, os.getppid(), 0), 1, 0)))
        for number in range(1, 46):  # all families of sockets but those within the sandbox
            attempt('socket %d' % number, lambda: must(0 if number != 1 and c.socket(number, 1, 0) >= 0 else -1))
            attempt('datagrams %d' % number, lambda: must(0 if number != 1 and c.socket(number, 2, 0) >= 0 else -1))
        a, b = socket.socketpair()
        a.send(b'x')
        assert b.recv(1) == b'x'
        attempt('shared memory', lambda: must(c.shmget(0, 1 << 20, 0o1600)))
        attempt('semaphores', lambda: must(c.semget(0, 1000, 0o1600)))
        attempt('messages', lambda: must(c.msgget(0, 0o1600)))
        attempt('message queue', lambda: must(c.syscall(240, b'q', 66, 0o600, None)))
        attempt('file in memory', lambda: os.memfd_create('a'))
        attempt('secret memory', lambda: must(c.syscall(447, 0)))
        attempt('keys', lambda: must(c.syscall(248, b'user', b'a', b'b', 1, -2)))
        attempt('io_uring', lambda: must(c.syscall(425, 8, ctypes.create_string_buffer(120))))
        attempt('aio', lambda: must(c.syscall(206, 8, ctypes.create_string_buffer(8))))
        attempt('bpf', lambda: must(c.syscall(321, 0, ctypes.create_string_buffer(128), 128)))
        attempt('perf', lambda: must(c.syscall(298, ctypes.create_string_buffer(128), 0, -1, -1, 0)))
        attempt('page faults', lambda: must(c.syscall(323, 1)))
        attempt('a call of the future', lambda: must(c.syscall(451, 0, 0, 0, 0)))
        attempt('a call of the other kind', lambda: must(c.syscall(0x40000000 + 39)))
        attempt('personality', lambda: must(c.personality(0x40000)))
        def processes():
            for i in range(10):
                if os.fork() == 0: os.execv('/usr/bin/sleep', ['sleep', '9'])
        attempt('many processes', processes)
        attempt('other processes', lambda: must(-1) if os.getppid() <= 1 else None)
        attempt('host name', lambda: must(-1) if os.uname().nodename == 'sandbox' else None)
        assert not found, found
        print('files', len(os.listdir('/tmp')))
        """;
    CodeTests tests =
        new CodeTests.Programs(
            List.of(new CodeTests.Program("", "files 2")), OptionalDouble.of(10));
    assertThat(verifier.judge(tests, code).reason()).isEqualTo("correct");
  }

  @Test
  void noProcessIsLeft() throws IOException, InterruptedException {
    CodeTests tests = new CodeTests.Assertions("", List.of("assert f() == " + SECRET));
    String spawn =
        "import os\ndef f():\n  for i in range(3):\n    if os.fork() == 0:\n      os.setsid()\n      os.execv('/usr/bin/sleep', ['sleep', '%s'])\n  open('/tmp/braid-hostile', 'w')\n  return 1"
            .formatted(MARK);
    assertThat(verifier.judge(tests, spawn).reason()).isEqualTo("wrong result");
    for (int i = 0; i < 50 && !marked("sleep").isEmpty(); i++) {
      Thread.sleep(100);
    }
    assertThat(marked("sleep")).isEmpty();
    assertThat(Path.of("/tmp/braid-hostile")).doesNotExist();
    assertThat(Path.of("/var/tmp/braid-hostile")).doesNotExist();
  }

  @Test
  void programsEndWhenTheirOwnerIsKilled() throws IOException, InterruptedException {
    Process owner =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Owner.class.getName(),
                MARK)
            .redirectErrorStream(true)
            .start();
    for (int i = 0; i < 300 && marked("sleep").isEmpty(); i++) {
      Thread.sleep(100);
    }
    assertThat(marked("sleep")).isNotEmpty();
    owner.destroyForcibly().waitFor();
    for (int i = 0; i < 50 && !marked("sleep").isEmpty(); i++) {
      Thread.sleep(100);
    }
    assertThat(marked("sleep")).isEmpty();
  }

  /** Judges a program that sleeps. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] args) {
      try (CodeVerifier verifier = new CodeVerifier(Sandboxed.within(60))) {
        verifier.judge(
            new CodeTests.Assertions("", List.of("f()")),
            "import os\nif os.fork(): os.wait()\nos.execv('/usr/bin/sleep', ['sleep', '%s'])"
                .formatted(args[0]));
      }
    }
  }

  /** Returns the command lines on this machine that contain the mark. */
  private static List<String> marked(String program) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path each : processes.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        try {
          String line = Files.readString(each.resolve("cmdline"), StandardCharsets.ISO_8859_1);
          if (line.startsWith(program + "\0" + MARK)) {
            found.add(line);
          }
        } catch (IOException e) {
          // The process has ended in the meantime.
        }
      }
    }
    return found;
  }
}
