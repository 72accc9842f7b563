package io.braid.task.layout;

import io.braid.checkpoint.PickledText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.zip.InflaterInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Unpacks JSON stored in a string, either as plain text or as a pickled string that is compressed
 * with zlib and encoded in base64 (LiveCodeBench). The pickle is read as data; no code is run.
 */
final class PackedTests {
  /** Largest unpacked size of the tests of a problem, in bytes; the largest known are 100 MB. */
  static final int LARGEST = 256 << 20;

  private static final JsonMapper MAPPER =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(LARGEST).build())
              .build());

  private PackedTests() {}

  /** Returns the JSON in a string; any other value is returned unchanged. */
  static JsonNode unpacked(JsonNode value) throws UnreadableTests {
    if (!value.isString()) {
      return value;
    }
    String text = value.stringValue().strip();
    if (text.isEmpty()) {
      throw new UnreadableTests("no tests");
    }
    boolean json = "[{\"".indexOf(text.charAt(0)) >= 0;
    return parsed(json ? text : unpickled(text));
  }

  private static JsonNode parsed(String json) throws UnreadableTests {
    try {
      return MAPPER.readTree(json);
    } catch (JacksonException e) {
      throw new UnreadableTests("tests that are malformed JSON");
    }
  }

  private static String unpickled(String base64) throws UnreadableTests {
    try (InflaterInputStream in =
        new InflaterInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(base64)))) {
      byte[] pickle = in.readNBytes(LARGEST + 1);
      if (pickle.length > LARGEST) {
        throw new UnreadableTests("tests of more than %d MiB".formatted(LARGEST >> 20));
      }
      return PickledText.read(pickle);
    } catch (IllegalArgumentException | IOException e) {
      throw new UnreadableTests("tests that are neither JSON nor packed JSON");
    }
  }
}
