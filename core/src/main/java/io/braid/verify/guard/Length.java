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
 * @param fewest lowest allowed length
 * @param most highest allowed length; unlimited if absent
 */
public record Length(
    @Doc("Unit in which the length is counted.") @Default("characters") Unit unit,
    @Doc("Lowest allowed length.") @Default("0") int fewest,
    @Doc("Highest allowed length; without it, unlimited.") Optional<Integer> most)
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
    Check.atLeast("fewest", fewest, 0);
    if (most.isPresent() && most.get() < fewest) {
      throw new SettingError("most", "must be at least fewest, %d".formatted(fewest));
    }
  }

  @Override
  public Optional<String> complaint(String response, boolean finished) {
    int length =
        switch (unit) {
          case CHARACTERS -> response.codePointCount(0, response.length());
          case WORDS -> new StringTokenizer(response).countTokens();
        };
    if (length < fewest) {
      return Optional.of("too short");
    }
    return most.isPresent() && length > most.get() ? Optional.of("too long") : Optional.empty();
  }
}
