package io.braid.math.find;

import io.braid.math.read.AnswerReader;
import io.braid.math.read.NormalisedText;
import io.braid.math.read.Phrases;
import io.braid.math.read.Units;
import io.braid.math.read.WordLists;
import io.braid.math.read.WordText;
import io.braid.math.value.Answer;
import io.braid.math.value.Expr;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the final answer in a response: in the last box or tags, behind hashes, the whole response
 * when it is nothing else, behind words such as "the answer is", or in the last sentence. What a
 * mark holds is looked through in the same way when it is a sentence.
 */
public final class AnswerFinder {
  private static final WordLists LISTS = WordLists.of(AnswerFinder.class);

  /** What ends a response, for models that run on. */
  private static final List<String> ENDS =
      List.of("<|im_start|>", "<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<|end_of_text|>");

  private static final String THOUGHT = "</think>";
  private static final String ANNOUNCED = "behind \"answer\"";

  /** Announced as the answer, they say that there is none. */
  private static final Set<String> VERDICTS = LISTS.set("AnswerFinder.VERDICTS");

  private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}]+");
  private static final Set<String> LINKING = LISTS.set("AnswerFinder.LINKING");

  private static final Pattern COUNTED =
      Pattern.compile(
          "\\$?\\d[\\d.,]{0,30} ?\\$? (?:[a-z]{2}"
              + " )?((?=\\p{Ll}{0,20}[aeiouyàéñöüä])\\p{Ll}{3,20})\\.?");

  /** A number with how it came about in brackets. */
  private static final Pattern WORKED =
      Pattern.compile("-?\\$?\\d[\\d.,]{0,30} \\(\\d[\\d\\s+*/×·÷.,=$%−-]{1,60}\\)");

  private static final List<String> REASONS = LISTS.list("AnswerFinder.REASONS");

  /** What is asked for where the reference is not yet known. */
  private static final Answer NUMBER = new Answer.Value(Expr.Num.of(0), "0", "");

  private final boolean lenient;
  private final boolean boxedOnly;
  private final LetterFinder letters;
  private final ClosingSentence closing;

  public AnswerFinder(boolean lenient, boolean boxedOnly) {
    this.lenient = lenient;
    this.boxedOnly = boxedOnly;
    this.letters = new LetterFinder(lenient);
    this.closing = new ClosingSentence(lenient);
  }

  /**
   * The answer of a response.
   *
   * @param gold the reference: letters and words are an answer where it is one
   */
  public Optional<Found> in(String response, Answer gold) {
    String text =
        afterThought(cut(MarkSpelling.usual(RepairedText.of(ResponseText.end(response)))));
    if (boxedOnly) {
      return boxed(text);
    }
    int marks = Math.max(Boxes.lastEnd(text), text.lastIndexOf("</answer>"));
    Optional<Found> last =
        marks < 0
            ? Optional.empty()
            : behindFinalMark(text, marks).or(() -> directlyBehind(text, marks));
    if (last.isPresent()) {
      return last;
    }
    return switch (marked(text)) {
      case Found found -> Optional.of(withinMark(found, gold));
      case Finding.Unclear _ -> Optional.empty();
      case Finding.Absent _ -> unmarked(text.strip(), gold);
    };
  }

  /** The answer of a text without marks. */
  private Optional<Found> unmarked(String whole, Answer gold) {
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    boolean choice = gold instanceof Answer.Choice;
    List<String> announced = AnswerPhrase.behind(whole, !choice);
    boolean fits = !choice || LetterFinder.isChoice(whole) || MATHEMATICS.matcher(whole).find();
    if (announced.isEmpty() && fits && isAnswer(whole, gold)) {
      return Optional.of(new Found(whole, "the whole response"));
    }
    if (choice) {
      return letters.in(whole, announced);
    }
    return announced.stream()
        .map(rest -> inSentence(rest, gold))
        .filter(finding -> finding != Finding.ABSENT)
        .findFirst()
        .map(Finding::found)
        .orElseGet(() -> closing.of(whole));
  }

  /**
   * What a mark holds, or the answer of the sentence that it holds; strict wants the sentence to
   * hold one number alone.
   */
  private Found withinMark(Found mark, Answer gold) {
    String held = spoken(mark.text());
    boolean choice = gold instanceof Answer.Choice;
    boolean chosen = choice && LetterFinder.isChoice(mark.text());
    if (chosen || !isSentence(mark.text(), held)) {
      return mark;
    }
    boolean announces = !AnswerPhrase.behind(held, !choice).isEmpty();
    boolean several = !choice && Statement.of(held).mentions().size() > 1;
    boolean unclear = isWords(gold) || several && !lenient;
    if (unclear && !announces) {
      return mark;
    }
    return unmarked(held, gold).map(inner -> new Found(inner.text(), mark.where())).orElse(mark);
  }

  /** Whether a mark holds words that say more than an answer and its unit. */
  private static boolean isSentence(String written, String spoken) {
    if (Prose.is(written) || hasWordsBesideFormulas(written)) {
      return true;
    }
    if (MATHEMATICS.matcher(spoken).find()) {
      return false;
    }
    Answer read = AnswerReader.read(NormalisedText.of(written));
    boolean measured =
        read instanceof Answer.Value(_, _, String unit)
            && unit.strip().split(" ").length < 5
            && !Units.canonical(unit).isEmpty();
    boolean typed = TYPE.matcher(written.strip()).matches() && Prose.is(spoken);
    return (typed && !measured || holdsWords(read)) && !Statement.of(spoken).mentions().isEmpty();
  }

  private static boolean holdsWords(Answer answer) {
    return switch (answer) {
      case Answer.Words _ -> true;
      case Answer.Listing(List<Answer> items, _) ->
          items.stream().anyMatch(AnswerFinder::holdsWords);
      default -> false;
    };
  }

  private static final Pattern TYPE =
      Pattern.compile("\\\\(?:text(?:bf|it|rm|normal)?|mbox|mathrm|mathbf)\\s?\\{([^{}]*)\\}");

  private static final Pattern ESCAPED = Pattern.compile("\\\\([$%&#])");

  private static final Pattern MATHEMATICS = Pattern.compile("[\\\\^_={}<>|+]");

  /** Without the commands that set words in a formula. */
  private static String spoken(String held) {
    return ESCAPED.matcher(TYPE.matcher(held).replaceAll("$1")).replaceAll("$1").strip();
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
  Optional<Found> behindFinalMark(String text, int place) {
    return AnswerPhrase.finallyBehind(text, place)
        .flatMap(rest -> inSentence(rest, NUMBER).found());
  }

  /** The number or formula that {@code answer:} has behind a place, and nothing else. */
  private Optional<Found> directlyBehind(String text, int place) {
    return AnswerPhrase.directlyBehind(text, place)
        .map(rest -> Formulas.leading(rest).orElseGet(() -> AnswerPhrase.sentence(rest)))
        .filter(said -> !Prose.is(said) && said.chars().anyMatch(Character::isDigit))
        .map(said -> new Found(said, ANNOUNCED));
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
    boolean nothing = rest.isBlank() && !boxedOnly;
    return nothing ? text.substring(0, end) : rest;
  }

  /** What is in a box, in tags or behind hashes; unclear when that is not closed or blank. */
  private static Finding marked(String text) {
    int box = Boxes.lastStart(text);
    int tags = text.lastIndexOf("<answer>");
    if (tags > box) {
      Optional<String> held = FinalAnswer.tagged(text);
      if (held.isPresent()) {
        return Finding.of(held.get(), "the last answer tags");
      }
    }
    if (box >= 0) {
      return Finding.of(Boxes.last(text, false).orElse(""), "the last box");
    }
    return FinalAnswer.afterHashes(text)
        .map(line -> line.isBlank() ? lineBehindHashes(text) : line)
        .filter(AnswerFinder::isNoHeading)
        .map(rest -> Finding.of(rest, "behind ####"))
        .orElse(Finding.ABSENT);
  }

  /** The next line with something on it, for an answer below its hashes. */
  private static String lineBehindHashes(String text) {
    String rest = text.substring(text.lastIndexOf("####") + 4).strip();
    return rest.lines().findFirst().orElse("").strip();
  }

  /** A heading of Markdown begins with four hashes as well; it holds words without a number. */
  private static boolean isNoHeading(String line) {
    return line.isBlank() || !Prose.is(line) || !Statement.of(line).mentions().isEmpty();
  }

  /** The answer at the start of what follows "the answer is", or within that sentence. */
  private Finding inSentence(String rest, Answer gold) {
    Optional<String> formula = Formulas.leading(rest);
    if (formula.isPresent()) {
      return Finding.of(formula.get(), ANNOUNCED);
    }
    String sentence = AnswerPhrase.sentence(Labels.blanked(rest));
    if (!sentence.isBlank() && !Prose.is(sentence) && isSaid(sentence, gold)) {
      return new Found(sentence, ANNOUNCED);
    }
    Statement statement = Statement.of(sentence);
    if (statement.mentions().isEmpty()) {
      return words(sentence, gold).map(Finding.class::cast).orElse(Finding.ABSENT);
    }
    if (statement.isDenied()) {
      return closing.of(behindSentence(rest)).map(Finding.class::cast).orElse(Finding.UNCLEAR);
    }
    return Finding.of(stated(statement, sentence).orElse(""), ANNOUNCED);
  }

  /**
   * What it states; of several the last formula, in lenient also a number that is first or last.
   */
  private Optional<String> stated(Statement statement, String sentence) {
    Optional<String> clear = statement.alternatives().or(statement::only);
    if (clear.isPresent()) {
      return clear;
    }
    List<Formulas.Span> formulas = Formulas.readable(sentence);
    if (!formulas.isEmpty()) {
      return closing.of(sentence).map(Found::text);
    }
    if (statement.isForeign()) {
      return closing.of(sentence).map(Found::text);
    }
    return lenient
        ? statement.leading().or(() -> closing.of(sentence).map(Found::text))
        : Optional.empty();
  }

  private static String behindSentence(String rest) {
    int end = 0;
    while (end < rest.length() && !AnswerPhrase.endsHere(rest, end)) {
      end++;
    }
    return rest.substring(Math.min(rest.length(), end + 1));
  }

  /** Words say an answer where words are asked for, or where they say that there is none. */
  private static boolean isSaid(String sentence, Answer gold) {
    String first = sentence.toLowerCase(Locale.ROOT).split("[^a-z]", 2)[0];
    return VERDICTS.contains(first) || isAnswer(sentence, gold);
  }

  /**
   * Lenient: the reference's words, where a reason follows them, a number's name, or the sentence.
   */
  private Optional<Found> words(String sentence, Answer gold) {
    if (!lenient || sentence.isBlank() || sentence.length() >= 200) {
      return Optional.empty();
    }
    if (!(gold instanceof Answer.Words(String wanted))) {
      return ClosingSentence.numberWord(sentence).map(word -> new Found(word, ANNOUNCED));
    }
    String key = WordText.key(sentence);
    boolean reason =
        REASONS.stream().anyMatch(because -> key.startsWith(wanted + " " + because + " "));
    return Optional.of(new Found(reason ? wanted : sentence, ANNOUNCED));
  }

  /** Whether it is an answer and nothing else; words are none where a value is asked for. */
  private static boolean isAnswer(String text, Answer gold) {
    if (Prose.is(text) || hasWordsBesideFormulas(text) || isCounted(text)) {
      return false;
    }
    return gold instanceof Answer.Words
        || isWords(gold)
        || !isWords(AnswerReader.read(NormalisedText.of(text)));
  }

  /** A number and a noun, {@code 14 ans}, or how it came about: no product of these. */
  private static boolean isCounted(String text) {
    if (WORKED.matcher(text).matches()) {
      return true;
    }
    Matcher counted = COUNTED.matcher(text);
    return counted.matches()
        && !Units.isUnit(counted.group(1))
        && !LINKING.contains(counted.group(1))
        && WordText.multiplier(counted.group(1)).isEmpty();
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
      case Answer.Words(String words) ->
          WordText.number(words).isEmpty() && Phrases.set(words).isEmpty();
      case Answer.Listing(List<Answer> items, _) -> items.stream().allMatch(AnswerFinder::isWords);
      default -> false;
    };
  }
}
