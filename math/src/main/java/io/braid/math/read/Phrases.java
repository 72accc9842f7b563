package io.braid.math.read;

import io.braid.math.value.Answer;
import io.braid.math.value.Expr;
import java.util.Optional;
import java.util.regex.Pattern;

/** Words that have the meaning of symbols: an empty set, all real numbers, yes and no. */
public final class Phrases {
  private static final Pattern NOTHING =
      Pattern.compile(
          "(?:there (?:is|are) )?no (?:real )?(?:solutions?|values?|roots?)(?: exists?)?"
              + "|(?:the )?(?:empty|null) set");

  private static final Pattern EVERYTHING =
      Pattern.compile(
          "(?:the set of )?(?:all|any|every) (?:reals|real numbers?)|(?:the )?real numbers");

  private Phrases() {}

  /** Returns the set that the text names. */
  public static Optional<Answer> set(String text) {
    return NOTHING.matcher(text).matches()
        ? Optional.of(symbol("\\emptyset"))
        : EVERYTHING.matcher(text).matches() ? Optional.of(symbol("\\mathbbR")) : Optional.empty();
  }

  private static Answer symbol(String name) {
    return new Answer.Value(new Expr.Symbol(name), name, "");
  }

  /** Returns whether the text answers yes or no in one word; empty if it does neither. */
  public static Optional<Boolean> affirms(String text) {
    return switch (text) {
      case "yes", "true" -> Optional.of(true);
      case "no", "false" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
