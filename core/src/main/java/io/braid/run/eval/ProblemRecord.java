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
 * A problem that was asked and judged, as a line of {@code records.jsonl} keeps it.
 *
 * @param suite by which benchmark
 * @param index which of its problems, from 0
 * @param problem the problem's id
 * @param question what was asked
 * @param reference what the responses were judged against, for people; empty for programs, whose
 *     tests the suite's file holds
 * @param responses what came
 */
public record ProblemRecord(
    String suite,
    int index,
    String problem,
    String question,
    String reference,
    List<Judged> responses) {
  /**
   * A response and what it was worth.
   *
   * @param text what the model wrote
   * @param tokens its length
   * @param finished whether it ended by itself
   * @param answer the key of the answer that was found in it, equal for equal answers
   * @param correct whether it is right
   * @param reward what it is worth, from 0 to 1
   * @param reason why
   * @param unknown whether it could not be judged; only there when so
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
    /** A response that was judged. */
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

    /** A file may lack any of it. */
    @JsonCreator
    public Judged {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(answer, "answer");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** A file may lack any of it. */
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

  /** Without the texts, which stay in the file. */
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
