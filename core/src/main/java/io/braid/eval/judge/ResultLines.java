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
 * A file of results with one JSON object per line. Results are appended as they arrive, so that
 * interrupted work resumes where it stopped. Each line has a {@code key}, which identifies its
 * input. A last line without a line end was left by a killed process and is removed. Several
 * threads may look up results while one thread adds results.
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
   * Opens the file and reads its results; creates the file if it does not exist.
   *
   * @throws UserError if the file cannot be written or one of its lines is not a result
   */
  static ResultLines open(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() == null) {
          throw new UserError(file + ": another process is writing this file; wait until it ends");
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
      throw notAResult(
          number); // not a truncated result: this is some other file, which must not be truncated
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
      throw notAResult(number);
    }
    throw notAResult(number);
  }

  private UserError notAResult(int number) {
    return new UserError(
        "%s:%d: not a result; remove the line, or write to another file with --out"
            .formatted(file, number));
  }

  /** Returns the result for a key, if the file contains one. */
  Optional<JsonNode> get(String key) {
    return Optional.ofNullable(lines.get(key));
  }

  /**
   * Appends a result.
   *
   * @throws UserError if the file cannot be written
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
