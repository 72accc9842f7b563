package io.braid.text;

import io.braid.Nearest;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.templates.ChatMessage;
import io.braid.templates.ChatTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns a question into the prompt that a model continues.
 *
 * <p>The named formats are the formats in the published code of RLFR (its {@code *_box}, {@code
 * *_tag} and {@code r1} templates) and FlowRL (the question as worded in its data, in the model's
 * own chat template), character for character. The rendered text contains a format's special
 * tokens, so encode the prompt with {@link Tokenizer#encode}.
 */
public sealed interface PromptFormat {
  /** Returns the name of the format in recipes. */
  String name();

  /**
   * Returns the text that ends an answer in this format, in addition to the end token of the model;
   * it is kept in the answer.
   */
  Optional<String> stop();

  /**
   * Returns whether the prompt is plain text, so that the tokenizer adds its special tokens; a chat
   * template contains its own.
   */
  default boolean raw() {
    return this instanceof Fixed;
  }

  /**
   * Renders the prompt for a question.
   *
   * @param question the question, used unchanged
   * @param chat the model's own chat template, for the formats that use it
   * @throws UserError if the format needs a chat template and there is none
   */
  String render(String question, Optional<ChatTemplate> chat);

  /**
   * Renders the prompt for a conversation whose last user message is the question.
   *
   * @throws UserError as {@link #render(String, Optional)}, or if the format has no place for more
   *     than a question
   */
  default String render(List<ChatMessage> conversation, Optional<ChatTemplate> chat) {
    if (conversation.size() == 1 && conversation.getFirst().role().equals("user")) {
      return render(conversation.getFirst().content().orElse(""), chat);
    }
    if (this instanceof Chat asked && chat.isPresent()) {
      return ChatPrompts.of(chat.get(), asked.messages(conversation));
    }
    throw new UserError(
        chat.isPresent()
            ? "the prompt format '%s' asks one question, and has no place for a system message or earlier turns; choose chat, or leave system messages out by asking.system: ''"
                .formatted(name())
            : "it has a system message or several turns, which need a chat template, and the model"
                + " has none; leave system messages out by asking.system: '', or leave the record"
                + " out");
  }

  /**
   * Returns a conversation as messages to a service, with the format's text around its question.
   *
   * @throws UserError as {@link #message}
   */
  default List<ChatMessage> messages(List<ChatMessage> conversation) {
    List<ChatMessage> messages = new ArrayList<>(conversation);
    for (int i = messages.size() - 1; i >= 0; i--) {
      ChatMessage each = messages.get(i);
      if (each.role().equals("user")) {
        String asked = message(each.content().orElse(""));
        messages.set(i, new ChatMessage(each.role(), Optional.of(asked), each.more()));
        break;
      }
    }
    return messages;
  }

  /**
   * Returns the question with the format's text around it, as a message to a service. The service
   * applies its own chat template.
   *
   * @throws UserError if the format contains a model's special tokens, which a service would treat
   *     as text
   */
  String message(String question);

  /** A format that puts fixed text before and after the question. */
  record Fixed(String name, String before, String after, Optional<String> stop)
      implements PromptFormat {
    @Override
    public String render(String question, Optional<ChatTemplate> chat) {
      return before + question + after;
    }

    @Override
    public String message(String question) {
      if (before.contains(MARK) || after.contains(MARK)) {
        throw new UserError(
            "prompt: '%s' has one model's chat marks in it, which a service would take for text; choose chat, chat_box, chat_code or none"
                .formatted(name));
      }
      return before + question + after;
    }
  }

  /** A format that uses the chat template of the model, with fixed text around the question. */
  record Chat(String name, String before, String after) implements PromptFormat {
    @Override
    public Optional<String> stop() {
      return Optional.empty();
    }

    @Override
    public String render(String question, Optional<ChatTemplate> chat) {
      ChatTemplate template =
          chat.orElseThrow(() ->
              new UserError(
                  "The prompt format '"
                      + name
                      + "' uses the model's chat template and the model has none; choose"
                      + " another format, such as 'qwen_box' or 'none'"));
      return ChatPrompts.of(template, List.of(ChatMessage.user(message(question))));
    }

    @Override
    public String message(String question) {
      return before + question + after;
    }
  }

  /** The text with which the special tokens of every model begin. */
  String MARK = "<|";

  /** All formats. */
  List<PromptFormat> ALL = PromptFormats.all();

  /**
   * Returns the format with the given name.
   *
   * @throws UserError if there is no such format; the message suggests the nearest known name
   */
  static PromptFormat named(String name) {
    return ALL.stream()
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name));
  }

  private static SettingError unknown(String name) {
    List<String> known = ALL.stream().map(PromptFormat::name).toList();
    String hint = Nearest.to(name, known).map(near -> "; did you mean '" + near + "'?").orElse(";");
    return new SettingError(
        "prompt",
        "there is no prompt format '%s'%s known are %s"
            .formatted(name, hint, String.join(", ", known)));
  }
}
