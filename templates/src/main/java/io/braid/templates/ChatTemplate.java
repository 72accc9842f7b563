package io.braid.templates;

import io.braid.templates.jinja.JinjaTemplate;
import io.braid.templates.jinja.TemplateException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model's chat template, which renders a conversation as the text format that the model was
 * trained on.
 *
 * <p>It renders like {@code apply_chat_template} in Python's transformers. The text of a message is
 * never parsed as a template. Immutable.
 */
public final class ChatTemplate {
  /**
   * The entries that may hold a model's reasoning, the standard one first; transformers accepts any
   * of them.
   */
  private static final List<String> REASONING =
      List.of("reasoning_content", "thinking", "reasoning");

  private final JinjaTemplate template;
  private final Map<String, Object> variables;
  private final Clock clock;
  private final boolean tellsTime;

  private ChatTemplate(
      JinjaTemplate template, Map<String, Object> variables, Clock clock, boolean tellsTime) {
    this.template = template;
    this.variables = variables;
    this.clock = clock;
    this.tellsTime = tellsTime;
  }

  /**
   * Parses the source of a template, which is Jinja.
   *
   * @throws TemplateException if a construct is not supported; the message names the line
   */
  public static ChatTemplate parse(String source) {
    return new ChatTemplate(
        JinjaTemplate.parse(source),
        Map.of(),
        Clock.system(ZoneId.systemDefault()),
        source.contains("strftime_now"));
  }

  /** Returns this template with variables for every rendering, such as {@code bos_token}. */
  public ChatTemplate with(Map<String, ?> more) {
    Map<String, Object> all = new HashMap<>(variables);
    all.putAll(more);
    return new ChatTemplate(template, Map.copyOf(all), clock, tellsTime);
  }

  /**
   * Returns this template with a different clock. Some templates write the current date into the
   * prompt; with a fixed clock, or the variable {@code date_string}, prompts do not change from day
   * to day.
   */
  public ChatTemplate at(Clock other) {
    return new ChatTemplate(template, variables, other, tellsTime);
  }

  /**
   * Returns whether the template uses the current time, so that prompts may change from day to day.
   */
  public boolean tellsTime() {
    return tellsTime;
  }

  /**
   * Renders a conversation.
   *
   * @param addGenerationPrompt whether to end with the beginning of the model's next message
   * @throws TemplateException if the template rejects the conversation or fails; the message names
   *     the line
   */
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    return render(messages, addGenerationPrompt, Map.of());
  }

  /**
   * Renders a conversation with additional variables, such as {@code tools} or {@code
   * enable_thinking}.
   *
   * @param addGenerationPrompt whether to end with the beginning of the model's next message
   * @param extra strings, booleans, numbers, and lists and string-keyed maps of these
   * @throws TemplateException if the template rejects the conversation or fails; the message names
   *     the line
   */
  public String render(
      List<ChatMessage> messages, boolean addGenerationPrompt, Map<String, ?> extra) {
    Map<String, @Nullable Object> all = new HashMap<>();
    all.put("tools", null);
    all.put("documents", null);
    all.putAll(variables);
    all.putAll(extra);
    if (messages.isEmpty()) {
      throw new TemplateException("the conversation is empty; give at least one message");
    }
    List<Object> conversation = new ArrayList<>();
    messages.forEach(message -> conversation.add(entries(message)));
    all.put("messages", conversation);
    all.put("add_generation_prompt", addGenerationPrompt);
    return template.render(all, clock);
  }

  /** Returns a message as a map; as in transformers, null entries are left out. */
  private static Map<String, @Nullable Object> entries(ChatMessage message) {
    Map<String, @Nullable Object> entries = new LinkedHashMap<>();
    entries.put("role", message.role());
    message.content().ifPresent(content -> entries.put("content", content));
    entries.putAll(message.more());
    entries.values().removeIf(Objects::isNull);
    Object reasoning =
        REASONING.stream()
            .flatMap(name -> Stream.ofNullable(entries.get(name)))
            .findFirst()
            .orElse(null);
    if (reasoning == null) {
      return entries;
    }
    Map<String, @Nullable Object> named = new LinkedHashMap<>();
    named.put("thinking", reasoning);
    named.putAll(entries);
    named.put("reasoning_content", Objects.requireNonNull(reasoning));
    return named;
  }
}
