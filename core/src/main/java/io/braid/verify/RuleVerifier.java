package io.braid.verify;

import io.braid.math.ComparisonSettings;
import io.braid.math.MathAnswers;
import io.braid.math.find.ResponseText;
import io.braid.task.CodeTests;
import io.braid.task.Countdown;
import io.braid.task.DigitSequence;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.code.CodeVerifier;
import java.util.Optional;
import java.util.stream.Stream;

/** Judges responses by the rule that fits the problem's reference. */
public final class RuleVerifier implements Verifier {
  private final Rule rule;
  private Optional<CodeVerifier> code = Optional.empty();

  /** Creates the verifier for rewards, {@link Rule#STRICT}. */
  public RuleVerifier() {
    this(Rule.STRICT);
  }

  /** Creates a verifier for every kind of reference. */
  RuleVerifier(Rule rule) {
    this.rule = rule;
  }

  @Override
  public Verdict judge(Submission submission) {
    String response = submission.response();
    return switch (submission.problem().reference()) {
      case Reference.Text text -> answer(text, submission);
      case Reference.OneOf oneOf -> oneOf(oneOf, submission);
      case CodeTests tests -> code().judge(tests, response);
      case Countdown countdown -> marked(submission, CountdownVerifier.judge(countdown, response));
      case DigitSequence sequence ->
          marked(submission, DigitSequenceVerifier.judge(sequence, response));
    };
  }

  /** Returns the verdict on an answer that is in tags, in a box, or the whole response. */
  private static Verdict marked(Submission submission, Verdict verdict) {
    boolean counts =
        !submission.announcedOnly()
            || verdict.canonical().isEmpty()
            || ResponseText.marked(submission.response()).isPresent();
    return counts ? verdict : Verdict.notAnnounced();
  }

  private Verdict answer(Reference.Text text, Submission submission) {
    String response = submission.response();
    ComparisonSettings settings = ComparisonSettings.of(rule.strictness()).with(rule.extraction());
    MathAnswers.Judged first = MathAnswers.judge(text.answer(), response, settings);
    String reason = first.comparison().reason();
    if (first.key().isEmpty()) {
      return Verdict.noAnswer(reason);
    }
    if (submission.announcedOnly() && !first.announced()) {
      return Verdict.notAnnounced();
    }
    boolean right =
        first.comparison().equal()
            || text.alternatives().stream()
                .anyMatch(other -> MathAnswers.compare(other, response, settings).equal());
    String key = first.key().get();
    String reading = first.comparison().predictionReading();
    if (right) {
      return Verdict.right(key).read(reading);
    }
    Optional<String> unread =
        golds(text).filter(Optional::isPresent).findFirst().orElse(first.unread());
    return unread
        .map(why -> Verdict.unknown(Optional.of(key), why))
        .orElseGet(() -> Verdict.wrong(key, reason))
        .read(reading);
  }

  /** Returns the verdict whose key is one of the answers, or that on the first of them. */
  private Verdict oneOf(Reference.OneOf reference, Submission submission) {
    for (String each : reference.answers()) {
      Verdict verdict = answer(new Reference.Text(each), submission);
      if (verdict.correct()) {
        return Verdict.right(each);
      }
    }
    return answer(new Reference.Text(reference.answers().getFirst()), submission);
  }

  /**
   * Returns for each form of the reference the reason why it cannot be read, or empty if it can.
   */
  private static Stream<Optional<String>> golds(Reference.Text text) {
    return Stream.concat(Stream.of(text.answer()), text.alternatives().stream())
        .map(MathAnswers::unreadable);
  }

  /** Returns a reason if none of the reference's forms can be read. */
  @Override
  public Optional<String> unreadable(Problem problem) {
    return problem.reference() instanceof Reference.Text text
            && golds(text).allMatch(Optional::isPresent)
        ? MathAnswers.unreadable(text.answer())
        : Optional.empty();
  }

  /** Creates the code verifier, and tests its sandbox, when the first program arrives. */
  private synchronized CodeVerifier code() {
    CodeVerifier verifier = code.orElseGet(() -> new CodeVerifier(rule.code()));
    code = Optional.of(verifier);
    return verifier;
  }

  /** Ends the programs that are still running. */
  @Override
  public synchronized void close() {
    code.ifPresent(CodeVerifier::close);
  }
}
