package io.braid.math.find;

import io.braid.math.read.AnswerReader;
import io.braid.math.read.ChoiceText;
import io.braid.math.read.NormalisedText;
import io.braid.math.value.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the letter of the option that a response chooses: an announced letter, a letter at the
 * start, or a letter in brackets in the last sentence. A response that names several options
 * chooses none.
 */
final class LetterFinder {
  /** Words after which a sentence is about the other options. */
  private static final Pattern REASON =
      Pattern.compile(
          "(?i)\\b(?:because|since|as|for|while|whereas|which|than|unlike|where|when|if|given)\\b|;");

  private static final Pattern LINK =
      Pattern.compile(
          "(?i)[\\s()\\[\\]$*{}\"'.]*(?:,|/|&|\\b(?:or|and|maybe|perhaps|possibly|probably|either|even|also|option|choice|answer)\\b|[\\s()\\[\\]$*{}\"'.]+)*");

  /** Words that deny the letter after them, {@code not (A)}. */
  private static final Pattern DENIES =
      Pattern.compile(
          "(?i)(?:\\b(?:not|nor|neither|never|cannot be|rather than|instead"
              + " of|except|isn['’]t)|n['’]t be)"
              + "(?:\\s+(?:be|the|option|choice|answer|letter))*[\\s(\\[$*{]*$");

  private static final Pattern DENIED =
      Pattern.compile(
          "(?i)^[)\\]}*$\\s]*(?:is|are|was|seems)(?: (?:not|wrong|incorrect|false)|n['’]t)\\b");

  private static final Pattern NAMED = Pattern.compile("(?i)\\b(?:option|choice) $");

  /** Words that may follow the letter A; before any other word, it is an article. */
  private static final Pattern BEHIND_A =
      Pattern.compile(
          "\\s+(?!(?:because|since|as|is|and|or|but|for|by|would)\\b)[a-z].*", Pattern.DOTALL);

  private final boolean lenient;

  LetterFinder(boolean lenient) {
    this.lenient = lenient;
  }

  /** A single letter that is not part of a word. */
  private record Letter(char letter, int start, boolean bracketed) {}

  /**
   * Returns the letter after "the answer is", otherwise a letter at the start, otherwise the last
   * letter.
   */
  Optional<Found> in(String text, List<String> announced) {
    if (!Prose.is(text) && AnswerReader.read(NormalisedText.of(text)) instanceof Answer.Listing) {
      return Optional.of(new Found(text, Place.WHOLE));
    }
    for (String rest : announced) {
      Optional<Found> said = said(rest);
      if (said.isPresent()) {
        return said;
      }
    }
    Optional<Found> first = atStart(text);
    if (first.isPresent()) {
      return first;
    }
    String last = lastSentence(text);
    List<Letter> closing = chosen(last).stream().filter(Letter::bracketed).toList();
    if (distinct(closing) == 1 && distinct(chosen(last)) == 1) {
      return Optional.of(new Found(name(closing.getFirst()), Place.LAST_SENTENCE));
    }
    List<Letter> all = chosen(text);
    if (!lenient || all.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        areLinked(last, chosen(last))
            ? new Found(names(chosen(last)), Place.LAST_SENTENCE)
            : new Found(name(all.getLast()), Place.LAST_LETTER));
  }

  /**
   * Returns whether the text consists of one or more letters, with or without the text of an
   * option, and does not deny them.
   */
  static boolean isChoice(String text) {
    Answer read = AnswerReader.read(NormalisedText.of(text));
    boolean denied = !letters(text).isEmpty() && chosen(text).isEmpty();
    return !denied && (read instanceof Answer.Choice || read instanceof Answer.Listing);
  }

  /**
   * Returns the announced option, which may be a letter with or without the option's text. Several
   * letters choose no option.
   */
  private Optional<Found> said(String rest) {
    String sentence = AnswerPhrase.sentence(rest);
    Answer read = AnswerReader.read(NormalisedText.of(sentence));
    boolean several =
        read instanceof Answer.Listing(List<Answer> items, _)
            && items.stream().allMatch(Answer.Choice.class::isInstance);
    if (several || read instanceof Answer.Choice && isChoice(sentence)) {
      return Optional.of(new Found(sentence, Place.ANNOUNCEMENT));
    }
    List<Letter> letters = chosen(sentence);
    if (letters.isEmpty()) {
      letters = chosen(rest).stream().limit(1).toList();
    }
    if (letters.isEmpty()) {
      return Optional.empty();
    }
    boolean clear = distinct(letters) == 1 || lenient && !areLinked(sentence, letters);
    return Optional.of(
        new Found(clear ? name(letters.getFirst()) : names(letters), Place.ANNOUNCEMENT));
  }

  private Optional<Found> atStart(String text) {
    String start = text.startsWith("(") ? text.substring(1) : text;
    String line = start.lines().findFirst().orElse("");
    List<Letter> letters = letters(line);
    boolean begins =
        !letters.isEmpty()
            && letters.getFirst().start() == 0
            && !chosen(line).isEmpty()
            && !start.startsWith("A ")
            && !ChoiceText.goesOn(start.substring(1));
    if (!begins) {
      return Optional.empty();
    }
    return Optional.of(
        areLinked(line, chosen(line))
            ? new Found(names(letters), Place.START)
            : new Found(name(letters.getFirst()), Place.START));
  }

  private static String lastSentence(String text) {
    String stripped = text.strip();
    int end = stripped.length();
    int start = 0;
    for (int i = 0; i < end - 1; i++) {
      start = AnswerPhrase.endsHere(stripped, i) ? i + 1 : start;
    }
    return stripped.substring(start);
  }

  /** Returns the letters that a sentence neither denies nor mentions in a reason. */
  private static List<Letter> chosen(String sentence) {
    List<Letter> chosen = new ArrayList<>();
    for (Letter letter : letters(sentence)) {
      Matcher reason = REASON.matcher(sentence.substring(0, letter.start()));
      boolean aside = !chosen.isEmpty() && reason.find(chosen.getLast().start());
      boolean denied =
          DENIES.matcher(sentence.substring(0, letter.start())).find()
              || DENIED.matcher(sentence.substring(letter.start() + 1)).find();
      if (aside) {
        return chosen;
      }
      if (!denied) {
        chosen.add(letter);
      }
    }
    return chosen;
  }

  /** Returns whether only commas, "or" and the like are between two different letters. */
  private static boolean areLinked(String sentence, List<Letter> letters) {
    for (int i = 1; i < letters.size(); i++) {
      Letter before = letters.get(i - 1);
      Letter letter = letters.get(i);
      if (before.letter() != letter.letter()
          && LINK.matcher(sentence.substring(before.start() + 1, letter.start())).matches()) {
        return true;
      }
    }
    return false;
  }

  private static long distinct(List<Letter> letters) {
    return letters.stream().map(Letter::letter).distinct().count();
  }

  private static String name(Letter letter) {
    return String.valueOf(letter.letter());
  }

  private static String names(List<Letter> letters) {
    return String.join(", ", letters.stream().map(LetterFinder::name).distinct().toList());
  }

  private static List<Letter> letters(String text) {
    List<Letter> found = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alone =
          ChoiceText.isLetter(c) && !isPart(text, i - 1, false) && !isPart(text, i + 1, true);
      boolean bracketed =
          i > 0 && text.charAt(i - 1) == '(' && i + 1 < text.length() && text.charAt(i + 1) == ')'
              || NAMED.matcher(text.substring(Math.max(0, i - 8), i)).find();
      boolean article = c == 'A' && !bracketed && BEHIND_A.matcher(text.substring(i + 1)).matches();
      if (alone && !article) {
        found.add(new Letter(c, i, bracketed));
      }
    }
    return found;
  }

  private static boolean isPart(String text, int at, boolean behind) {
    if (at < 0 || at >= text.length()) {
      return false;
    }
    char c = text.charAt(at);
    boolean latin = c < 0x250 && Character.isLetter(c);
    return latin || Character.isDigit(c) || c == '\'' || c == '’' || !behind && c == '\\';
  }
}
