package io.braid.math.find;

import io.braid.math.read.WordLists;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds words that announce an answer, in several languages. */
final class AnswerPhrase {
  private static final WordLists LISTS = WordLists.of(AnswerPhrase.class);

  /**
   * A phrase in a sentence that announces the answer: {@code the answer is}, {@code the answer to
   * this comes out to be}.
   */
  private static final Pattern SENTENCE =
      Pattern.compile(
          "(?i)\\b(?:answers?|(?:correct|best|right) (?:option|choice))\\b[*_]{0,3}"
              + "(?:[^.!?:;=(\\n\\d\\\\$]{0,60}?\\s)??\\s{0,3}(?:\\b(?:is|are|was|were|(?:would|will|should|must|might|may|could|can"
              + " only|has to) be|comes? (?:out )?to(?: be)?|turns out to"
              + " be|equals)\\b|=|[*_]{0,3}:)");

  /** An announcement right before a number or formula: {@code answer $5$}. */
  private static final Pattern BARE =
      Pattern.compile("(?i)\\banswer(?:\\*\\*| (?=\\$|\\\\\\(|\\\\\\[))");

  /** A line that is a heading or begins like one: {@code ## Answer}, {@code Ans: 5}. */
  private static final Pattern HEADING =
      Pattern.compile(
          "(?im)^[ \\t#>*_`~\\-•(\\[]{0,20}(?:(?:my|the|your|our|so|final|correct|short|numerical)"
              + " ){0,3}(?:answers?|ans\\.?)(?: \\([^()\\n]{0,30}\\))?["
              + " \\t*_`~#)\\]]{0,12}(?:[:=→—–]|-+>|-(?=\\s)|$|(?<=["
              + " \\t*_`])(?=-?[$\\\\(]{0,3}\\d))");

  /** The short form, {@code A: 5}, at the start of a line. */
  private static final Pattern SHORT = Pattern.compile("(?m)^[ \\t>*_]{0,8}A[*_]{0,3}:[*_]{0,3}");

  /** The field of a JSON object. */
  private static final Pattern FIELD =
      Pattern.compile("(?i)[\"'](?:final[ _-]?|correct[ _-]?)?answer[\"']\\s{0,4}:\\s{0,4}");

  /** Announcements in English and other languages. */
  private static final List<String> ANNOUNCING = LISTS.phrases("AnswerPhrase.ANNOUNCING");

  /** Announcing phrases that count even after a box. */
  private static final List<String> FINAL = LISTS.phrases("AnswerPhrase.FINAL");

  private static final Pattern DIRECTLY =
      Pattern.compile("(?i)\\banswer(?:\\s{1,3}is)?\\s{0,3}[*_]{0,3}:");

  /** Words before an announcement that deny it: {@code I don't think}, {@code it is false that}. */
  private static final Pattern DENYING =
      Pattern.compile(
          "(?i)(?:\\b(?:do|does|did|would|could|can)(?:n['’]t| not|not)"
              + " (?:think|believe|say|claim|agree)|\\bnot (?:true|correct|right|the"
              + " case)|\\b(?:is|was|it['’]s) (?:false|untrue|wrong|incorrect)|(?<!\\bno"
              + " )\\bdoubt|\\bno)(?: that)?(?:"
              + " (?:the|this|my|your|our|its|final|correct|right)){0,3}\\s{0,3}$");

  private static final int DENIAL_LENGTH = 60;

  private static final int MOST = 8;

  /** Words and signs that may separate an announcement from its answer. */
  private static final List<String> LINKS = LISTS.phrases("AnswerPhrase.LINKS");

  /** The fence of a code block that contains only the answer, or an HTML tag. */
  private static final Pattern FENCE =
      Pattern.compile("^(?:```[a-zA-Z]{0,12}\\n|</?[a-zA-Z]\\w{0,9} ?/?>)\\s*");

  /** Abbreviations that end with a point, which does not end a sentence. */
  private static final Set<String> SHORTENED = LISTS.set("AnswerPhrase.SHORTENED");

  private AnswerPhrase() {}

  /**
   * The position of an announcement.
   *
   * @param start the start of its words
   * @param end the position after it
   */
  private record Place(int start, int end) {}

  /**
   * Returns the text after each announcement, last announcement first; blank texts are left out.
   */
  static List<String> behind(String text) {
    return behind(text, true);
  }

  /**
   * Returns the text after each announcement, last announcement first; blank texts are left out.
   *
   * @param shortForm whether {@code A:} is an announcement; if the reference is a letter, it is an
   *     option instead
   */
  static List<String> behind(String text, boolean shortForm) {
    List<Place> places = new ArrayList<>();
    for (Pattern pattern : List.of(SENTENCE, BARE, HEADING, FIELD)) {
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        places.add(new Place(matcher.start(), matcher.end()));
      }
    }
    Matcher question = SHORT.matcher(text);
    while (shortForm && question.find()) {
      places.add(new Place(question.start(), question.end()));
    }
    String lower = lowered(text);
    for (String phrase : ANNOUNCING) {
      int at = lower.lastIndexOf(phrase);
      for (int i = 0; i < MOST && at >= 0; i++) {
        places.add(new Place(at, at + phrase.length()));
        at = at == 0 ? -1 : lower.lastIndexOf(phrase, at - 1);
      }
    }
    return places.stream()
        .filter(place -> !isDenied(text, place.start()))
        .map(Place::end)
        .distinct()
        .sorted(Comparator.reverseOrder())
        .limit(MOST)
        .map(end -> rest(text, end))
        .filter(rest -> !rest.isBlank() && !asks(rest))
        .distinct()
        .toList();
  }

  private static boolean isDenied(String text, int start) {
    return DENYING.matcher(text.substring(Math.max(0, start - DENIAL_LENGTH), start)).find();
  }

  /** Returns the text after "the final answer is" if that comes after a position. */
  static Optional<String> finallyBehind(String text, int place) {
    int from = Math.max(0, place);
    String lower = lowered(text.substring(from));
    int best = -1;
    for (String phrase : FINAL) {
      int at = lower.lastIndexOf(phrase);
      best = at < 0 ? best : Math.max(best, at + phrase.length());
    }
    return best < 0 ? Optional.empty() : Optional.of(rest(text, from + best));
  }

  /** Returns the text after the last {@code answer:} that comes after a position. */
  static Optional<String> directlyBehind(String text, int place) {
    Matcher matcher = DIRECTLY.matcher(text);
    Optional<String> last = Optional.empty();
    int at = Math.max(0, place);
    while (at <= text.length() && matcher.find(at)) {
      last = Optional.of(rest(text, matcher.end()));
      at = matcher.end();
    }
    return last;
  }

  /** Converts to lower case letter by letter, so that positions do not change. */
  private static String lowered(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      lower.append(Character.toLowerCase(text.charAt(i)));
    }
    return lower.toString();
  }

  /** Returns the text after an announcement; for a JSON field, its string. */
  private static String rest(String text, int end) {
    boolean field = end > 0 && FIELD.matcher(text.substring(Math.max(0, end - 40), end)).find();
    String rest = text.substring(end);
    if (field && rest.startsWith("\"")) {
      return quoted(rest);
    }
    return field && !rest.startsWith("[")
        ? rest.split("[,}\\]\n]", 2)[0].strip()
        : withoutLinks(rest);
  }

  /** Returns the string that begins with a quotation mark, without its escapes. */
  private static String quoted(String rest) {
    StringBuilder held = new StringBuilder();
    for (int i = 1; i < rest.length() && rest.charAt(i) != '"'; i++) {
      if (rest.charAt(i) == '\\'
          && i + 1 < rest.length()
          && "\\\"".indexOf(rest.charAt(i + 1)) >= 0) {
        i++;
      }
      held.append(rest.charAt(i));
    }
    return held.toString().strip();
  }

  private static String withoutLinks(String text) {
    String rest = FENCE.matcher(text.strip()).replaceFirst("");
    boolean more = true;
    while (more) {
      more = false;
      for (String link : LINKS) {
        if (rest.regionMatches(true, 0, link, 0, link.length()) && isWhole(rest, link)) {
          rest = FENCE.matcher(rest.substring(link.length()).strip()).replaceFirst("");
          more = true;
        }
      }
    }
    return rest;
  }

  private static boolean isWhole(String rest, String link) {
    boolean letter = Character.isLetter(link.charAt(link.length() - 1));
    boolean latin = letter && link.charAt(link.length() - 1) < 0x250;
    return !latin
        || rest.length() == link.length()
        || !Character.isLetter(rest.charAt(link.length()));
  }

  /** Returns the text up to the end of the sentence or line. */
  static String sentence(String rest) {
    for (int i = 0; i < rest.length(); i++) {
      if (endsHere(rest, i)) {
        return clean(rest.substring(0, i));
      }
    }
    return clean(rest);
  }

  /**
   * Returns whether the sentence is a question, {@code the answer is 5?}, and therefore not an
   * announcement.
   */
  static boolean asks(String rest) {
    int end = 0;
    while (end < rest.length() && !endsHere(rest, end)) {
      end++;
    }
    return end < rest.length() && "?？".indexOf(rest.charAt(end)) >= 0;
  }

  /** Returns whether a sentence or a line ends with this character. */
  static boolean endsHere(String text, int at) {
    char c = text.charAt(at);
    if (c == '\n' || "。！？".indexOf(c) >= 0) {
      return true;
    }
    if (".!?".indexOf(c) < 0) {
      return false;
    }
    boolean behind =
        at + 1 == text.length()
            || Character.isWhitespace(text.charAt(at + 1))
            || "*\"”’`)]<".indexOf(text.charAt(at + 1)) >= 0;
    return behind && !(c == '.' && at + 1 < text.length() && isShortened(text, at));
  }

  private static boolean isShortened(String text, int point) {
    int start = point;
    while (start > 0
        && point - start < 8
        && (Character.isLetter(text.charAt(start - 1)) || text.charAt(start - 1) == '.')) {
      start--;
    }
    return SHORTENED.contains(lowered(text.substring(start, point)));
  }

  private static String clean(String sentence) {
    String clean = sentence.replace("**", " ").strip();
    int end = clean.length();
    while (end > 0 && "\"”`_*".indexOf(clean.charAt(end - 1)) >= 0) {
      end--;
    }
    return clean.substring(0, end).strip();
  }
}
