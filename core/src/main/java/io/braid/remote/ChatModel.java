package io.braid.remote;

import io.braid.templates.ChatMessage;
import java.util.List;

/** Replies to a conversation: a service, or a model on this machine. */
public interface ChatModel extends AutoCloseable {
  /**
   * Replies to a conversation.
   *
   * @param messages the conversation so far; the reply is to its last message
   * @param how how replies are sampled
   * @return exactly as many replies as {@code how} asks for
   * @throws io.braid.UserError when they cannot be had: a service that stays away, a prompt that
   *     leaves no room for a reply
   */
  List<ChatReply> complete(List<ChatMessage> messages, ChatSettings how);

  /** What the model is called, as records of it say. */
  String name();

  @Override
  void close();
}
