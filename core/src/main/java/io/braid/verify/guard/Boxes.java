package io.braid.verify.guard;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Trips on too few closed TeX boxes, or on too many that were begun.
 *
 * @param fewest {@code \boxed} with its braces closed
 * @param most {@code \boxed}, closed or not
 */
public record Boxes(
    @Doc("Closed boxes.") @Default("0") int fewest,
    @Doc("Boxes, closed or not.") @Default("4") int most)
    implements Guard {
  private static final String BOX = "\\boxed";

  /** Checks the numbers. */
  public Boxes {
    if (fewest < 0 || most < fewest) {
      throw new SettingError("most", "must be at least fewest, and both 0 or more");
    }
  }

  @Override
  public Optional<String> complaint(String response, boolean finished) {
    int begun = 0;
    for (int at = response.indexOf(BOX); at >= 0; at = response.indexOf(BOX, at + 1)) {
      begun++;
    }
    if (begun > most) {
      return Optional.of(begun + " boxes");
    }
    return closed(response) < fewest ? Optional.of("too few closed boxes") : Optional.empty();
  }

  /** How many boxes are closed, in one pass. Braces with a backslash before them do not count. */
  public static int closed(String text) {
    Deque<Boolean> open = new ArrayDeque<>(); // whether each open brace is a box's
    int closed = 0;
    for (int i = 0; i < text.length(); i++) {
      switch (text.charAt(i)) {
        case '\\' -> {
          if (text.startsWith(BOX + "{", i)) {
            open.push(true);
            i += BOX.length();
          } else {
            i++;
          }
        }
        case '{' -> open.push(false);
        case '}' -> {
          if (!open.isEmpty() && open.pop()) {
            closed++;
          }
        }
        default -> {}
      }
    }
    return closed;
  }
}
