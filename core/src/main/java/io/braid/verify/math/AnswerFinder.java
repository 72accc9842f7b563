package io.braid.verify.math;

import io.braid.task.FinalAnswer;
import io.braid.verify.ResponseText;
import io.braid.verify.Strictness;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * Finds the final answer in a response: in the last box or tags, behind hashes, the whole response
 * when it is nothing else, behind words such as "the answer is", or the last formula or number.
 */
final class AnswerFinder {
  /** What ends a response, for models that run on. */
  private static final List<String> ENDS =
      List.of("<|im_start|>", "<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<|end_of_text|>");

  private static final String THOUGHT = "</think>";

  private final Strictness strictness;

  /**
   * Where an answer was found.
   *
   * @param text the answer
   * @param where in a few words
   */
  record Found(String text, String where) {}

  AnswerFinder(Strictness strictness) {
    this.strictness = strictness;
  }

  /** The answer of a reference: itself, unless it is a worked solution. */
  static String ofReference(String reference) {
    String gold = ResponseText.end(reference);
    String marked = Boxes.last(gold, true).or(() -> FinalAnswer.tagged(gold)).orElse("");
    if (!marked.isBlank()) {
      return marked;
    }
    Optional<String> hashes = FinalAnswer.afterHashes(gold);
    if (hashes.isPresent() && !hashes.get().isBlank()) {
      return hashes.get();
    }
    return AnswerPhrase.behind(gold)
        .filter(rest -> !rest.isBlank())
        .map(String::strip)
        .orElse(gold);
  }

  /**
   * The answer of a response.
   *
   * @param gold the reference: letters and words are an answer where it is one
   */
  Optional<Found> in(String response, Answer gold) {
    String text = afterThought(cut(ResponseText.end(response)));
    Optional<Optional<Found>> marked = marked(text);
    if (marked.isPresent()) {
      return marked.get();
    }
    String whole = text.strip();
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> phrase = AnswerPhrase.behind(whole);
    if (phrase.isEmpty() && isAnswer(whole, gold)) {
      return Optional.of(new Found(whole, "the whole response"));
    }
    if (gold instanceof Answer.Choice) {
      return letter(whole, phrase);
    }
    return phrase.flatMap(this::inSentence).or(() -> last(whole));
  }

  private static String cut(String text) {
    int end = text.length();
    for (String mark : ENDS) {
      int at = text.indexOf(mark);
      end = at > 0 ? Math.min(end, at) : end;
    }
    return text.substring(0, end);
  }

  private static String afterThought(String text) {
    int end = text.lastIndexOf(THOUGHT);
    if (end < 0) {
      return text;
    }
    String rest = text.substring(end + THOUGHT.length());
    return rest.isBlank() ? text.substring(0, end) : rest;
  }

  /** What is in a box, in tags or behind hashes; empty inside when that is not closed or blank. */
  private static Optional<Optional<Found>> marked(String text) {
    int box = Boxes.lastStart(text);
    int tags = text.lastIndexOf("<answer>");
    if (tags > box) {
      Optional<String> held = FinalAnswer.tagged(text);
      if (held.isPresent()) {
        return Optional.of(
            held.filter(h -> !h.isBlank()).map(h -> new Found(h, "the last answer tags")));
      }
    }
    if (box >= 0) {
      return Optional.of(
          Boxes.last(text, false).filter(h -> !h.isBlank()).map(h -> new Found(h, "the last box")));
    }
    return FinalAnswer.afterHashes(text)
        .map(h ->
            Optional.of(h)
                .filter(rest -> !rest.isBlank())
                .map(rest -> new Found(rest, "behind ####")));
  }

  /** The answer at the start of what follows "the answer is", or within that sentence. */
  private Optional<Found> inSentence(String rest) {
    String where = "behind \"answer\"";
    Optional<String> formula = leadingFormulas(rest);
    if (formula.isPresent()) {
      return formula.map(f -> new Found(f, where));
    }
    String sentence = AnswerPhrase.sentence(rest);
    if (!sentence.isBlank() && !Prose.is(sentence)) {
      return Optional.of(new Found(sentence, where));
    }
    List<Formulas.Span> formulas = readable(sentence);
    Matcher numbers = Prose.numbers(sentence);
    if (!formulas.isEmpty()) {
      Optional<Found> number = lastNumberBehind(sentence, formulas.getLast().end());
      return number.or(() -> Optional.of(new Found(formulas.getLast().content(), where)));
    }
    if (!numbers.find()) {
      return strictness == Strictness.LENIENT && !sentence.isBlank() && sentence.length() < 200
          ? Optional.of(new Found(sentence, where))
          : Optional.empty();
    }
    Found first = new Found(numbers.group(), where);
    boolean single = !numbers.find();
    return single || strictness == Strictness.LENIENT ? Optional.of(first) : Optional.empty();
  }

  private static List<Formulas.Span> readable(String text) {
    return Formulas.in(text).stream().filter(span -> !Prose.is(span.content())).toList();
  }

  /** Formulas at the very start, with "and" or "or" between them, as one answer. */
  private static Optional<String> leadingFormulas(String rest) {
    List<Formulas.Span> spans = Formulas.in(rest);
    String stripped = rest.stripLeading();
    int start = rest.length() - stripped.length();
    if (spans.isEmpty()
        || spans.getFirst().start() != start
        || Prose.is(spans.getFirst().content())) {
      return Optional.empty();
    }
    StringBuilder joined = new StringBuilder(spans.getFirst().content());
    int end = spans.getFirst().end();
    for (Formulas.Span span : spans.subList(1, spans.size())) {
      String between = rest.substring(end, span.start());
      if (!Boxes.isLink(between)) {
        break;
      }
      joined.append(" \\text{and} ").append(span.content());
      end = span.end();
    }
    return Optional.of(joined.toString());
  }

  /** The formula or the number that ends last. */
  private Optional<Found> last(String text) {
    List<Formulas.Span> formulas = readable(text);
    int end = formulas.isEmpty() ? 0 : formulas.getLast().end();
    Optional<Found> number = lastNumberBehind(text, end);
    if (number.isPresent() || formulas.isEmpty()) {
      return number;
    }
    boolean digitsFollow = text.substring(end).chars().anyMatch(Character::isDigit);
    return digitsFollow ? Optional.empty() : Optional.of(joined(text, formulas));
  }

  /** The last formula, with those before it that only "and" or "or" parts from it. */
  private static Found joined(String text, List<Formulas.Span> formulas) {
    int last = formulas.size() - 1;
    StringBuilder answer = new StringBuilder(formulas.get(last).content());
    for (int i = last; i > 0 && i > last - 20; i--) {
      String between = text.substring(formulas.get(i - 1).end(), formulas.get(i).start());
      if (!Boxes.isLink(between)) {
        break;
      }
      answer.insert(0, formulas.get(i - 1).content() + " \\text{and} ");
    }
    return new Found(answer.toString(), "the last formula");
  }

  /** Empty when the last digits belong to something else: an earlier number is not the answer. */
  private static Optional<Found> lastNumberBehind(String text, int from) {
    Matcher matcher = Prose.numbers(text);
    Optional<Found> last = Optional.empty();
    int end = from;
    for (boolean found = matcher.find(from); found; found = matcher.find()) {
      last = Optional.of(new Found(matcher.group(), "the last number"));
      end = matcher.end();
    }
    boolean digitsFollow = text.substring(end).chars().anyMatch(Character::isDigit);
    return digitsFollow ? Optional.empty() : last;
  }

  /** Whether it is an answer and nothing else; words are none where a value is asked for. */
  private static boolean isAnswer(String text, Answer gold) {
    if (Prose.is(text)) {
      return false;
    }
    return gold instanceof Answer.Words
        || !(AnswerReader.read(TidyText.of(text)) instanceof Answer.Words(String words))
        || WordText.number(words).isPresent();
  }

  /** A letter to choose: the first behind "the answer is", else one at the start, else the last. */
  private Optional<Found> letter(String text, Optional<String> phrase) {
    if (phrase.isPresent()) {
      String sentence = AnswerPhrase.sentence(phrase.get());
      Answer read = AnswerReader.read(TidyText.of(sentence));
      boolean several = read instanceof Answer.Listing && !Prose.is(sentence);
      if (read instanceof Answer.Choice || several) {
        return Optional.of(new Found(sentence, "behind \"answer\""));
      }
      Optional<Found> behind =
          letters(phrase.get(), true).map(l -> new Found(l, "behind \"answer\""));
      if (behind.isPresent()) {
        return behind;
      }
    }
    String start = text.startsWith("(") ? text.substring(1) : text;
    Optional<String> first = letters(start, true).filter(start::startsWith);
    if (first.isPresent() && !(first.get().equals("A") && start.startsWith("A "))) {
      return first.map(l -> new Found(l, "the start"));
    }
    return strictness == Strictness.LENIENT
        ? letters(text, false).map(l -> new Found(l, "the last letter"))
        : Optional.empty();
  }

  private static Optional<String> letters(String text, boolean first) {
    Optional<String> found = Optional.empty();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean alone =
          ChoiceText.isLetter(c) && !isPart(text, i - 1, false) && !isPart(text, i + 1, true);
      if (alone) {
        found = Optional.of(String.valueOf(c));
        if (first) {
          return found;
        }
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
