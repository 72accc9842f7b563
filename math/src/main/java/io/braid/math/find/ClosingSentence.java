package io.braid.math.find;

import io.braid.math.read.AnswerReader;
import io.braid.math.read.NormalisedText;
import io.braid.math.read.ValueReader;
import io.braid.math.read.WordLists;
import io.braid.math.read.WordText;
import io.braid.math.value.Answer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the answer at the end of a text: its last tuple, formula or number. */
final class ClosingSentence {
  private static final WordLists LISTS = WordLists.of(ClosingSentence.class);

  private static final Pattern INTRODUCING =
      Pattern.compile(
          "(?i)\\b(?:is|are|get|have|be|thus|so|hence|therefore)\\b[:,]? (?:[a-z] ?= ?)?");

  private static final Pattern NO_LETTERS = Pattern.compile("[^a-z]+");

  /** Words that may be part of the name of a longer number, or have another meaning. */
  private static final Set<String> LARGER = LISTS.set("ClosingSentence.LARGER");

  private final boolean lenient;

  ClosingSentence(boolean lenient) {
    this.lenient = lenient;
  }

  /**
   * Returns the number that the last sentence states or, if there is none, the last tuple, formula
   * or number.
   */
  Optional<Found> of(String response) {
    Optional<Found> tuple =
        ClosingTuple.of(response).map(held -> new Found(held, Place.LAST_TUPLE));
    if (tuple.isPresent()) {
      return tuple;
    }
    String text = Labels.blanked(response);
    List<Formulas.Span> formulas = Formulas.readable(text);
    int end = formulas.isEmpty() ? 0 : formulas.getLast().end();
    Optional<Numbers.Span> number = lastNumber(text, end);
    boolean digitsFollow = hasDigit(text, number.map(Numbers.Span::end).orElse(end));
    if (number.isEmpty() && formulas.isEmpty()) {
      return closingWords(text);
    }
    if (digitsFollow) {
      return Optional.empty();
    }
    int last =
        number.map(Numbers.Span::start).orElse(formulas.isEmpty() ? 0 : formulas.getLast().start());
    Statement statement = Statement.of(sentenceAround(text, last, formulas));
    if (statement.isDenied() || isQuestion(text, last, formulas)) {
      return Optional.empty();
    }
    if (number.isEmpty()) {
      Optional<String> only = statement.mentions().size() > 1 ? statement.only() : Optional.empty();
      return Optional.of(
          new Found(only.orElseGet(() -> Formulas.lastOf(text, formulas)), Place.LAST_FORMULA));
    }
    return Optional.of(
        new Found(
            statement.alternatives().or(statement::only).orElse(number.get().text()),
            Place.LAST_NUMBER));
  }

  private static boolean hasDigit(String text, int from) {
    return text.substring(from).chars().anyMatch(Character::isDigit);
  }

  private static Optional<Numbers.Span> lastNumber(String text, int from) {
    Numbers numbers = new Numbers(text, from);
    Optional<Numbers.Span> last = Optional.empty();
    for (Optional<Numbers.Span> next = numbers.next(); next.isPresent(); next = numbers.next()) {
      last = next;
    }
    return last;
  }

  /** Returns the sentence around a position; points within formulas do not end it. */
  private static String sentenceAround(String text, int place, List<Formulas.Span> formulas) {
    int start = place;
    while (start > 0 && !isEnd(text, start - 1, formulas)) {
      start--;
    }
    int end = place;
    while (end < text.length() && !isEnd(text, end, formulas)) {
      end++;
    }
    return text.substring(start, end);
  }

  /** Returns whether the sentence is a question and therefore states no answer. */
  private static boolean isQuestion(String text, int place, List<Formulas.Span> formulas) {
    int end = place;
    while (end < text.length() && !isEnd(text, end, formulas)) {
      end++;
    }
    return end < text.length() && "?？".indexOf(text.charAt(end)) >= 0;
  }

  private static boolean isEnd(String text, int at, List<Formulas.Span> formulas) {
    return AnswerPhrase.endsHere(text, at)
        && formulas.stream().noneMatch(span -> span.start() <= at && at < span.end());
  }

  /**
   * Returns a formula without delimiters, or the name of a number, in the last sentence; for the
   * lenient finder only.
   */
  private Optional<Found> closingWords(String text) {
    String line = text.substring(text.lastIndexOf('\n') + 1).strip();
    Matcher introduced = INTRODUCING.matcher(line);
    int start = -1;
    while (introduced.find()) {
      start = introduced.end();
    }
    String rest = start < 0 ? "" : AnswerPhrase.sentence(line.substring(start));
    boolean formula =
        lenient
            && !rest.isBlank()
            && line.length() - start - rest.length() < 3
            && !Prose.is(rest)
            && AnswerReader.read(NormalisedText.of(rest)) instanceof Answer.Value
            && (rest.indexOf('\\') >= 0 || rest.indexOf('^') >= 0);
    if (formula) {
      return Optional.of(new Found(rest, Place.LAST_WORDS));
    }
    return lenient
        ? numberWord(line).map(word -> new Found(word, Place.LAST_WORDS))
        : Optional.empty();
  }

  /**
   * Returns the only number in words, {@code three bolts}; "one" may be a pronoun and does not
   * count.
   */
  static Optional<String> numberWord(String line) {
    List<String> words =
        NO_LETTERS
            .splitAsStream(line.toLowerCase(Locale.ROOT))
            .filter(word -> WordText.number(word).isPresent() || LARGER.contains(word))
            .toList();
    boolean clear =
        words.size() == 1 && !LARGER.contains(words.getFirst()) && !ValueReader.denies(line);
    return clear ? Optional.of(words.getFirst()) : Optional.empty();
  }
}
