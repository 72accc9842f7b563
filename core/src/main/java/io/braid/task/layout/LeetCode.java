package io.braid.task.layout;

import io.braid.task.CodeTests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The names that LeetCode provides without imports: much of Python's standard library, linked lists
 * and trees, and helpers that build and compare them in tests.
 */
final class LeetCode {
  private static final String PRELUDE = prelude();

  private LeetCode() {}

  /**
   * Creates a test from Python code that checks a class {@code Solution} and raises an exception if
   * the class is wrong.
   */
  static CodeTests checkedBy(String code) {
    return new CodeTests.Assertions(PRELUDE, List.of(code));
  }

  private static String prelude() {
    try (InputStream file = LeetCode.class.getResourceAsStream("leetcode_prelude.py")) {
      if (file == null) {
        throw new IllegalStateException("leetcode_prelude.py is not on the class path");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
