package io.braid.verify;

import io.braid.math.find.FinalAnswer;
import io.braid.math.find.ResponseText;
import io.braid.task.Problem;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Judges multiple choice: a response is correct if it gives the letter or the text of the correct
 * option.
 *
 * <p>The answer is the content of the last {@code \boxed{}}; without one, the content of the last
 * {@code <answer>} tags; without these, the letter of the last phrase such as "answer is (B)"; and
 * without such a phrase, the last line if it is a single letter. Several letters, as in "A, B or
 * C", match no option. The reference is a letter, {@code B. text}, or an option's text. The options
 * are read from the question's lines {@code A. text}, {@code (A) text} and the like.
 */
public record Choice() implements VerifierSettings {
  private static final Pattern OPTION =
      Pattern.compile("(?m)^[ \\t]*(?:\\(([A-Z])\\)|([A-Z])[.):])[ \\t]+(\\S.*)$");
  private static final Pattern SAID =
      Pattern.compile(
          "(?i:\\b(?:answer|option|choice)\\b[*_]*(?:\\s+(?:is|would be|must be|should be)|\\s*:)+)"
              + "(?i:\\s*(?:[*_$]+|\\\\\\(|\\\\(?:text|textbf|mathrm|mathbf)\\{|option|choice))*\\s*"
              // A letter in brackets, or a letter that is not the word "a" or "I".
              + "(?:\\(([A-Za-z])\\)|([B-HJ-Z])(?![\\w'’])"
              + "|([AI])(?![\\w'’])(?!\\s+(?!because|since|as\\b)[a-z]))");

  /** A further letter, joined to the letter before it with "or", "and" or a comma. */
  private static final Pattern ANOTHER =
      Pattern.compile(
          "[)\\]}*$\\s]{0,8}(?:[,/&]|\\b(?i:or|and|maybe|perhaps)\\b)"
              + "(?:[,\\s(\\[{*$]|\\b(?i:or|and|maybe|perhaps|possibly|even)\\b){0,8}"
              + "([A-Z])(?![\\w'’])(?![)\\]}*$]*\\s+(?:is|was|are|seems|because|since)\\b)");

  /** TeX and Markdown marks that may surround a letter. */
  private static final Pattern WRAPPED =
      Pattern.compile(
          "\\\\(?:text|textbf|mathrm|mathbf)\\{(.*)\\}|\\\\\\((.*)\\\\\\)|\\*\\*(.*)\\*\\*|\\$(.*)\\$");

  private static final Pattern LETTER = Pattern.compile("\\(([A-Za-z])\\)[.:]?|([A-Za-z])[.):]?");
  private static final Pattern LETTER_AND_TEXT =
      Pattern.compile("(?s)(?:\\(([A-Z])\\)|([A-Z])[.):])\\s+(\\S.*)");

  @Override
  public Verifier create() {
    return new AnyReference(Choice::judge);
  }

  private static Verdict judge(Submission submission) {
    Problem problem = submission.problem();
    Map<String, String> options = options(problem.question());
    String gold = key(GoldText.of(problem, "choice"), options);
    String end = ResponseText.end(submission.response());
    Optional<String> announced = announced(end);
    Optional<String> answer = announced.or(() -> lastLine(end)).filter(each -> !each.isBlank());
    if (answer.isEmpty()) {
      return Verdict.noAnswer("no choice");
    }
    if (submission.announcedOnly() && announced.isEmpty()) {
      return Verdict.notAnnounced();
    }
    String given = key(answer.get(), options);
    return given.equals(gold) ? Verdict.right(given) : Verdict.wrong(given, "another choice");
  }

  private static Optional<String> announced(String response) {
    return FinalAnswer.boxed(response)
        .or(() -> FinalAnswer.tagged(response))
        .or(() -> said(response));
  }

  private static Optional<String> lastLine(String response) {
    return response.strip().lines().reduce((_, line) -> line).filter(Choice::isLetter);
  }

  private static Optional<String> said(String response) {
    Matcher matcher = SAID.matcher(response);
    Optional<String> last = Optional.empty();
    while (matcher.find()) {
      String letter = either(matcher);
      Matcher another = ANOTHER.matcher(response).region(matcher.end(), response.length());
      last = Optional.of(another.lookingAt() ? letter + " or " + another.group(1) : letter);
    }
    return last;
  }

  private static boolean isLetter(String line) {
    return LETTER.matcher(unwrapped(line)).matches();
  }

  /** Returns the option's letter if it is known, and otherwise the normalised text. */
  private static String key(String answer, Map<String, String> options) {
    String bare = unwrapped(answer);
    Matcher letter = LETTER.matcher(bare);
    if (letter.matches()) {
      return either(letter).toUpperCase(Locale.ROOT);
    }
    Matcher both = LETTER_AND_TEXT.matcher(bare);
    if (both.matches()) {
      return either(both);
    }
    String text = normalised(bare);
    return options.getOrDefault(text, text);
  }

  /** Maps each option's text to its letter; text that two options share names neither of them. */
  private static Map<String, String> options(String question) {
    Map<String, String> letters = new HashMap<>();
    Matcher matcher = OPTION.matcher(question);
    while (matcher.find()) {
      letters.merge(normalised(matcher.group(3)), either(matcher), (_, _) -> "ambiguous");
    }
    return letters;
  }

  /** Returns the first group that matched. */
  private static String either(Matcher matcher) {
    for (int group = 1; group < matcher.groupCount(); group++) {
      if (matcher.start(group) >= 0) {
        return matcher.group(group);
      }
    }
    return matcher.group(matcher.groupCount());
  }

  private static String unwrapped(String answer) {
    String bare = answer.strip();
    Matcher wrapped = WRAPPED.matcher(bare);
    while (wrapped.matches()) {
      bare = either(wrapped).strip();
      wrapped = WRAPPED.matcher(bare);
    }
    return bare;
  }

  private static String normalised(String text) {
    String plain = text.strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    return plain.endsWith(".") ? plain.substring(0, plain.length() - 1) : plain;
  }
}
