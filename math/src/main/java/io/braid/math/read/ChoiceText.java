package io.braid.math.read;

import io.braid.math.value.Answer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Letters of multiple-choice options: {@code C}, {@code (C)}, {@code C. Cecile}. */
public final class ChoiceText {
  private static final WordLists LISTS = WordLists.of(ChoiceText.class);

  /** Words between two options. */
  private static final Set<String> LINKS = LISTS.set("ChoiceText.LINKS");

  private static final int LONGEST = 200;

  private static final List<String> TYPES =
      List.of("\\text{", "\\textbf{", "\\mathrm{", "\\mathbf{", "\\mbox{", "\\textnormal{");

  private static final Pattern LETTER = Pattern.compile("\\s*(?:[A-HJ-Z]|\\([A-HJ-Z]\\))[.)]?\\s*");

  private static final Pattern LETTER_FIRST = Pattern.compile("\\s*\\(?[A-HJ-Z](?![A-Za-z0-9])");

  private static final Pattern LINK = Pattern.compile("\\s*(?:[,;/&]|\\band\\b|\\bor\\b)\\s*");

  private static final Pattern NAMED =
      Pattern.compile("^(?:[Oo]ption|[Cc]hoice|[Aa]nswer)\\s+(?=\\(?[A-Z](?:\\W|$))");

  private ChoiceText() {}

  /**
   * Reads normalised text that consists of an option's letter, with or without brackets, and
   * possibly the option's text.
   */
  static Optional<Answer> read(String normalised) {
    String text = bare(normalised);
    Optional<Answer> several = several(text);
    if (several.isPresent()) {
      return several;
    }
    if (text.isEmpty() || text.length() > LONGEST) {
      return Optional.empty();
    }
    boolean bracket = text.charAt(0) == '(' || text.charAt(0) == '[';
    int at = bracket ? 1 : 0;
    if (at >= text.length() || !isLetter(text.charAt(at))) {
      return Optional.empty();
    }
    char letter = text.charAt(at++);
    boolean closed = at < text.length() && ")]".indexOf(text.charAt(at)) >= 0;
    if (bracket != closed && bracket) {
      return Optional.empty();
    }
    at += closed ? 1 : 0;
    boolean marked = closed;
    while (at < text.length() && ".:".indexOf(text.charAt(at)) >= 0) {
      marked = true;
      at++;
    }
    String rest = text.substring(at);
    if (rest.isBlank()) {
      return Optional.of(new Answer.Choice(letter, ""));
    }
    boolean parted = Character.isWhitespace(rest.charAt(0));
    return parted && !goesOn(rest) && (marked || isName(rest))
        ? Optional.of(new Answer.Choice(letter, firstLine(rest)))
        : Optional.empty();
  }

  /** Reads several letters joined by "and", "or" or commas, {@code (A) and (C)}. */
  static Optional<Answer> several(String text) {
    if (text.length() > LONGEST || !LETTER_FIRST.matcher(text).lookingAt()) {
      return Optional.empty();
    }
    List<String> pieces =
        Arrays.stream(LINK.split(text, 30)).filter(piece -> !piece.isBlank()).toList();
    boolean letters =
        pieces.size() > 1 && pieces.stream().allMatch(p -> LETTER.matcher(p).matches());
    return letters
        ? Optional.of(
            new Answer.Listing(
                pieces.stream().map(p -> read(p).orElseThrow()).toList(),
                text.contains("or") ? Answer.Link.OR : Answer.Link.AND))
        : Optional.empty();
  }

  /** Returns whether a character may be the letter of an option. */
  public static boolean isLetter(char c) {
    return c >= 'A' && c <= 'Z' && c != 'I';
  }

  /** Removes a text command that encloses the whole text or its first part. */
  private static String bare(String normalised) {
    String text = normalised;
    for (String command : TYPES) {
      boolean bracketed = text.startsWith("(" + command) && text.endsWith("})");
      String inner = bracketed ? text.substring(1, text.length() - 1) : text;
      int close = inner.indexOf('}');
      if (inner.startsWith(command) && close > 0) {
        String held = inner.substring(command.length(), close).strip();
        text = (held + " " + inner.substring(close + 1)).strip();
      }
    }
    text = text.length() > 7 ? NAMED.matcher(text).replaceFirst("") : text;
    int end = text.length();
    while (end > 0 && ".,;: ".indexOf(text.charAt(end - 1)) >= 0) {
      end--;
    }
    return text.substring(0, end).strip();
  }

  /**
   * Returns whether another option follows, as in {@code (C) or (D)}, rather than the text of this
   * option.
   */
  public static boolean goesOn(String rest) {
    String first = rest.toLowerCase(Locale.ROOT).replaceAll("^[^a-z]+", "").split("[^a-z]", 2)[0];
    return LINKS.contains(first);
  }

  /** Returns whether the text is words and not a formula. */
  private static boolean isName(String rest) {
    String word = firstLine(rest).split(" ")[0];
    return word.length() > 2
        && Character.isUpperCase(word.charAt(0))
        && word.chars().allMatch(Character::isLetter);
  }

  private static String firstLine(String rest) {
    return WordText.key(rest.strip().lines().findFirst().orElse("").strip());
  }
}
