package io.braid.verify.math;

import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

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
          "answer comes out to be",
          "correct option is",
          "correct choice is",
          "réponse finale",
          "réponse correcte",
          "réponse exacte",
          "la réponse",
          "résultat est",
          "réponse est",
          "réponse:",
          "réponse :",
          "答案",
          "答え",
          "respuesta final",
          "respuesta correcta",
          "resultado es",
          "respuesta es",
          "respuesta:",
          "endgültige antwort",
          "ergebnis ist",
          "ergebnis:",
          "ergebnis lautet",
          "antwort ist",
          "antwort:",
          "antwort lautet",
          "risposta finale",
          "risposta corretta",
          "risultato è",
          "risposta è",
          "risposta:",
          "resposta final",
          "resposta correta",
          "resultado é",
          "resposta é",
          "resposta:",
          "ответ",
          "ответом является",
          "الإجابة",
          "الجواب",
          "उत्तर",
          "cevap",
          "정답",
          "đáp án");

  /** Words that announce it for good, also where a box stands before them. */
  private static final List<String> FINAL =
      List.of(
          "final answer is",
          "final answer:",
          "最终答案是",
          "最终答案为",
          "réponse finale est",
          "respuesta final es",
          "resposta final é",
          "risposta finale è",
          "endgültige antwort ist",
          "endgültige antwort lautet");

  private static final int MOST = 8;

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
          "النهائية",
          "النهائي",
          "الصحيحة",
          "है",
          "#",
          "therefore",
          "thus",
          "simply",
          "just",
          "-->",
          "}",
          "は",
          "—",
          "approximately",
          "about",
          "equal to",
          "equals",
          "given by",
          "là",
          "indeed",
          "clearly",
          "also");

  private AnswerPhrase() {}

  /** What stands behind each announcement, the last one first; nothing that is blank. */
  static List<String> behind(String text) {
    String lower = lowered(text);
    NavigableSet<Integer> ends = new TreeSet<>();
    for (String phrase : ANNOUNCING) {
      int at = lower.lastIndexOf(phrase);
      for (int i = 0; i < MOST && at >= 0; i++) {
        char last = phrase.charAt(phrase.length() - 1);
        int sign = last == '$' ? 1 : "([".indexOf(last) >= 0 ? 2 : 0;
        ends.add(at + phrase.length() - sign);
        at = at == 0 ? -1 : lower.lastIndexOf(phrase, at - 1);
      }
    }
    return ends.descendingSet().stream()
        .limit(MOST)
        .map(end -> withoutLinks(text.substring(end)))
        .filter(rest -> !rest.isBlank())
        .distinct()
        .toList();
  }

  /** What stands behind "the final answer is" when that comes after a place. */
  static Optional<String> finallyBehind(String text, int place) {
    String lower = lowered(text.substring(Math.max(0, place)));
    int best = -1;
    for (String phrase : FINAL) {
      int at = lower.lastIndexOf(phrase);
      best = at < 0 ? best : Math.max(best, at + phrase.length());
    }
    return best < 0
        ? Optional.empty()
        : Optional.of(withoutLinks(text.substring(Math.max(0, place) + best)));
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
