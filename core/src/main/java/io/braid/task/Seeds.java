package io.braid.task;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;

/** Numbers that depend on a key and on nothing else. */
final class Seeds {
  private Seeds() {}

  /** A well-mixed hash of a text, the same on every machine and in every version. */
  static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** A generator whose numbers for one key do not depend on what was drawn for others. */
  static Random keyed(long seed, String key) {
    return new Random(hash(seed + "/" + key));
  }
}
