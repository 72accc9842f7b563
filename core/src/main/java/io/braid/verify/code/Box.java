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
 * How Python is started so that it cannot reach the machine. What each kind keeps out is in {@code
 * docs/sandbox.md}.
 */
public final class Box {
  private static final String NO_FILTER = "no seccomp";
  private static final int PROCESSES = 8;
  private static final long SCRATCH_BYTES = 16 << 20;
  private static final int PROBE_SECONDS = 20;

  /** Numbers that no system gives to its users or services (systemd's list of user numbers). */
  private static final long UNUSED_USERS = 1_879_100_000L;

  private static final int SOME_USERS = 100_000_000;

  /** For containers that know 65,536 users only: the part of them that systemd leaves free. */
  private static final long FEW_UNUSED_USERS = 60_578;

  private static final int FEW_USERS = 600;

  /**
   * Says its version if it has what is needed, cannot make a user namespace, and keeps the filter
   * of system calls: under it there is no socket of the network.
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

  /** Prints what Python makes of a source, to be taken up again without reading it. */
  private static final String COMPILE =
      """
      import binascii, marshal, sys
      code = compile(sys.stdin.read(), '<box>', 'exec')
      print(binascii.b2a_base64(marshal.dumps(code), newline=False).decode())
      """;

  private static final String COMPILED =
      "import binascii, marshal; exec(marshal.loads(binascii.a2b_base64('%s')))";

  /** What Linux takes as one argument. */
  private static final int LONGEST_ARGUMENT = 128 << 10;

  private static final AtomicInteger USERS =
      new AtomicInteger((int) (ProcessHandle.current().pid() % 100_000) * 1000);

  private enum Kind {
    USER("bubblewrap in a user namespace that can make no other"),
    ROOT("bubblewrap by root, and setpriv to a user without rights"),
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

  private Box(Kind kind, boolean root, String python) {
    this.kind = kind;
    this.root = root;
    this.python = python;
  }

  /**
   * The box that works on this machine, tried out.
   *
   * @throws UserError when none does, with what is missing
   */
  public static Box find(Sandboxing wanted) {
    boolean root = isRoot();
    String python = python();
    tool("prlimit", "util-linux");
    tool("setpriv", "util-linux");
    if (wanted == Sandboxing.NONE) {
      return tried(new Box(Kind.NONE, root, python))
          .orElseThrow(why -> new UserError("python3 does not start under limits: " + why));
    }
    tool("bwrap", "bubblewrap");
    Attempt first = tried(new Box(Kind.USER, root, python));
    Attempt second =
        first.box().isPresent() || !root ? first : tried(new Box(Kind.ROOT, true, python));
    if (second.box().isEmpty() && first.why().startsWith(NO_FILTER)) {
      throw new UserError(
          "the kernel takes no filter of system calls (seccomp), which the sandbox needs; run on"
              + " one that has CONFIG_SECCOMP_FILTER, or, where the machine is itself a sandbox,"
              + " set sandbox: none");
    }
    return second.orElseThrow(_ ->
        new UserError(
            "bubblewrap is here but may not make a box (%s); allow user namespaces (in a container: run it privileged), or, where the machine is itself a sandbox, set sandbox: none"
                .formatted(first.why())));
  }

  /** What it is, in one line. */
  public String describe() {
    return "%s, %s of system calls, Python %s"
        .formatted(kind.words, filtered ? "a filter" : "no filter", version);
  }

  /** Starts Python on a source; its standard streams are pipes. */
  Process start(String source, int memoryMb) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(source, memoryMb));
    builder.directory(Path.of("/").toFile());
    builder.environment().clear();
    environment().forEach(pair -> builder.environment().put(pair.get(0), pair.get(1)));
    return builder.start();
  }

  private List<String> command(String source, int memoryMb) {
    // The first process reads tests and holds answers: more than what the answer itself may have.
    String space = "--as=" + (memoryMb + 1024L) * (1 << 20);
    List<String> limits = new ArrayList<>(List.of("prlimit", "--core=0", "--nofile=64", space));
    List<String> run = List.of(python, "-s", "-S", "-B", "-c", source);
    List<String> command = new ArrayList<>();
    switch (kind) {
      case USER -> {
        if (root) {
          command.addAll(dropped());
        }
        command.addAll(walls());
        command.addAll(List.of("--unshare-user", "--disable-userns", "--"));
        limits.add("--nproc=" + PROCESSES);
      }
      case ROOT -> {
        command.addAll(walls());
        for (String right : List.of("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")) {
          command.addAll(List.of("--cap-add", right));
        }
        command.add("--");
        command.addAll(dropped());
        command.addAll(List.of("--bounding-set=-all", "--pdeathsig=KILL"));
        limits.add("--nproc=" + PROCESSES);
      }
      case NONE -> command.addAll(List.of("setpriv", "--pdeathsig=KILL"));
    }
    command.addAll(limits);
    command.addAll(run);
    return command;
  }

  /** As a user that nobody is, a new one each time. */
  private static List<String> dropped() {
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

  /** Python and its libraries to read, 16 MiB to write, and nothing else. */
  private List<String> walls() {
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
    words.addAll(List.of("--unshare-cgroup-try", "--hostname", "box", "--as-pid-1"));
    words.addAll(List.of("--die-with-parent", "--new-session", "--clearenv"));
    for (List<String> pair : environment()) {
      words.addAll(List.of("--setenv", pair.get(0), pair.get(1)));
    }
    return words;
  }

  /** Texts are UTF-8 and hashes are the same each time. */
  private static List<List<String>> environment() {
    return List.of(
        List.of("PATH", "/usr/bin:/bin"),
        List.of("PYTHONHASHSEED", "0"),
        List.of("PYTHONUTF8", "1"),
        List.of("PYTHONSAFEPATH", "1"));
  }

  private record Attempt(Optional<Box> box, String why) {
    Box orElseThrow(Function<String, UserError> error) {
      return box.orElseThrow(() -> error.apply(why));
    }
  }

  private static Attempt tried(Box box) {
    try {
      String[] words = box.output(box.filter() + PROBE, "").strip().split(" ");
      if (words.length == 2 && words[0].equals("ready")) {
        box.version = words[1];
        return new Attempt(Optional.of(box), "");
      }
      if (box.kind == Kind.NONE && String.join(" ", words).startsWith(NO_FILTER) && box.filtered) {
        box.filtered = false;
        return tried(box);
      }
      return new Attempt(Optional.empty(), Reasons.plain(String.join(" ", words)));
    } catch (IOException e) {
      return new Attempt(Optional.empty(), Reasons.plain(String.valueOf(e.getMessage())));
    }
  }

  /** What puts an answer's process under the filter of system calls. */
  String filter() {
    return "%s\nFILTER = bytes.fromhex('%s')\n"
        .formatted(resource("filter.py"), filtered ? SystemCalls.filter() : "");
  }

  /** A source in Python. */
  static String resource(String name) {
    try (InputStream file = Box.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same source, compiled: it starts 7 ms sooner, which is a quarter of a box's time. */
  String compiled(String source) {
    try {
      return COMPILED.formatted(output(COMPILE, source).strip());
    } catch (IOException e) {
      throw new UserError("the sandbox does not start: " + e.getMessage(), e);
    }
  }

  /** What Python prints, of our own sources; what goes wrong is the exception's message. */
  private String output(String source, String input) throws IOException {
    Process process = start(source, 64);
    try (InputStream said = process.getInputStream();
        InputStream trouble = process.getErrorStream()) {
      try (OutputStream read = process.getOutputStream()) {
        read.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It does not start: what it says about that is below.
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
        "programs are Python, and /usr/bin/python3 is not here: apt-get install python3");
  }

  private static void tool(String name, String parcel) {
    for (String directory : List.of("/usr/bin", "/bin")) {
      if (Files.isExecutable(Path.of(directory, name))) {
        return;
      }
    }
    String system = System.getProperty("os.name", "?").toLowerCase(Locale.ROOT);
    throw new UserError(
        "programs run in a sandbox that needs %s, which is not here: apt-get install %s%s; or, where the machine is itself a sandbox, set sandbox: none"
            .formatted(name, parcel, system.contains("linux") ? "" : " (Linux only)"));
  }
}
