package io.braid.run;

import io.braid.FileError;
import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import io.braid.checkpoint.Checkpoints;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The directory of a run, locked by one process at a time.
 *
 * <pre>
 * recipe.yaml              the resolved recipe
 * metrics.jsonl            one line per step
 * samples/step-000100.jsonl
 * unknown.jsonl            responses that could not be judged, if any
 * tensorboard/             event files
 * mlflow.json              the run's copy on a tracking server, if there is one
 * checkpoints/step-000100/
 * evaluations/step-000100/ responses and results of an evaluation during the run
 * best/                    the best model so far, if the run evaluates
 * summary.json, report.html
 * </pre>
 */
public final class RunDirectory implements AutoCloseable {
  static final String SAMPLES = "samples";

  private static final String LOCK = ".lock";

  /**
   * The directories that this process has locked. Lock files alone are not enough: closing any
   * handle of a file releases all POSIX locks of the process on it, so a second attempt would
   * release the lock of the first.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final List<Path> made; // directories that this object created, the innermost first
  private final Path identity;
  private final FileChannel lock;

  private RunDirectory(Path root, List<Path> made, Path identity, FileChannel lock) {
    this.root = root;
    this.made = made;
    this.identity = identity;
    this.lock = lock;
  }

  /**
   * Locks a directory for this process.
   *
   * @param root created if missing
   * @param resume whether to continue the run in it; otherwise it must be empty
   * @throws UserError if it contains a run and {@code resume} is false, contains none and {@code
   *     resume} is true, or is locked
   */
  public static RunDirectory create(Path root, boolean resume) {
    try {
      if (Files.exists(root) && !Files.isDirectory(root)) {
        throw new UserError(root + ": is a file; give another --out");
      }
      boolean empty = isEmpty(root);
      if (resume && empty) {
        throw new UserError(root + ": no run to resume here; check --out, or omit --resume");
      }
      if (!resume && !empty) {
        throw new UserError(
            root + ": is not empty; continue its run with --resume, or give another --out");
      }
      List<Path> made = missing(root);
      Files.createDirectories(root);
      Path identity = root.toRealPath();
      if (!HELD.add(identity)) {
        throw inUse(root, "this process");
      }
      try {
        return new RunDirectory(root, made, identity, lock(root));
      } catch (IOException | RuntimeException e) {
        HELD.remove(identity);
        throw e;
      }
    } catch (IOException e) {
      throw FileError.cannotBe("used", root, e);
    }
  }

  /** Returns the directories that do not exist yet, the innermost first. */
  private static List<Path> missing(Path root) {
    List<Path> missing = new ArrayList<>();
    for (Path each = root.toAbsolutePath();
        each != null && !Files.exists(each);
        each = each.getParent()) {
      missing.add(each);
    }
    return missing;
  }

  /** Removes the directories that this object created, as far as nothing is in them. */
  private void removeEmpty() throws IOException {
    try {
      for (Path each : made) {
        Files.deleteIfExists(each);
      }
    } catch (DirectoryNotEmptyException _) {
      // another run has begun in a parent
    }
  }

  /** Returns whether a directory is missing or holds nothing but a lock file. */
  public static boolean isEmpty(Path root) throws IOException {
    if (!Files.exists(root)) {
      return true;
    }
    try (Stream<Path> files = Files.list(root)) {
      return files.allMatch(file -> file.endsWith(LOCK));
    }
  }

  /**
   * Locks the directory. The system releases the lock when the process ends for any reason; the
   * file remains.
   */
  private static FileChannel lock(Path root) throws IOException {
    Path file = root.resolve(LOCK);
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw inUse(root, "process " + Files.readString(file).strip());
    }
    channel.truncate(0);
    AtomicFile.writeAll(
        channel, (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.UTF_8));
    return channel;
  }

  private static UserError inUse(Path root, String by) {
    return new UserError(root + ": in use by " + by + "; stop it or give another --out");
  }

  /** Returns the directory itself. */
  public Path root() {
    return root;
  }

  /** Returns the resolved recipe. */
  public Path recipe() {
    return root.resolve("recipe.yaml");
  }

  /** Returns the metrics: one JSON object per step. */
  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  /** Returns the samples of one step, see {@link Samples}. */
  public Path samples(long step) {
    return samples().resolve(name(step) + ".jsonl");
  }

  Path samples() {
    return root.resolve(SAMPLES);
  }

  /** Returns the directory of the TensorBoard event files. */
  public Path tensorBoard() {
    return root.resolve("tensorboard");
  }

  /** Returns the directory of all checkpoints. */
  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /** Returns the directory of the checkpoint after one step. */
  public Path checkpoint(long step) {
    return checkpoints().resolve(name(step));
  }

  /** Returns the directory of the evaluation after one step. */
  public Path evaluation(long step) {
    return evaluations().resolve(name(step));
  }

  /** Returns the directory of all evaluations during the run. */
  public Path evaluations() {
    return root.resolve("evaluations");
  }

  /** Returns the directory of the best model so far. */
  public Path best() {
    return root.resolve("best");
  }

  /** Returns the results of the run, as JSON. */
  public Path summary() {
    return root.resolve("summary.json");
  }

  /** Returns the report of the run, as HTML. */
  public Path report() {
    return root.resolve("report.html");
  }

  static String name(long step) {
    return Checkpoints.name(step);
  }

  /**
   * Releases the directory. If nothing was written to it, it is removed again: a run that could not
   * begin leaves nothing behind.
   */
  @Override
  public void close() {
    if (!lock.isOpen()) {
      return;
    }
    try {
      if (isEmpty(root)) {
        Files.deleteIfExists(root.resolve(LOCK));
        removeEmpty();
      }
      lock.close();
    } catch (IOException e) {
      throw FileError.cannotBe("unlocked", root, e);
    } finally {
      HELD.remove(identity);
    }
  }
}
