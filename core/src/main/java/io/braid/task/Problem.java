package io.braid.task;

import io.braid.templates.ChatMessage;
import java.util.List;

/**
 * A question with something to judge the response against.
 *
 * @param id unique in its source and stable over runs, so that random numbers can be keyed by it
 * @param question the text that the model is asked
 * @param reference what a response is judged against
 * @param conversation all messages of the chat in which the question is the user's last one; empty
 *     where it stands alone
 * @param where for messages: {@code data.jsonl line 3}; empty where it was made. Two problems are
 *     equal wherever they stand
 */
public record Problem(
    String id, String question, Reference reference, List<ChatMessage> conversation, String where) {
  /** Copies the list. */
  public Problem {
    conversation = List.copyOf(conversation);
  }

  /** A question that stands alone. */
  public Problem(String id, String question, Reference reference) {
    this(id, question, reference, List.of(), "");
  }

  /** This problem under another id. */
  public Problem called(String other) {
    return new Problem(other, question, reference, conversation, where);
  }

  /** How a message names it: by its place, else by its id. */
  public String place() {
    return where.isEmpty() ? "problem " + id : where;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Problem problem
        && problem.id.equals(id)
        && problem.question.equals(question)
        && problem.reference.equals(reference)
        && problem.conversation.equals(conversation);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}
