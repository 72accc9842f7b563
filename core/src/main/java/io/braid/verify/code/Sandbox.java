package io.braid.verify.code;

import io.braid.UserError;
import io.braid.verify.CodeSettings.Sandboxing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Starts Python isolated from the machine. {@code docs/sandbox.md} describes what each kind of
 * sandbox isolates.
 */
public final class Sandbox {
  private static final String NO_FILTER = "no seccomp";
  private static final int PROCESSES = 8;
  private static final long SCRATCH_BYTES = 16 << 20;
  private static final int PROBE_SECONDS = 20;

  /** First of the user ids that no system assigns (systemd's list of user ids). */
  private static final long UNUSED_USERS = 1_879_100_000L;

  private static final int SOME_USERS = 100_000_000;

  /** First of the unused user ids in containers with only 65,536 user ids. */
  private static final long FEW_UNUSED_USERS = 60_578;

  private static final int FEW_USERS = 600;

  /**
   * Prints {@code ready} and Python's version if Python is recent enough, cannot create a user
   * namespace, and the seccomp filter works, which is tested by opening a network socket.
   */
  private static final String PROBE =
      """
      import sys, os, socket
      closed = os.getpid() != 1 or system_call("unshare", 0x10000000) != 0
      enough = sys.version_info >= (3, 9) and hasattr(os, 'memfd_create')
      try:
          filter_calls(FILTER)
          socket.socket(socket.AF_INET)
          kept = False
      except OSError as refused:
          kept = refused.errno == 1
      kept = kept or not FILTER
      why = 'ready' if closed and enough and kept else 'too old' if not enough else 'not closed' if not closed else 'no seccomp'
      print(why, sys.version.split()[0])
      """;

  /** Prints Python's byte code of a source, so that later starts need not compile it. */
  private static final String COMPILE =
      """
      import binascii, marshal, sys
      code = compile(sys.stdin.read(), '<sandbox>', 'exec')
      print(binascii.b2a_base64(marshal.dumps(code), newline=False).decode())
      """;

  private static final String COMPILED =
      "import binascii, marshal; exec(marshal.loads(binascii.a2b_base64('%s')))";

  /** Longest single command-line argument on Linux, in bytes. */
  private static final int LONGEST_ARGUMENT = 128 << 10;

  private static final AtomicInteger USERS =
      new AtomicInteger((int) (ProcessHandle.current().pid() % 100_000) * 1000);

  private enum Kind {
    USER("bubblewrap in a user namespace that cannot create others"),
    ROOT("bubblewrap run by root, with setpriv to a user without rights"),
    NONE("none: programs run with your rights, under limits only");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final Kind kind;
  private final boolean root;
  private final String python;
  private String version = "";
  private boolean filtered = true;

  private Sandbox(Kind kind, boolean root, String python) {
    this.kind = kind;
    this.root = root;
    this.python = python;
  }

  /**
   * Finds a kind of sandbox that works on this machine and tests it.
   *
   * @throws UserError if none works, with what is missing
   */
  public static Sandbox find(Sandboxing wanted) {
    boolean root = isRoot();
    String python = python();
    tool("prlimit", "util-linux");
    tool("setpriv", "util-linux");
    if (wanted == Sandboxing.NONE) {
      return test(new Sandbox(Kind.NONE, root, python))
          .orElseThrow(
              why -> new UserError("python3 does not start under resource limits: " + why));
    }
    tool("bwrap", "bubblewrap");
    Attempt first = test(new Sandbox(Kind.USER, root, python));
    Attempt second =
        first.sandbox().isPresent() || !root ? first : test(new Sandbox(Kind.ROOT, true, python));
    if (second.sandbox().isEmpty() && first.why().startsWith(NO_FILTER)) {
      throw new UserError(
          "the kernel does not support system-call filters (seccomp), which the sandbox needs; run"
              + " on a kernel with CONFIG_SECCOMP_FILTER, or, if the machine is itself a sandbox,"
              + " set sandbox: none");
    }
    return second.orElseThrow(_ ->
        new UserError(
            "bubblewrap is installed but not allowed to create a sandbox (%s); allow user namespaces (run a container privileged), or, if the machine is itself a sandbox, set sandbox: none"
                .formatted(first.why())));
  }

  /** Describes the sandbox in one line. */
  public String describe() {
    return "%s, %s, Python %s"
        .formatted(
            kind.words, filtered ? "with a seccomp filter" : "without a seccomp filter", version);
  }

  /** Starts Python on a source, with pipes as its standard streams. */
  Process start(String source, int memoryMb) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(source, memoryMb));
    builder.directory(Path.of("/").toFile());
    builder.environment().clear();
    environment().forEach(pair -> builder.environment().put(pair.get(0), pair.get(1)));
    return builder.start();
  }

  private List<String> command(String source, int memoryMb) {
    // The first process holds tests and answers, so it needs more memory than an answer may use.
    String space = "--as=" + (memoryMb + 1024L) * (1 << 20);
    List<String> limits = new ArrayList<>(List.of("prlimit", "--core=0", "--nofile=64", space));
    List<String> run = List.of(python, "-s", "-S", "-B", "-c", source);
    List<String> command = new ArrayList<>();
    switch (kind) {
      case USER -> {
        if (root) {
          command.addAll(asUnusedUser());
        }
        command.addAll(bubblewrap());
        command.addAll(List.of("--unshare-user", "--disable-userns", "--"));
        limits.add("--nproc=" + PROCESSES);
      }
      case ROOT -> {
        command.addAll(bubblewrap());
        for (String right : List.of("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")) {
          command.addAll(List.of("--cap-add", right));
        }
        command.add("--");
        command.addAll(asUnusedUser());
        command.addAll(List.of("--bounding-set=-all", "--pdeathsig=KILL"));
        limits.add("--nproc=" + PROCESSES);
      }
      case NONE -> command.addAll(List.of("setpriv", "--pdeathsig=KILL"));
    }
    command.addAll(limits);
    command.addAll(run);
    return command;
  }

  /** Returns the command that switches to an unused user id, a new one each time. */
  private static List<String> asUnusedUser() {
    boolean many = knowsManyUsers();
    long user =
        (many ? UNUSED_USERS : FEW_UNUSED_USERS)
            + Math.floorMod(USERS.getAndIncrement(), many ? SOME_USERS : FEW_USERS);
    return List.of(
        "setpriv",
        "--reuid=" + user,
        "--regid=" + user,
        "--clear-groups",
        "--no-new-privs",
        "--inh-caps=-all");
  }

  /** Returns the bubblewrap command: Python and its libraries read-only, and 16 MiB to write. */
  private List<String> bubblewrap() {
    List<String> words = new ArrayList<>(List.of("bwrap"));
    for (String directory : List.of("/usr", "/etc", "/dev")) {
      words.addAll(List.of("--perms", "0755", "--dir", directory));
    }
    for (String part : List.of("bin", "lib", "lib32", "lib64")) {
      Path own = Path.of("/usr", part);
      Path top = Path.of("/", part);
      if (Files.isSymbolicLink(top)) {
        words.addAll(List.of("--symlink", "usr/" + part, "/" + part));
      } else if (Files.isDirectory(top)) {
        words.addAll(List.of("--ro-bind", "/" + part, "/" + part));
      }
      if (Files.isDirectory(own)) {
        words.addAll(List.of("--ro-bind", own.toString(), own.toString()));
      }
    }
    if (python.startsWith("/usr/local/")) {
      words.addAll(List.of("--ro-bind", "/usr/local", "/usr/local"));
    }
    words.addAll(List.of("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"));
    for (String device : List.of("/dev/null", "/dev/zero", "/dev/urandom")) {
      words.addAll(List.of("--dev-bind", device, device));
    }
    words.addAll(List.of("--size", String.valueOf(SCRATCH_BYTES), "--perms", "1777"));
    words.addAll(List.of("--tmpfs", "/tmp", "--remount-ro", "/", "--chdir", "/tmp"));
    words.addAll(List.of("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"));
    words.addAll(List.of("--unshare-cgroup-try", "--hostname", "sandbox", "--as-pid-1"));
    words.addAll(List.of("--die-with-parent", "--new-session", "--clearenv"));
    for (List<String> pair : environment()) {
      words.addAll(List.of("--setenv", pair.get(0), pair.get(1)));
    }
    return words;
  }

  /** Sets UTF-8 text and a fixed hash seed. */
  private static List<List<String>> environment() {
    return List.of(
        List.of("PATH", "/usr/bin:/bin"),
        List.of("PYTHONHASHSEED", "0"),
        List.of("PYTHONUTF8", "1"),
        List.of("PYTHONSAFEPATH", "1"));
  }

  private record Attempt(Optional<Sandbox> sandbox, String why) {
    Sandbox orElseThrow(Function<String, UserError> error) {
      return sandbox.orElseThrow(() -> error.apply(why));
    }
  }

  private static Attempt test(Sandbox sandbox) {
    try {
      String[] words = sandbox.output(sandbox.filter() + PROBE, "").strip().split(" ");
      if (words.length == 2 && words[0].equals("ready")) {
        sandbox.version = words[1];
        return new Attempt(Optional.of(sandbox), "");
      }
      if (sandbox.kind == Kind.NONE
          && String.join(" ", words).startsWith(NO_FILTER)
          && sandbox.filtered) {
        sandbox.filtered = false;
        return test(sandbox);
      }
      return new Attempt(Optional.empty(), Reasons.plain(String.join(" ", words)));
    } catch (IOException e) {
      return new Attempt(Optional.empty(), Reasons.plain(String.valueOf(e.getMessage())));
    }
  }

  /** Returns the Python source that applies the seccomp filter to a process. */
  String filter() {
    return "%s\nFILTER = bytes.fromhex('%s')\n"
        .formatted(resource("filter.py"), filtered ? SystemCalls.filter() : "");
  }

  /** Returns a Python source from the class path. */
  static String resource(String name) {
    try (InputStream file = Sandbox.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compiles source code, which saves 7 ms per start, a quarter of the time a sandbox takes. */
  String compiled(String source) {
    try {
      return COMPILED.formatted(output(COMPILE, source).strip());
    } catch (IOException e) {
      throw new UserError("the sandbox does not start: " + e.getMessage(), e);
    }
  }

  /**
   * Runs a piece of Braid's own Python source and returns its output. On failure, throws an
   * exception with its error output.
   */
  private String output(String source, String input) throws IOException {
    Process process = start(source, 64);
    try (InputStream said = process.getInputStream();
        InputStream trouble = process.getErrorStream()) {
      try (OutputStream read = process.getOutputStream()) {
        read.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // Python did not start; its error output is read below.
      }
      String text = text(said, LONGEST_ARGUMENT);
      String why = text(trouble, 1000);
      if (!process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException(Reasons.plain(why));
      }
      return text;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while trying the sandbox", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(InputStream stream, int most) throws IOException {
    return new String(stream.readNBytes(most), StandardCharsets.UTF_8);
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static boolean knowsManyUsers() {
    try {
      String[] words = Files.readString(Path.of("/proc/self/uid_map")).strip().split("\\s+");
      return words.length == 3 && Long.parseLong(words[2]) >= UNUSED_USERS + SOME_USERS;
    } catch (IOException e) {
      return false;
    }
  }

  private static String python() {
    for (String path : List.of("/usr/bin/python3", "/usr/local/bin/python3")) {
      if (Files.isExecutable(Path.of(path))) {
        return path;
      }
    }
    throw new UserError(
        "/usr/bin/python3, which runs the programs, is missing: apt-get install python3");
  }

  private static void tool(String name, String debianPackage) {
    for (String directory : List.of("/usr/bin", "/bin")) {
      if (Files.isExecutable(Path.of(directory, name))) {
        return;
      }
    }
    String system = System.getProperty("os.name", "?").toLowerCase(Locale.ROOT);
    throw new UserError(
        "the sandbox for programs needs %s, which is missing: apt-get install %s%s; or, if the machine is itself a sandbox, set sandbox: none"
            .formatted(name, debianPackage, system.contains("linux") ? "" : " (Linux only)"));
  }
}
