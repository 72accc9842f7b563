package io.braid.remote;

import io.braid.UserError;
import io.braid.image.ImageSource;
import io.braid.templates.ChatMessage;
import java.util.List;

/** A chat model: a service, or a model on this machine. */
public interface ChatModel extends AutoCloseable {
  /**
   * Generates replies to a conversation.
   *
   * @param messages the conversation so far; the reply is to its last message
   * @param how how replies are sampled
   * @return exactly as many replies as {@code how} requests
   * @throws io.braid.UserError if no reply can be generated, because a service remains unavailable
   *     or the prompt leaves no tokens for a reply
   */
  List<ChatReply> complete(List<ChatMessage> messages, ChatSettings how);

  /**
   * Generates replies to a conversation with images.
   *
   * @param images the images, in the order of their places ({@link ImageSource#PLACE}) in the
   *     messages; if there are no places, they come before the last user message's text
   * @throws io.braid.UserError as {@link #complete(List, ChatSettings)}, or if an image cannot be
   *     read or the model reads none
   */
  default List<ChatReply> complete(
      List<ChatMessage> messages, List<ImageSource> images, ChatSettings how) {
    if (images.isEmpty()) {
      return complete(messages, how);
    }
    throw new UserError(
        "%s: %s reads only text; use a model that reads images"
            .formatted(images.getFirst().where(), name()));
  }

  /** Returns the model's name, as written to records. */
  String name();

  @Override
  void close();
}
