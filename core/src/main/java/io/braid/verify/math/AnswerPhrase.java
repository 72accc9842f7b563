package io.braid.verify.math;

import java.util.List;
import java.util.Optional;

/** Words that announce an answer, in the languages of the public sets. */
final class AnswerPhrase {
  private static final List<String> ANNOUNCING =
      List.of(
          "final answer",
          "answer is",
          "answers are",
          "answer:",
          "answer :",
          "answer =",
          "answer $",
          "answer \\(",
          "answer \\[",
          "answer**",
          "answer would be",
          "answer should be",
          "answer must be",
          "correct option is",
          "correct choice is",
          "réponse est",
          "réponse:",
          "réponse :",
          "答案是",
          "答案为",
          "答案為",
          "答案：",
          "答案:",
          "答え",
          "respuesta es",
          "respuesta:",
          "antwort ist",
          "antwort:",
          "antwort lautet",
          "risposta è",
          "risposta:",
          "resposta é",
          "resposta:",
          "ответ:",
          "ответ —",
          "ответ -",
          "الإجابة هي",
          "الجواب هو",
          "الإجابة:",
          "الجواب:",
          "उत्तर",
          "cevap",
          "정답",
          "đáp án");

  /** What may stand between the announcement and the answer. */
  private static final List<String> LINKS =
      List.of(
          "is",
          "are",
          "est",
          "be",
          "为",
          "是",
          "：",
          ":",
          "=",
          "*",
          "_",
          ">",
          "ist",
          "lautet",
          "es",
          "è",
          "é",
          "هي",
          "هو",
          "है",
          "#",
          "therefore",
          "thus",
          "simply",
          "just",
          "-->",
          "は",
          "—",
          "approximately",
          "about",
          "equal to",
          "equals",
          "given by",
          "indeed",
          "clearly",
          "also");

  private AnswerPhrase() {}

  /** What stands behind the last announcement; empty when there is none or nothing behind it. */
  static Optional<String> behind(String text) {
    String lower = lowered(text);
    int best = -1;
    for (String phrase : ANNOUNCING) {
      int at = lower.lastIndexOf(phrase);
      if (at >= 0) {
        int end = at + phrase.length();
        char last = phrase.charAt(phrase.length() - 1);
        end -= last == '$' ? 1 : "([".indexOf(last) >= 0 ? 2 : 0;
        best = Math.max(best, end);
      }
    }
    if (best < 0) {
      return Optional.empty();
    }
    String rest = withoutLinks(text.substring(best));
    return rest.isBlank() ? Optional.empty() : Optional.of(rest);
  }

  /** In lower case, letter by letter, so that places stay where they are. */
  private static String lowered(String text) {
    StringBuilder lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      lower.append(Character.toLowerCase(text.charAt(i)));
    }
    return lower.toString();
  }

  private static String withoutLinks(String text) {
    String rest = text.strip();
    boolean more = true;
    while (more) {
      more = false;
      for (String link : LINKS) {
        if (rest.regionMatches(true, 0, link, 0, link.length()) && isWhole(rest, link)) {
          rest = rest.substring(link.length()).strip();
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

  /** Up to the end of the sentence or of the line. */
  static String sentence(String rest) {
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      boolean stop =
          c == '\n'
              || "。！？".indexOf(c) >= 0
              || ".!?".indexOf(c) >= 0
                  && (i + 1 == rest.length()
                      || Character.isWhitespace(rest.charAt(i + 1))
                      || rest.charAt(i + 1) == '*');
      if (stop) {
        return clean(rest.substring(0, i));
      }
    }
    return clean(rest);
  }

  private static String clean(String sentence) {
    return sentence.replace("**", " ").strip();
  }
}
