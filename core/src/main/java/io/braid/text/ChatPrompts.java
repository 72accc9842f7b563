package io.braid.text;

import io.braid.UserError;
import io.braid.templates.ChatMessage;
import io.braid.templates.ChatTemplate;
import io.braid.templates.jinja.TemplateException;
import java.util.List;

/** Renders prompts by a model's own chat template; its errors become {@link UserError}s. */
public final class ChatPrompts {
  private static final String NAME = "Chat template";

  private ChatPrompts() {}

  /**
   * Parses the source of a chat template.
   *
   * @throws UserError if the template uses an unsupported construct; the message names the line and
   *     the construct
   */
  static ChatTemplate template(String source) {
    try {
      return ChatTemplate.parse(source);
    } catch (TemplateException e) {
      throw new UserError(e.messageFor(NAME), e);
    }
  }

  /**
   * Renders a conversation up to the start of the next message of the model.
   *
   * @throws UserError if the template rejects the conversation or fails; the message names the line
   */
  public static String of(ChatTemplate template, List<ChatMessage> conversation) {
    try {
      return template.render(conversation, true);
    } catch (TemplateException e) {
      throw new UserError(e.messageFor(NAME), e);
    }
  }
}
