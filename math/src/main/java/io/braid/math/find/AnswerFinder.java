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
 * Finds the final answer in a response. It searches the last box or tags, the line after hashes,
 * the whole response if it consists only of the answer, the text after words such as "the answer
 * is", and the last sentence. A sentence in a box or in tags is searched in the same way.
 */
public final class AnswerFinder {
  private static final WordLists LISTS = WordLists.of(AnswerFinder.class);

  /** Tokens that end a response; some models continue after them. */
  private static final List<String> ENDS =
      List.of("<|im_start|>", "<|im_end|>", "<|eot_id|>", "<|endoftext|>", "<|end_of_text|>");

  private static final String THOUGHT = "</think>";

  /** Words that mean "no answer exists" if they are announced as the answer. */
  private static final Set<String> VERDICTS = LISTS.set("AnswerFinder.VERDICTS");

  private static final Pattern NO_LETTERS = Pattern.compile("[^\\p{L}]+");
  private static final Set<String> LINKING = LISTS.set("AnswerFinder.LINKING");

  private static final Pattern COUNTED =
      Pattern.compile(
          "\\$?\\d[\\d.,]{0,30} ?\\$? (?:[a-z]{2}"
              + " )?((?=\\p{Ll}{0,20}[aeiouyàéñöüä])\\p{Ll}{3,20})\\.?");

  /** A number with its calculation in brackets. */
  private static final Pattern WORKED =
      Pattern.compile("-?\\$?\\d[\\d.,]{0,30} \\(\\d[\\d\\s+*/×·÷.,=$%−-]{1,60}\\)");

  private static final List<String> REASONS = LISTS.list("AnswerFinder.REASONS");

  /** The kind of answer that is expected before the reference is known. */
  private static final Answer NUMBER = new Answer.Value(Expr.Num.of(0), "0", "");

  private final boolean lenient;
  private final boolean boxedOnly;
  private final LetterFinder letters;
  private final ClosingSentence closing;

  /** Finds answers leniently or strictly, anywhere or only in a closed box. */
  public AnswerFinder(boolean lenient, boolean boxedOnly) {
    this.lenient = lenient;
    this.boxedOnly = boxedOnly;
    this.letters = new LetterFinder(lenient);
    this.closing = new ClosingSentence(lenient);
  }

  /**
   * Finds the answer in a response.
   *
   * @param gold the reference; letters and words are accepted as an answer if the reference is a
   *     letter or a word
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

  /** Finds the answer in text without boxes, tags or hashes. */
  private Optional<Found> unmarked(String whole, Answer gold) {
    if (whole.isEmpty()) {
      return Optional.empty();
    }
    boolean choice = gold instanceof Answer.Choice;
    List<String> announced = AnswerPhrase.behind(whole, !choice);
    boolean fits = !choice || LetterFinder.isChoice(whole) || MATHEMATICS.matcher(whole).find();
    if (announced.isEmpty() && fits && isAnswer(whole, gold)) {
      return Optional.of(new Found(whole, Place.WHOLE));
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
   * Returns the content of a box or tag, or the answer in the sentence that it contains. The strict
   * finder requires the sentence to contain only one number.
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

  /** Returns whether the content of a box or tag is more than an answer and its unit. */
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

  /** Removes the commands that set words in a formula. */
  private static String spoken(String held) {
    return ESCAPED.matcher(TYPE.matcher(held).replaceAll("$1")).replaceAll("$1").strip();
  }

  private static Optional<Found> boxed(String text) {
    boolean thinking = text.contains("<think>") && !text.contains(THOUGHT);
    return thinking
        ? Optional.empty()
        : Boxes.last(text, false)
            .filter(held -> !held.isBlank())
            .map(held -> new Found(held, Place.BOX));
  }

  /**
   * Returns the answer announced by "the final answer is" after a position, if an answer follows
   * these words.
   */
  Optional<Found> behindFinalMark(String text, int place) {
    return AnswerPhrase.finallyBehind(text, place)
        .flatMap(rest -> inSentence(rest, NUMBER).found());
  }

  /** Returns the number or formula right after an {@code answer:} that follows a position. */
  private Optional<Found> directlyBehind(String text, int place) {
    return AnswerPhrase.directlyBehind(text, place)
        .map(rest -> Formulas.leading(rest).orElseGet(() -> AnswerPhrase.sentence(rest)))
        .filter(said -> !Prose.is(said) && said.chars().anyMatch(Character::isDigit))
        .map(said -> new Found(said, Place.ANNOUNCEMENT));
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

  /**
   * Returns the content of the last box or tags, or of the line after hashes. The result is unclear
   * if the box is not closed or the content is blank.
   */
  private static Finding marked(String text) {
    int box = Boxes.lastStart(text);
    int tags = text.lastIndexOf("<answer>");
    if (tags > box) {
      Optional<String> held = FinalAnswer.tagged(text);
      if (held.isPresent()) {
        return Finding.of(held.get(), Place.TAGS);
      }
    }
    if (box >= 0) {
      return Finding.of(Boxes.last(text, false).orElse(""), Place.BOX);
    }
    return FinalAnswer.afterHashes(text)
        .map(line -> line.isBlank() ? lineBehindHashes(text) : line)
        .filter(AnswerFinder::isNoHeading)
        .map(rest -> Finding.of(rest, Place.HASHES))
        .orElse(Finding.ABSENT);
  }

  /** Returns the first line that is not blank, for an answer below its hashes. */
  private static String lineBehindHashes(String text) {
    String rest = text.substring(text.lastIndexOf("####") + 4).strip();
    return rest.lines().findFirst().orElse("").strip();
  }

  /**
   * Returns whether a line after four hashes is not a Markdown heading, which has words and no
   * number.
   */
  private static boolean isNoHeading(String line) {
    return line.isBlank() || !Prose.is(line) || !Statement.of(line).mentions().isEmpty();
  }

  /** Returns the answer right after "the answer is", or elsewhere in the same sentence. */
  private Finding inSentence(String rest, Answer gold) {
    Optional<String> formula = Formulas.leading(rest);
    if (formula.isPresent()) {
      return Finding.of(formula.get(), Place.ANNOUNCEMENT);
    }
    String sentence = AnswerPhrase.sentence(Labels.blankedBehindAnnouncement(rest));
    if (!sentence.isBlank() && !Prose.is(sentence) && isSaid(sentence, gold)) {
      return new Found(sentence, Place.ANNOUNCEMENT);
    }
    Statement statement = Statement.of(sentence);
    if (statement.mentions().isEmpty()) {
      return words(sentence, gold).map(Finding.class::cast).orElse(Finding.ABSENT);
    }
    if (statement.isDenied()) {
      return closing.of(behindSentence(rest)).map(Finding.class::cast).orElse(Finding.UNCLEAR);
    }
    return Finding.of(stated(statement, sentence).orElse(""), Place.ANNOUNCEMENT);
  }

  /**
   * Returns the number or formula that the sentence states. If there are several, the last formula
   * counts. The lenient finder also accepts a number at the beginning or end of the sentence.
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

  /**
   * Returns whether words are an answer: the reference is a word, or the words mean that no answer
   * exists.
   */
  private static boolean isSaid(String sentence, Answer gold) {
    String first = sentence.toLowerCase(Locale.ROOT).split("[^a-z]", 2)[0];
    return VERDICTS.contains(first) || isAnswer(sentence, gold);
  }

  /**
   * Returns an answer in words, for the lenient finder only: the words of the reference if a reason
   * follows them, the name of a number, or the whole sentence.
   */
  private Optional<Found> words(String sentence, Answer gold) {
    if (!lenient || sentence.isBlank() || sentence.length() >= 200) {
      return Optional.empty();
    }
    if (!(gold instanceof Answer.Words(String wanted))) {
      return ClosingSentence.numberWord(sentence).map(word -> new Found(word, Place.ANNOUNCEMENT));
    }
    String key = WordText.key(sentence);
    boolean reason =
        REASONS.stream().anyMatch(because -> key.startsWith(wanted + " " + because + " "));
    return Optional.of(new Found(reason ? wanted : sentence, Place.ANNOUNCEMENT));
  }

  /**
   * Returns whether the text is only an answer; words are not an answer if a value is asked for.
   */
  private static boolean isAnswer(String text, Answer gold) {
    if (Prose.is(text) || hasWordsBesideFormulas(text) || isCounted(text)) {
      return false;
    }
    return gold instanceof Answer.Words
        || isWords(gold)
        || !isWords(AnswerReader.read(NormalisedText.of(text)));
  }

  /**
   * Returns whether the text is a number with a noun, {@code 14 ans}, or with its calculation, and
   * not a product.
   */
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

  /**
   * Returns whether the text is a sentence: whether there are words between its formulas other than
   * units and conjunctions.
   */
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

  /** Returns whether the answer is words, or a list of words; the name of a number is a number. */
  private static boolean isWords(Answer answer) {
    return switch (answer) {
      case Answer.Words(String words) ->
          WordText.number(words).isEmpty() && Phrases.set(words).isEmpty();
      case Answer.Listing(List<Answer> items, _) -> items.stream().allMatch(AnswerFinder::isWords);
      default -> false;
    };
  }
}
