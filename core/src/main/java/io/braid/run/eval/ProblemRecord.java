package io.braid.run.eval;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.braid.eval.Outcome;
import io.braid.eval.Reply;
import io.braid.task.Problem;
import io.braid.templates.ChatMessage;
import io.braid.verify.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * @param conversation the messages of the chat whose last user message is the question, in the form
 *     that chat templates take; empty if the question is the only message
 * @param responses the judged responses
 * @param images number of the question's images, which are in the data; absent if there are none
 */
public record ProblemRecord(
    String suite,
    int index,
    String problem,
    String question,
    String reference,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Map<String, Object>> conversation,
    List<Judged> responses,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int images) {
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

  /** Creates a record of a problem whose question is the only message. */
  public ProblemRecord(
      String suite,
      int index,
      String problem,
      String question,
      String reference,
      List<Judged> responses) {
    this(suite, index, problem, question, reference, List.of(), responses);
  }

  /** Creates a record of a problem without images. */
  public ProblemRecord(
      String suite,
      int index,
      String problem,
      String question,
      String reference,
      List<Map<String, Object>> conversation,
      List<Judged> responses) {
    this(suite, index, problem, question, reference, conversation, responses, /* images= */ 0);
  }

  /**
   * Rejects missing values, since a file may lack any of them; only a chat and images may be
   * absent.
   */
  @JsonCreator
  public ProblemRecord {
    Objects.requireNonNull(suite, "suite");
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(question, "question");
    Objects.requireNonNull(reference, "reference");
    conversation = List.copyOf(Objects.requireNonNullElse(conversation, List.of()));
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
        suite,
        index,
        problem.id(),
        problem.question(),
        problem.reference().shown(),
        problem.conversation().stream().map(ProblemRecord::message).toList(),
        responses,
        problem.images().size());
  }

  private static Map<String, Object> message(ChatMessage message) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("role", message.role());
    message.content().ifPresent(text -> values.put("content", text));
    values.putAll(message.more());
    return values;
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
