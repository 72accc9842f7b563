package io.braid.verify.guard;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import java.util.Optional;
import java.util.StringTokenizer;

/**
 * Trips on responses that are too short or too long.
 *
 * @param unit unit in which the length is counted
 * @param minLength lowest allowed length
 * @param maxLength highest allowed length; unlimited if absent
 */
public record Length(
    @Doc("Unit in which the length is counted.") @Default("characters") Unit unit,
    @Doc("Lowest allowed length.") @Default("0") int minLength,
    @Doc("Highest allowed length; without it, unlimited.") Optional<Integer> maxLength)
    implements Guard {
  /** The unit of a length. */
  public enum Unit {
    /** Unicode code points. */
    CHARACTERS,
    /** Words, separated by white space. */
    WORDS
  }

  /** Checks the numbers. */
  public Length {
    Check.atLeast("min_length", minLength, 0);
    if (maxLength.isPresent() && maxLength.get() < minLength) {
      throw new SettingError("max_length", "must be at least min_length, %d".formatted(minLength));
    }
  }

  @Override
  public Optional<String> complaint(String response, boolean finished) {
    int length =
        switch (unit) {
          case CHARACTERS -> response.codePointCount(0, response.length());
          case WORDS -> new StringTokenizer(response).countTokens();
        };
    if (length < minLength) {
      return Optional.of("too short");
    }
    return maxLength.isPresent() && length > maxLength.get()
        ? Optional.of("too long")
        : Optional.empty();
  }
}
