package io.braid.verify.math;

import io.braid.verify.Strictness;
import java.util.Optional;

/**
 * Compares mathematical answers. No text makes this throw, and the work is bounded: by the lengths
 * that are looked at, the depth of a formula, the bits of a number and the points that are tried.
 */
public final class MathAnswers {
  private static final int LONGEST_READING = 300;

  private MathAnswers() {}

  /**
   * Whether the final answer of a response is the reference's.
   *
   * @param gold an answer, or a solution that ends with it
   * @param prediction an answer, or a response that ends with it
   */
  public static MathComparison compare(String gold, String prediction, Strictness strictness) {
    Read reference = Read.of(AnswerFinder.ofReference(gold));
    Optional<AnswerFinder.Found> found =
        new AnswerFinder(strictness).in(prediction, reference.answer);
    if (found.isEmpty()) {
      return new MathComparison(false, reference.reading(), "no answer", "no answer was found");
    }
    Read answer = Read.of(found.get().text());
    Optional<String> difference = difference(reference, answer, strictness);
    return new MathComparison(
        difference.isEmpty(),
        reference.reading(),
        answer.reading() + " (" + found.get().where() + ")",
        difference.orElse("equal"));
  }

  /** A key of the response's final answer, equal for equal answers in most cases. */
  public static Optional<String> key(String gold, String prediction, Strictness strictness) {
    return new AnswerFinder(strictness)
        .in(prediction, Read.of(AnswerFinder.ofReference(gold)).answer)
        .map(found -> AnswerKey.of(Read.of(found.text()).answer));
  }

  private static Optional<String> difference(Read gold, Read given, Strictness strictness) {
    if (gold.tidy.equals(given.tidy) && !gold.tidy.isEmpty()) {
      return Optional.empty();
    }
    AnswerComparison comparison = new AnswerComparison(strictness);
    Optional<String> first = comparison.difference(gold.answer, given.answer);
    if (first.isEmpty() || !gold.isAmbiguous() && !given.isAmbiguous()) {
      return first;
    }
    Optional<String> second = comparison.difference(gold.ungrouped(), given.ungrouped());
    return second.isEmpty() ? second : first;
  }

  /** A text and how it was read. */
  private record Read(String tidy, Answer answer) {
    static Read of(String text) {
      String tidy = TidyText.of(text.length() > 4000 ? text.substring(0, 4000) : text);
      return new Read(tidy, AnswerReader.read(tidy));
    }

    /** Whether a comma in it may part thousands as well as answers. */
    boolean isAmbiguous() {
      int comma = tidy.indexOf(',');
      return comma > 0
          && comma + 3 < tidy.length()
          && Character.isDigit(tidy.charAt(comma - 1))
          && Character.isDigit(tidy.charAt(comma + 1));
    }

    Answer ungrouped() {
      return AnswerReader.readUngrouped(tidy);
    }

    String reading() {
      String reading = answer.reading();
      return reading.length() <= LONGEST_READING
          ? reading
          : reading.substring(0, LONGEST_READING) + "…";
    }
  }
}
