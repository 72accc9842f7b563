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
 * @param unit what is counted
 * @param fewest at least so many
 * @param most at most so many; any number when absent
 */
public record Length(
    @Default("characters") Unit unit,
    @Doc("At least so many.") @Default("0") int fewest,
    @Doc("At most so many.") Optional<Integer> most)
    implements Guard {
  /** What a length is counted in. */
  public enum Unit {
    /** Unicode code points. */
    CHARACTERS,
    /** What white space separates. */
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
