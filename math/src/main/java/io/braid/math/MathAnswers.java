package io.braid.math;

import io.braid.math.compare.AnswerComparison;
import io.braid.math.compare.AnswerKey;
import io.braid.math.compare.Comparison;
import io.braid.math.find.AnswerFinder;
import io.braid.math.find.Found;
import io.braid.math.find.ReferenceAnswer;
import io.braid.math.find.ResponseText;
import io.braid.math.read.AnswerReader;
import io.braid.math.read.DecimalComma;
import io.braid.math.read.NormalisedText;
import io.braid.math.read.Units;
import io.braid.math.read.Unread;
import io.braid.math.value.Answer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares mathematical answers. No text makes this throw, and the work is bounded: by the lengths
 * that are looked at, the depth of a formula, the bits of a number and the points that are tried.
 */
public final class MathAnswers {
  private static final int LONGEST_READING = 300;

  private MathAnswers() {}

  /**
   * What is said of a response.
   *
   * @param comparison whether its final answer is the reference's
   * @param key of its final answer, equal for equal answers in most cases; empty without an answer
   * @param unread why the final answer cannot be read as mathematics, though it is no prose
   */
  public record Judged(MathComparison comparison, Optional<String> key, Optional<String> unread) {}

  /** Why a reference can be compared by its letters alone, though it is no prose. */
  public static Optional<String> unreadable(String gold) {
    return Read.of(ReferenceAnswer.of(gold)).trouble("the reference");
  }

  /** Whether the final answer of a response is the reference's, with the usual settings. */
  public static MathComparison compare(String gold, String prediction, Strictness strictness) {
    return compare(gold, prediction, ComparisonSettings.of(strictness));
  }

  /**
   * Whether the final answer of a response is the reference's.
   *
   * @param gold an answer, or a solution that ends with it
   * @param prediction an answer, or a response that ends with it
   */
  public static MathComparison compare(
      String gold, String prediction, ComparisonSettings settings) {
    return new Sides(gold, prediction, settings).comparison();
  }

  /** The same, with a key of the response's answer. */
  public static Judged judge(String gold, String prediction, ComparisonSettings settings) {
    Sides sides = new Sides(gold, prediction, settings);
    return new Judged(
        sides.comparison(),
        sides.given.map(given -> AnswerKey.of(given.answer)),
        sides.given.flatMap(given -> given.trouble("the answer")));
  }

  /** Both answers, found and read once. */
  private static final class Sides {
    private final ComparisonSettings settings;
    private final String response;
    private final Read gold;
    private final Optional<Found> found;
    private final Optional<Read> given;

    Sides(String gold, String prediction, ComparisonSettings settings) {
      this.settings = settings;
      this.response = prediction;
      this.gold = Read.of(ReferenceAnswer.of(gold));
      this.found =
          new AnswerFinder(settings.lenient(), settings.extraction() == Extraction.BOX)
              .in(prediction, this.gold.answer);
      this.given = found.map(answer -> Read.of(answer.text()));
    }

    MathComparison comparison() {
      if (found.isEmpty() || given.isEmpty()) {
        return new MathComparison(false, gold.reading(), "no answer", "no answer was found");
      }
      Comparison comparison = compared(given.get());
      return new MathComparison(
          comparison.isEqual(),
          gold.reading(),
          given.get().reading() + " (" + found.get().where() + ")",
          comparison instanceof Comparison.Different(String reason) ? reason : "equal");
    }

    /** The comparison; where it fails, with the points of the answer as thousands separators. */
    private Comparison compared(Read answer) {
      Comparison written = compare(gold, answer, settings);
      boolean grouped =
          !written.isEqual()
              && gold.answer instanceof Answer.Value
              && DecimalComma.inContext(answer.tidy, ResponseText.end(response))
                  .filter(number -> compare(gold, Read.of(number), settings).isEqual())
                  .isPresent();
      return grouped ? Comparison.EQUAL : written;
    }
  }

  private static Comparison compare(Read gold, Read given, ComparisonSettings settings) {
    if (gold.tidy.equals(given.tidy) && !gold.tidy.isEmpty()) {
      return Comparison.EQUAL;
    }
    if (isOtherCurrency(gold, given) || isOtherCurrency(given, gold)) {
      return Comparison.different("another unit");
    }
    AnswerComparison comparison = new AnswerComparison(settings.tolerance());
    Comparison first = comparison.compare(gold.answer, given.answer);
    if (first.isEqual()) {
      return first;
    }
    boolean ambiguous = !gold.isGrouped() && (gold.isAmbiguous() || given.isAmbiguous());
    if (ambiguous && comparison.compare(gold.ungrouped(), given.ungrouped()).isEqual()) {
      return Comparison.EQUAL;
    }
    return withDecimalCommas(gold, given, comparison, settings.lenient())
        ? Comparison.EQUAL
        : first;
  }

  /** A sign for dollars against a unit that is another one. */
  private static boolean isOtherCurrency(Read signed, Read other) {
    return signed.dollars
        && other.answer instanceof Answer.Value(_, _, String unit)
        && !Units.canonical(unit).isEmpty()
        && !Units.canonical(unit).equals("dollar");
  }

  /** Strict: where the reference has them, or where the commas can be nothing else. */
  private static boolean withDecimalCommas(
      Read gold, Read given, AnswerComparison comparison, boolean lenient) {
    Optional<String> left = DecimalComma.pointed(gold.tidy);
    Optional<String> right = DecimalComma.pointed(given.tidy);
    boolean certain = DecimalComma.isCertain(left.isPresent() ? gold.tidy : given.tidy);
    boolean points = holdsPoint(left.isPresent() ? given : gold);
    if (left.isPresent() == right.isPresent() || !points && !certain) {
      return false; // with commas on both sides, 1,2 would be 1,20
    }
    boolean clear = certain || left.isPresent() && DecimalComma.isLikely(gold.tidy);
    return (lenient || clear)
        && comparison
            .compare(
                left.map(AnswerReader::read).orElse(gold.answer),
                right.map(AnswerReader::read).orElse(given.answer))
            .isEqual();
  }

  private static boolean holdsPoint(Read read) {
    return read.tidy.indexOf('.') >= 0;
  }

  /** A text and how it was read. */
  private record Read(String tidy, Answer answer, boolean dollars) {
    private static final Pattern GROUPED = Pattern.compile("-? ?\\d{1,3}(?:,\\d{3})+(?![,\\d])");

    static Read of(String text) {
      String tidy = NormalisedText.of(text.length() > 4000 ? text.substring(0, 4000) : text);
      return new Read(tidy, AnswerReader.read(tidy), text.strip().startsWith("\\$"));
    }

    Optional<String> trouble(String what) {
      return Unread.of(tidy, answer).map(why -> what + " cannot be read: " + why);
    }

    /** Whether it is one number with thousands, and its unit. */
    boolean isGrouped() {
      Matcher number = GROUPED.matcher(tidy);
      return number.lookingAt() && tidy.indexOf(',', number.end()) < 0;
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
