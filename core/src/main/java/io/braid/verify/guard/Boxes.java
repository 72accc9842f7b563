package io.braid.verify.guard;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Trips on too few closed {@code \boxed{}} or too many {@code \boxed}, closed or not.
 *
 * @param minBoxes lowest allowed number of {@code \boxed{}} with closed braces
 * @param maxBoxes highest allowed number of {@code \boxed}, closed or not
 */
public record Boxes(
    @Doc("Lowest allowed number of closed \\boxed{}.") @Default("0") int minBoxes,
    @Doc("Highest allowed number of \\boxed, closed or not.") @Default("4") int maxBoxes)
    implements Guard {
  private static final String BOX = "\\boxed";

  /** Checks the numbers. */
  public Boxes {
    if (minBoxes < 0 || maxBoxes < minBoxes) {
      throw new SettingError("max_boxes", "must be at least min_boxes, and both must be 0 or more");
    }
  }

  @Override
  public Optional<String> complaint(String response, boolean finished) {
    int begun = 0;
    for (int at = response.indexOf(BOX); at >= 0; at = response.indexOf(BOX, at + 1)) {
      begun++;
    }
    if (begun > maxBoxes) {
      return Optional.of(begun + " boxes");
    }
    return closed(response) < minBoxes ? Optional.of("too few closed boxes") : Optional.empty();
  }

  /** Counts the closed {@code \boxed{}} in one pass. Escaped braces are ignored. */
  public static int closed(String text) {
    Deque<Boolean> open = new ArrayDeque<>(); // for each open brace, whether it belongs to \boxed
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
