package io.braid.math;

import io.braid.math.compare.AnswerComparison;
import io.braid.math.compare.AnswerKey;
import io.braid.math.compare.Comparison;
import io.braid.math.find.AnswerFinder;
import io.braid.math.find.Found;
import io.braid.math.find.Place;
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
 * Finds and compares mathematical answers. No text causes an exception, and the work is bounded by
 * the length of the text, the depth of a formula, the bits of a number and the number of points
 * tried.
 */
public final class MathAnswers {
  private static final int LONGEST_READING = 300;

  private MathAnswers() {}

  /**
   * The result of comparing a response, and a key for its answer.
   *
   * @param comparison whether its final answer equals the reference
   * @param key a key for the response's final answer, which is the same for equal answers in most
   *     cases; empty if there is no answer
   * @param unread the reason why the final answer, which is not prose, cannot be read as
   *     mathematics
   * @param announced whether the response says that this is its answer: it is in a box or in tags,
   *     after {@code ####}, or after words such as "the answer is"; false if there is no answer
   */
  public record Judged(
      MathComparison comparison,
      Optional<String> key,
      Optional<String> unread,
      boolean announced) {}

  /**
   * Returns the reason why a reference that is not prose cannot be read as mathematics. The result
   * is empty if the reference can be read or is prose. An unreadable reference is compared as text.
   */
  public static Optional<String> unreadable(String gold) {
    return Read.of(ReferenceAnswer.of(gold)).trouble("the reference");
  }

  /** Compares the final answer of a response with the reference, with the usual settings. */
  public static MathComparison compare(String gold, String prediction, Strictness strictness) {
    return compare(gold, prediction, ComparisonSettings.of(strictness));
  }

  /**
   * Compares the final answer of a response with the reference.
   *
   * @param gold an answer, or a solution that ends with it
   * @param prediction an answer, or a response that ends with it
   */
  public static MathComparison compare(
      String gold, String prediction, ComparisonSettings settings) {
    return new Sides(gold, prediction, settings).comparison();
  }

  /**
   * Compares like {@link #compare(String, String, ComparisonSettings)}, and also computes a key for
   * the answer.
   */
  public static Judged judge(String gold, String prediction, ComparisonSettings settings) {
    Sides sides = new Sides(gold, prediction, settings);
    return new Judged(
        sides.comparison(),
        sides.given.map(given -> AnswerKey.of(given.answer)),
        sides.given.flatMap(given -> given.trouble("the answer")),
        sides.found.map(Found::where).filter(Place::isAnnounced).isPresent());
  }

  /** The reference and the answer, each found and read once. */
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

    /**
     * Compares the answer as written and, if it differs, compares it again with its points read as
     * thousands separators.
     */
    private Comparison compared(Read answer) {
      Comparison written = compare(gold, answer, settings);
      boolean grouped =
          !written.isEqual()
              && gold.answer instanceof Answer.Value
              && DecimalComma.inContext(answer.normalised, ResponseText.end(response))
                  .filter(number -> compare(gold, Read.of(number), settings).isEqual())
                  .isPresent();
      return grouped ? Comparison.EQUAL : written;
    }
  }

  private static Comparison compare(Read gold, Read given, ComparisonSettings settings) {
    if (gold.normalised.equals(given.normalised) && !gold.normalised.isEmpty()) {
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

  /** Returns whether one side has a dollar sign and the other an unrelated unit. */
  private static boolean isOtherCurrency(Read signed, Read other) {
    return signed.dollars
        && other.answer instanceof Answer.Value(_, _, String unit)
        && !Units.canonical(unit).isEmpty()
        && !Units.canonical(unit).equals("dollar");
  }

  /**
   * Returns whether the answers are equal if commas are decimal points. The strict comparison
   * allows decimal commas only if the reference has them or the commas can mean nothing else.
   */
  private static boolean withDecimalCommas(
      Read gold, Read given, AnswerComparison comparison, boolean lenient) {
    Optional<String> left = DecimalComma.pointed(gold.normalised);
    Optional<String> right = DecimalComma.pointed(given.normalised);
    boolean certain = DecimalComma.isCertain(left.isPresent() ? gold.normalised : given.normalised);
    boolean points = holdsPoint(left.isPresent() ? given : gold);
    if (left.isPresent() == right.isPresent() || !points && !certain) {
      return false; // with commas on both sides, 1,2 would be 1,20
    }
    boolean clear = certain || left.isPresent() && DecimalComma.isLikely(gold.normalised);
    return (lenient || clear)
        && comparison
            .compare(
                left.map(AnswerReader::read).orElse(gold.answer),
                right.map(AnswerReader::read).orElse(given.answer))
            .isEqual();
  }

  private static boolean holdsPoint(Read read) {
    return read.normalised.indexOf('.') >= 0;
  }

  /** A string and the answer that was read from it. */
  private record Read(String normalised, Answer answer, boolean dollars) {
    private static final Pattern GROUPED = Pattern.compile("-? ?\\d{1,3}(?:,\\d{3})+(?![,\\d])");

    static Read of(String text) {
      String normalised = NormalisedText.of(text.length() > 4000 ? text.substring(0, 4000) : text);
      return new Read(normalised, AnswerReader.read(normalised), text.strip().startsWith("\\$"));
    }

    Optional<String> trouble(String what) {
      return Unread.of(normalised, answer).map(why -> what + " cannot be read: " + why);
    }

    /** Returns whether the text is one number with thousands separators, perhaps with a unit. */
    boolean isGrouped() {
      Matcher number = GROUPED.matcher(normalised);
      return number.lookingAt() && normalised.indexOf(',', number.end()) < 0;
    }

    /** Returns whether a comma may separate thousands or answers. */
    boolean isAmbiguous() {
      int comma = normalised.indexOf(',');
      return comma > 0
          && comma + 3 < normalised.length()
          && Character.isDigit(normalised.charAt(comma - 1))
          && Character.isDigit(normalised.charAt(comma + 1));
    }

    Answer ungrouped() {
      return AnswerReader.readUngrouped(normalised);
    }

    String reading() {
      String reading = answer.reading();
      return reading.length() <= LONGEST_READING
          ? reading
          : reading.substring(0, LONGEST_READING) + "…";
    }
  }
}
