package io.braid.task;

import io.braid.templates.ChatMessage;
import java.util.List;

/**
 * A question with a reference that responses are judged by.
 *
 * @param id unique in its source and the same in every run, since random numbers are keyed by it
 * @param question the question's text
 * @param reference what responses are judged by
 * @param conversation all messages of the chat whose last user message is the question; empty if
 *     there is no chat
 * @param where for messages: {@code data.jsonl line 3}; empty if it was generated. Not part of a
 *     problem's identity
 */
public record Problem(
    String id, String question, Reference reference, List<ChatMessage> conversation, String where) {
  /** Copies the list. */
  public Problem {
    conversation = List.copyOf(conversation);
  }

  /** A question without a chat. */
  public Problem(String id, String question, Reference reference) {
    this(id, question, reference, List.of(), "");
  }

  /** This problem with another id. */
  public Problem called(String other) {
    return new Problem(other, question, reference, conversation, where);
  }

  /** Describes the problem in error messages: its location, or its id if it has none. */
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
