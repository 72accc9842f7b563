package io.braid.checkpoint;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Reads untrusted files of a model directory. A file must be a regular file of a plausible size; a
 * JSON file must also have no duplicate keys and no integer of more than 64 bits.
 */
public final class JsonFile {
  /** Size limit in bytes; the largest published {@code tokenizer.json} files have about 35 MB. */
  private static final long LARGEST = 256_000_000L;

  /** Accepts Infinity and NaN, which Python writes and reads. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

  private JsonFile() {}

  /**
   * Returns whether a file exists.
   *
   * @throws UserError if the path is not a regular file but a directory, a pipe or a device
   */
  public static boolean isThere(Path file) {
    if (Files.isRegularFile(file)) {
      return true;
    }
    if (Files.exists(file)) {
      throw new UserError(
          "%s: is %s, not a file; replace it by the model's file, or remove it"
              .formatted(file, Files.isDirectory(file) ? "a directory" : "a pipe or a device"));
    }
    return false;
  }

  /**
   * Reads the bytes of a file.
   *
   * @throws UserError if it is missing, not a regular file, too large or unreadable
   */
  public static byte[] bytes(Path file) {
    if (!isThere(file)) {
      throw new UserError(file + ": no such file");
    }
    try {
      if (Files.size(file) > LARGEST) {
        throw new UserError(file + ": is too large for a file of this name; download it again");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }

  /**
   * Reads the text of a file.
   *
   * @throws UserError as {@link #bytes}, or if it is not UTF-8
   */
  public static String text(Path file) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(file))).toString();
    } catch (CharacterCodingException e) {
      throw new UserError(file + ": is not UTF-8 text; download it again", e);
    }
  }

  /**
   * Reads a file as JSON.
   *
   * @throws UserError as {@link #text}, or if the JSON is invalid, naming the line or the key
   */
  public static JsonNode read(Path file) {
    return parse(file, text(file));
  }

  /** Reads a file as JSON; returns a missing node if there is no such file. */
  public static JsonNode readIfThere(Path file) {
    return isThere(file) ? read(file) : MissingNode.getInstance();
  }

  /**
   * Parses a string as JSON.
   *
   * @param file the source of the text, for error messages
   */
  public static JsonNode parse(Path file, String text) {
    if (text.isBlank()) {
      throw new UserError(file + ": is empty; copy or download it again");
    }
    try {
      try (JsonParser parser = JSON.createParser(text)) {
        check(parser, file);
      }
      return JSON.readTree(text);
    } catch (StreamConstraintsException e) {
      throw new UserError(
          "%s%s: cannot be parsed as JSON: it is nested too deeply, or a number or a name in it is too long"
              .formatted(file, line(e)),
          e);
    } catch (JacksonException e) {
      throw new UserError(
          "%s%s: is not JSON (%s)".formatted(file, line(e), e.getOriginalMessage()), e);
    }
  }

  private static String line(JacksonException e) {
    return Optional.ofNullable(e.getLocation()).map(at -> ":" + at.getLineNr()).orElse("");
  }

  private static void check(JsonParser parser, Path file) {
    Deque<Set<String>> keys = new ArrayDeque<>();
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      switch (token) {
        case START_OBJECT -> keys.push(new HashSet<>());
        case END_OBJECT -> keys.pop();
        case PROPERTY_NAME -> {
          if (!keys.element().add(parser.currentName())) {
            throw new UserError(
                "%s:%d: the key %s appears twice; keep one of them"
                    .formatted(file, parser.currentTokenLocation().getLineNr(), path(parser)));
          }
        }
        case VALUE_NUMBER_INT -> {
          if (parser.getStringLength() > 18 && isTooLarge(parser.getString())) {
            throw new UserError(
                "%s:%d: %s is an integer of more than 64 bits"
                    .formatted(file, parser.currentTokenLocation().getLineNr(), path(parser)));
          }
        }
        default -> {}
      }
    }
  }

  private static boolean isTooLarge(String number) {
    BigInteger value = new BigInteger(number);
    return value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0;
  }

  /** Returns the path of the parser's position, such as {@code rope_scaling.factor}. */
  private static String path(JsonParser parser) {
    StringBuilder path = new StringBuilder();
    TokenStreamContext at = parser.streamReadContext();
    while (at != null && !at.inRoot()) {
      String part = at.inArray() ? "[" + at.getCurrentIndex() + "]" : "." + at.currentName();
      path.insert(0, part.length() > 100 ? part.substring(0, 100) + "…" : part);
      at = at.getParent();
    }
    return path.isEmpty() ? "the number" : path.substring(path.charAt(0) == '.' ? 1 : 0);
  }
}
