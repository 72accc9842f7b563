package io.braid.verify.guard;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.Optional;

/**
 * Trips if too many characters are unexpected. White space around the response is ignored.
 *
 * @param expected set of expected characters
 * @param maxRatio highest allowed fraction of unexpected characters, between 0 and 1
 */
public record Garbling(
    @Doc("english: ASCII, white space, mathematical operators; unicode: assigned characters.")
        @Default("unicode")
        Expected expected,
    @Doc("Highest allowed fraction of unexpected characters.") @Default("0.3") double maxRatio)
    implements Guard {
  /** A set of expected characters. */
  public enum Expected {
    /** ASCII, white space, and the block of mathematical operators, U+2200 to U+22FF. */
    ENGLISH,
    /** All except control, unassigned, private-use and replacement characters. */
    UNICODE
  }

  /** Checks the fraction. */
  public Garbling {
    Check.between("max_ratio", maxRatio, 0, 1);
  }

  @Override
  public Optional<String> complaint(String response, boolean finished) {
    int[] all = response.strip().codePoints().toArray();
    long other = 0;
    for (int each : all) {
      other += isSpace(each) || isExpected(each) ? 0 : 1;
    }
    return all.length > 0 && other / (double) all.length > maxRatio
        ? Optional.of("garbled")
        : Optional.empty();
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  private boolean isExpected(int c) {
    return switch (expected) {
      case ENGLISH -> (c > ' ' && c < 0x7F) || (c >= 0x2200 && c <= 0x22FF);
      case UNICODE ->
          c != 0xFFFD
              && switch (Character.getType(c)) {
                case Character.CONTROL,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE,
                    Character.SURROGATE ->
                    false;
                default -> true;
              };
    };
  }
}
