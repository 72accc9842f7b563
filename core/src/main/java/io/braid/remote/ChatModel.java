package io.braid.remote;

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

  /** Returns the model's name, as written to records. */
  String name();

  @Override
  void close();
}
