package io.braid.eval.judge;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file of results, one JSON object a line, which grows as they come, so that work that was broken
 * off goes on where it stopped. A line has a {@code key}, which says what it is the result of. A
 * last line without its end is from a writer that was killed, and is removed. Several threads may
 * look results up while one adds them.
 */
final class ResultLines implements AutoCloseable {
  private static final String KEY = "key";

  private final Path file;
  private final FileChannel channel;
  private final Map<String, ObjectNode> lines = new ConcurrentHashMap<>();

  private ResultLines(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens the file and reads what it holds; makes it if it is not there.
   *
   * @throws UserError when it cannot be written, or a line of it is no result
   */
  static ResultLines open(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() == null) {
          throw new UserError(file + ": another process writes it; wait for it to end");
        }
        ResultLines results = new ResultLines(file, channel);
        results.load();
        return results;
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private void load() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int from = 0;
    int number = 1;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        read(new String(bytes, from, i - from, StandardCharsets.UTF_8), number++);
        from = i + 1;
      }
    }
    if (from < bytes.length && bytes[from] != '{') {
      throw notOne(number); // never part of a result: some other file, which is not to be cut
    }
    channel.truncate(from);
    channel.position(from);
  }

  private void read(String line, int number) {
    try {
      if (JsonMapper.shared().readTree(line) instanceof ObjectNode node
          && node.path(KEY).isString()) {
        lines.put(node.path(KEY).stringValue(), node);
        return;
      }
    } catch (JacksonException e) {
      throw notOne(number);
    }
    throw notOne(number);
  }

  private UserError notOne(int number) {
    return new UserError(
        "%s:%d: not a result; remove the line, or write to another file with --out"
            .formatted(file, number));
  }

  /** The result of a key, if it is there already. */
  Optional<JsonNode> get(String key) {
    return Optional.ofNullable(lines.get(key));
  }

  /**
   * Adds a result behind all others.
   *
   * @throws UserError if the disk refuses
   */
  void add(String key, ObjectNode result) {
    result.put(KEY, key);
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(
              (JsonMapper.shared().writeValueAsString(result) + "\n")
                  .getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
    lines.put(key, result);
  }

  private static UserError unwritable(Path file, IOException e) {
    return FileError.writing(file, e);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }
}
