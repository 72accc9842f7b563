package io.braid.math.find;

import java.util.List;
import java.util.Optional;

/** Finds the answer in a reference, which may be a worked solution. */
public final class ReferenceAnswer {
  private ReferenceAnswer() {}

  /** Returns the answer of a worked solution; any other reference is returned unchanged. */
  public static String of(String reference) {
    String gold = MarkSpelling.usual(RepairedText.of(ResponseText.end(reference)));
    Optional<Found> last = new AnswerFinder(true, false).behindFinalMark(gold, Boxes.lastEnd(gold));
    if (last.isPresent()) {
      return last.get().text();
    }
    String marked = Boxes.last(gold, true).or(() -> FinalAnswer.tagged(gold)).orElse("");
    if (!marked.isBlank()) {
      return marked;
    }
    Optional<String> hashes = FinalAnswer.afterHashes(gold);
    if (hashes.isPresent() && !hashes.get().isBlank()) {
      return hashes.get();
    }
    List<String> announced = AnswerPhrase.behind(gold, false);
    return announced.isEmpty() ? closingFormula(gold) : announced(announced.getFirst());
  }

  private static String announced(String rest) {
    String sentence = AnswerPhrase.sentence(rest);
    return Formulas.leading(rest)
        .orElse(sentence.isBlank() || Prose.is(sentence) ? rest.strip() : sentence);
  }

  /** Returns the only formula of a sentence, if it comes last and contains a digit. */
  private static String closingFormula(String gold) {
    List<Formulas.Span> formulas = Prose.is(gold) ? Formulas.readable(gold) : List.of();
    if (formulas.size() != 1) {
      return gold;
    }
    String rest = gold.substring(formulas.getLast().end()).strip();
    String content = formulas.getLast().content();
    boolean value = content.chars().anyMatch(Character::isDigit);
    return value && (rest.isEmpty() || rest.equals(".")) ? content : gold;
  }
}
