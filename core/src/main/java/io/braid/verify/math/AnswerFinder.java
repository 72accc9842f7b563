package io.braid.verify.math;

import io.braid.task.FinalAnswer;
import io.braid.verify.Extraction;
import io.braid.verify.ResponseText;
import io.braid.verify.Strictness;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the final answer in a response: in the last box or tags, behind hashes, the whole response
 * when it is nothing else, behind words such as "the answer is", or the last formula or number.
 */
final class AnswerFinder {
  /** What ends a response, for models that run on. */
  private static final List<String> ENDS =
      List.of("<|im_start|>", "<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<|end_of_text|>");

  private static final String THOUGHT = "</think>";
  private static final String TAGS = "the last answer tags";
  private static final String ANNOUNCED = "behind \"answer\"";

  /** Announced as the answer, they say that there is none. */
  private static final Set<String> VERDICTS =
      Set.of("undefined", "infinite", "infinity", "impossible", "none", "indeterminate", "unknown");

  private static final Pattern INTRODUCING =
      Pattern.compile(
          "(?i)\\b(?:is|are|get|have|be|thus|so|hence|therefore)\\b[:,]? (?:[a-z] ?= ?)?");

  private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}]+");
  private static final Set<String> LINKING = Set.of("and", "or", "et", "ou", "und", "oder", "y");

  private static final List<String> REASONS = List.of("because", "since", "as", "for");

  private static final ComparisonSettings LENIENT = ComparisonSettings.of(Strictness.LENIENT);

  /** What is asked for where the reference is not yet known. */
  private static final Answer NUMBER = new Answer.Value(Expr.Num.of(0), "0", "");

  private final ComparisonSettings settings;

  /**
   * Where an answer was found.
   *
   * @param text the answer
   * @param where in a few words
   */
  record Found(String text, String where) {}

  AnswerFinder(ComparisonSettings settings) {
    this.settings = settings;
  }

  /** The answer of a reference: itself, unless it is a worked solution. */
  static String ofReference(String reference) {
    String gold = MendedText.of(ResponseText.end(reference));
    Optional<Found> last = new AnswerFinder(LENIENT).behindFinalMark(gold, Boxes.lastEnd(gold));
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
    List<String> announced = AnswerPhrase.behind(gold);
    return announced.isEmpty() ? closingFormula(gold) : ofAnnounced(announced.getFirst());
  }

  private static String ofAnnounced(String rest) {
    String sentence = AnswerPhrase.sentence(rest);
    return leadingFormulas(rest)
        .orElse(sentence.isBlank() || Prose.is(sentence) ? rest.strip() : sentence);
  }

  /** What a sentence ends with when that is its only formula and a number is in it. */
  private static String closingFormula(String gold) {
    List<Formulas.Span> formulas = Prose.is(gold) ? readable(gold) : List.of();
    if (formulas.size() != 1) {
      return gold;
    }
    String rest = gold.substring(formulas.getLast().end()).strip();
    String content = formulas.getLast().content();
    boolean value = content.chars().anyMatch(Character::isDigit);
    return value && (rest.isEmpty() || rest.equals(".")) ? content : gold;
  }

  /**
   * The answer of a response.
   *
   * @param gold the reference: letters and words are an answer where it is one
   */
  Optional<Found> in(String response, Answer gold) {
    String text = afterThought(cut(MendedText.of(ResponseText.end(response))));
    if (settings.extraction() == Extraction.BOX) {
      return boxed(text);
    }
    int marks = Math.max(Boxes.lastEnd(text), text.lastIndexOf("</answer>"));
    Optional<Found> last = marks < 0 ? Optional.empty() : behindFinalMark(text, marks);
    if (last.isPresent()) {
      return last;
    }
    Optional<Optional<Found>> marked = marked(text);
    if (marked.isPresent()) {
      return marked.get().map(found -> announcedIn(found, gold));
    }
    String whole = text.strip();
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    List<String> announced = AnswerPhrase.behind(whole);
    if (announced.isEmpty() && isAnswer(whole, gold)) {
      return Optional.of(new Found(whole, "the whole response"));
    }
    if (gold instanceof Answer.Choice) {
      return letter(whole, announced);
    }
    return announced.stream()
        .map(rest -> inSentence(rest, gold))
        .flatMap(Optional::stream)
        .findFirst()
        .map(found -> found.text().isEmpty() ? Optional.<Found>empty() : Optional.of(found))
        .orElseGet(() -> last(whole));
  }

  /** Tags may hold a sentence that announces the answer. */
  private Found announcedIn(Found found, Answer gold) {
    boolean sentence = found.where().equals(TAGS) && !(gold instanceof Answer.Choice);
    return (sentence ? AnswerPhrase.behind(found.text()) : List.<String>of())
        .stream()
            .map(rest -> inSentence(rest, gold))
            .flatMap(Optional::stream)
            .findFirst()
            .filter(inner -> !inner.text().isEmpty())
            .orElse(found);
  }

  private static Optional<Found> boxed(String text) {
    boolean thinking = text.contains("<think>") && !text.contains(THOUGHT);
    return thinking
        ? Optional.empty()
        : Boxes.last(text, false)
            .filter(held -> !held.isBlank())
            .map(held -> new Found(held, "the last box"));
  }

  /** What "the final answer is" says behind a place; the words alone say nothing. */
  private Optional<Found> behindFinalMark(String text, int place) {
    return AnswerPhrase.finallyBehind(text, place)
        .flatMap(rest -> inSentence(rest, NUMBER))
        .filter(found -> !found.text().isEmpty());
  }

  private static String cut(String text) {
    int end = text.length();
    for (String mark : ENDS) {
      int at = text.indexOf(mark);
      end = at > 0 ? Math.min(end, at) : end;
    }
    return text.substring(0, end);
  }

  private String afterThought(String text) {
    int end = text.lastIndexOf(THOUGHT);
    if (end < 0) {
      return text;
    }
    String rest = text.substring(end + THOUGHT.length());
    boolean nothing = rest.isBlank() && settings.extraction() == Extraction.ANYWHERE;
    return nothing ? text.substring(0, end) : rest;
  }

  /** What is in a box, in tags or behind hashes; empty inside when that is not closed or blank. */
  private static Optional<Optional<Found>> marked(String text) {
    int box = Boxes.lastStart(text);
    int tags = text.lastIndexOf("<answer>");
    if (tags > box) {
      Optional<String> held = FinalAnswer.tagged(text);
      if (held.isPresent()) {
        return Optional.of(held.filter(h -> !h.isBlank()).map(h -> new Found(h, TAGS)));
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

  /**
   * The answer at the start of what follows "the answer is", or within that sentence. Empty when it
   * says none, so that an earlier one may; a blank answer when it says one that is not clear.
   */
  private Optional<Found> inSentence(String rest, Answer gold) {
    Optional<String> formula = leadingFormulas(rest);
    if (formula.isPresent()) {
      return formula.map(f -> new Found(f, ANNOUNCED));
    }
    String sentence = AnswerPhrase.sentence(rest);
    if (!sentence.isBlank() && !Prose.is(sentence) && isSaid(sentence, gold)) {
      return Optional.of(new Found(sentence, ANNOUNCED));
    }
    List<Formulas.Span> formulas = readable(sentence);
    if (!formulas.isEmpty()) {
      Optional<Found> number = lastNumberBehind(sentence, formulas.getLast().end());
      return number.or(
          () -> Optional.of(new Found(withPercent(sentence, formulas.getLast()), ANNOUNCED)));
    }
    Numbers numbers = new Numbers(sentence, 0);
    Optional<Numbers.Span> first = numbers.next();
    if (first.isEmpty()) {
      return words(sentence, gold);
    }
    boolean clear = settings.lenient() || numbers.next().isEmpty();
    return Optional.of(new Found(clear ? first.get().text() : "", ANNOUNCED));
  }

  /** Words say an answer where words are asked for, or where they say that there is none. */
  private static boolean isSaid(String sentence, Answer gold) {
    String first = sentence.toLowerCase(Locale.ROOT).split("[^a-z]", 2)[0];
    return VERDICTS.contains(first) || isAnswer(sentence, gold);
  }

  /** The reference's words, where a reason follows them; or else the sentence. */
  private Optional<Found> words(String sentence, Answer gold) {
    if (!settings.lenient()
        || sentence.isBlank()
        || sentence.length() >= 200
        || !(gold instanceof Answer.Words(String wanted))) {
      return Optional.empty();
    }
    String key = WordText.key(sentence);
    boolean reason =
        REASONS.stream().anyMatch(because -> key.startsWith(wanted + " " + because + " "));
    return Optional.of(new Found(reason ? wanted : sentence, ANNOUNCED));
  }

  /** A formula with the sign for percent that follows it. */
  private static String withPercent(String text, Formulas.Span span) {
    String rest = text.substring(span.end()).stripLeading();
    boolean percent = rest.startsWith("%") || rest.startsWith("\\%");
    return span.content() + (percent ? "\\%" : "");
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
    StringBuilder joined = new StringBuilder(withPercent(rest, spans.getFirst()));
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

  /** The formula, the tuple in brackets or the number that ends last. */
  private Optional<Found> last(String text) {
    Optional<Found> tuple = ClosingTuple.of(text).map(held -> new Found(held, "the last tuple"));
    if (tuple.isPresent()) {
      return tuple;
    }
    List<Formulas.Span> formulas = readable(text);
    int end = formulas.isEmpty() ? 0 : formulas.getLast().end();
    Optional<Found> number = lastNumberBehind(text, end);
    if (number.isPresent() || formulas.isEmpty()) {
      return number.or(() -> closingWords(text));
    }
    boolean digitsFollow = text.substring(end).chars().anyMatch(Character::isDigit);
    return digitsFollow ? Optional.empty() : Optional.of(joined(text, formulas));
  }

  /** Lenient: a formula without signs around it at the end of the last sentence. */
  private Optional<Found> closingWords(String text) {
    String line = text.substring(text.lastIndexOf('\n') + 1).strip();
    Matcher introduced = INTRODUCING.matcher(line);
    int start = -1;
    while (introduced.find()) {
      start = introduced.end();
    }
    String rest = start < 0 ? "" : AnswerPhrase.sentence(line.substring(start));
    boolean formula =
        settings.lenient()
            && !rest.isBlank()
            && line.length() - start - rest.length() < 3
            && !Prose.is(rest)
            && AnswerReader.read(TidyText.of(rest)) instanceof Answer.Value
            && (rest.indexOf('\\') >= 0 || rest.indexOf('^') >= 0);
    return formula ? Optional.of(new Found(rest, "the last words")) : Optional.empty();
  }

  /** The last formula, with those before it that only "and" or "or" parts from it. */
  private static Found joined(String text, List<Formulas.Span> formulas) {
    int last = formulas.size() - 1;
    StringBuilder answer = new StringBuilder(withPercent(text, formulas.get(last)));
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
    Numbers numbers = new Numbers(text, from);
    Optional<Found> last = Optional.empty();
    int end = from;
    for (Optional<Numbers.Span> next = numbers.next(); next.isPresent(); next = numbers.next()) {
      last = Optional.of(new Found(next.get().text(), "the last number"));
      end = next.get().end();
    }
    boolean digitsFollow = text.substring(end).chars().anyMatch(Character::isDigit);
    return digitsFollow ? Optional.empty() : last;
  }

  /** Whether it is an answer and nothing else; words are none where a value is asked for. */
  private static boolean isAnswer(String text, Answer gold) {
    if (Prose.is(text) || hasWordsBesideFormulas(text)) {
      return false;
    }
    return gold instanceof Answer.Words
        || isWords(gold)
        || !isWords(AnswerReader.read(TidyText.of(text)));
  }

  /** Words between formulas that are neither units nor links make a sentence. */
  private static boolean hasWordsBesideFormulas(String text) {
    List<Formulas.Span> spans = Formulas.in(text);
    int at = 0;
    StringBuilder outside = new StringBuilder();
    for (Formulas.Span span : spans) {
      outside.append(text, at, span.start()).append(' ');
      at = span.end();
    }
    outside.append(text, at, text.length());
    return !spans.isEmpty()
        && outside.indexOf("\\") < 0
        && NO_LETTERS
            .splitAsStream(outside)
            .anyMatch(word ->
                word.length() > 1
                    && !Units.isUnit(word)
                    && !LINKING.contains(word.toLowerCase(Locale.ROOT)));
  }

  /** Words, or a list of them; a number's name is a number. */
  private static boolean isWords(Answer answer) {
    return switch (answer) {
      case Answer.Words(String words) -> WordText.number(words).isEmpty();
      case Answer.Listing(List<Answer> items, _) -> items.stream().allMatch(AnswerFinder::isWords);
      default -> false;
    };
  }

  /** A letter to choose: the first behind "the answer is", else one at the start, else the last. */
  private Optional<Found> letter(String text, List<String> announced) {
    if (!Prose.is(text) && AnswerReader.read(TidyText.of(text)) instanceof Answer.Listing) {
      return Optional.of(new Found(text, "the whole response"));
    }
    for (String rest : announced) {
      String sentence = AnswerPhrase.sentence(rest);
      Answer read = AnswerReader.read(TidyText.of(sentence));
      boolean several = read instanceof Answer.Listing && !Prose.is(sentence);
      if (read instanceof Answer.Choice || several) {
        return Optional.of(new Found(sentence, ANNOUNCED));
      }
      Optional<Found> behind = letters(sentence, true).map(l -> new Found(l, ANNOUNCED));
      if (behind.isPresent()) {
        return behind;
      }
    }
    Optional<String> behind =
        announced.isEmpty() ? Optional.empty() : letters(announced.getFirst(), true);
    if (behind.isPresent()) {
      return behind.map(l -> new Found(l, ANNOUNCED));
    }
    String start = text.startsWith("(") ? text.substring(1) : text;
    Optional<String> first = letters(start, true).filter(start::startsWith);
    boolean article = start.startsWith("A ");
    if (first.isPresent() && !article && !ChoiceText.goesOn(start.substring(1))) {
      return first.map(l -> new Found(l, "the start"));
    }
    return settings.lenient()
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
