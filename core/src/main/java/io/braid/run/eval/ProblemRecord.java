package io.braid.run.eval;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.braid.eval.Outcome;
import io.braid.eval.Reply;
import io.braid.task.Problem;
import io.braid.verify.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A problem with its judged responses, as stored on a line of {@code records.jsonl}.
 *
 * @param suite name of the benchmark
 * @param index index of the problem in the benchmark, from 0
 * @param problem id of the problem
 * @param question the question
 * @param reference the reference answer, for people; empty for programs, whose tests are in the
 *     suite's file
 * @param responses the judged responses
 */
public record ProblemRecord(
    String suite,
    int index,
    String problem,
    String question,
    String reference,
    List<Judged> responses) {
  /**
   * A response with its verdict.
   *
   * @param text text of the response
   * @param tokens length in tokens
   * @param finished whether the model ended the response
   * @param answer key of the answer that was found; equal answers have equal keys
   * @param correct whether the response is correct
   * @param reward reward, from 0 to 1
   * @param reason reason of the verdict
   * @param unknown true if the response could not be judged; otherwise absent
   */
  public record Judged(
      String text,
      int tokens,
      boolean finished,
      Optional<String> answer,
      boolean correct,
      double reward,
      String reason,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean unknown) {
    /** Creates a judged response. */
    public Judged(
        String text,
        int tokens,
        boolean finished,
        Optional<String> answer,
        boolean correct,
        double reward,
        String reason) {
      this(text, tokens, finished, answer, correct, reward, reason, /* unknown= */ false);
    }

    /** Rejects missing values, since a file may lack any of them. */
    @JsonCreator
    public Judged {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(answer, "answer");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Rejects missing values, since a file may lack any of them. */
  public ProblemRecord {
    Objects.requireNonNull(suite, "suite");
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(question, "question");
    Objects.requireNonNull(reference, "reference");
    responses = List.copyOf(Objects.requireNonNull(responses, "responses"));
  }

  static ProblemRecord of(String suite, int index, Outcome outcome) {
    Problem problem = outcome.problem();
    List<Judged> responses = new ArrayList<>();
    for (int r = 0; r < outcome.replies().size(); r++) {
      Reply reply = outcome.replies().get(r);
      Verdict verdict = outcome.verdicts().get(r);
      responses.add(
          new Judged(
              reply.text(),
              reply.tokens(),
              reply.finished(),
              verdict.canonical(),
              verdict.correct(),
              verdict.reward(),
              verdict.reason(),
              verdict.unknown()));
    }
    return new ProblemRecord(
        suite, index, problem.id(), problem.question(), problem.reference().shown(), responses);
  }

  /** Returns the responses without their text, which stays in the file. */
  List<Reply> replies() {
    return responses.stream().map(each -> new Reply("", each.tokens(), each.finished())).toList();
  }

  List<Verdict> verdicts() {
    return responses.stream()
        .map(each ->
            new Verdict(
                each.reward(),
                each.correct(),
                each.answer(),
                each.reason(),
                each.unknown(),
                Optional.empty()))
        .toList();
  }
}
