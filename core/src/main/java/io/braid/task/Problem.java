package io.braid.task;

import io.braid.image.ImageSource;
import io.braid.templates.ChatMessage;
import java.util.List;

/**
 * A question with a reference against which responses are judged.
 *
 * @param id the problem's id, unique in its source and the same in every run, because random
 *     numbers are keyed by it
 * @param question the question's text
 * @param reference the reference against which responses are judged
 * @param conversation all messages of the chat whose last user message is the question; empty if
 *     there is no chat
 * @param images the images of the question, in the order of their places ({@link
 *     ImageSource#PLACE}) in the text; images without a place come before the text
 * @param where location for error messages, such as {@code data.jsonl line 3}; empty if the problem
 *     was generated. It is not part of the problem's identity
 */
public record Problem(
    String id,
    String question,
    Reference reference,
    List<ChatMessage> conversation,
    List<ImageSource> images,
    String where) {
  /** Copies the lists. */
  public Problem {
    conversation = List.copyOf(conversation);
    images = List.copyOf(images);
  }

  /** Creates a problem without images. */
  public Problem(
      String id,
      String question,
      Reference reference,
      List<ChatMessage> conversation,
      String where) {
    this(id, question, reference, conversation, List.of(), where);
  }

  /** Creates a problem without images whose question is not part of a chat. */
  public Problem(String id, String question, Reference reference) {
    this(id, question, reference, List.of(), "");
  }

  /** Returns this problem with a different id. */
  public Problem called(String other) {
    return new Problem(other, question, reference, conversation, images, where);
  }

  /** Returns this problem with images. */
  public Problem with(List<ImageSource> given) {
    return new Problem(id, question, reference, conversation, given, where);
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
        && problem.conversation.equals(conversation)
        && problem.images.equals(images);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}
