package io.braid.input;

import io.braid.Notices;
import io.braid.Seeds;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.image.ImageSource;
import io.braid.rollout.Prompt;
import io.braid.sampling.AskedProblem;
import io.braid.task.AskedQuestion;
import io.braid.task.Problem;
import io.braid.templates.ChatMessage;
import io.braid.templates.ChatTemplate;
import io.braid.text.PromptFormat;
import io.braid.vision.PromptTokens;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns questions into prompts.
 *
 * @param format the text around a question
 * @param system a system message that replaces the data's own; blank removes it
 * @param variables the variables of the model's chat template
 * @param date the date that the template uses as today's
 * @param most maximum length of a prompt, in tokens
 * @param longPrompts what to do with longer prompts
 * @param mostPixels most pixels of an image, which is made smaller otherwise
 */
public record Prompting(
    PromptFormat format,
    Optional<String> system,
    Map<String, Object> variables,
    Optional<LocalDate> date,
    Optional<Integer> most,
    LongPrompts longPrompts,
    Optional<Long> mostPixels) {
  private static final Logger LOG = LoggerFactory.getLogger(Prompting.class);
  private static final String SYSTEM = "system";

  /** What to do with prompts that are too long. */
  public enum LongPrompts {
    /** Stop with an error that names the file and line of the first such prompt. */
    REFUSE,
    /** Skip them and report their number. */
    DROP
  }

  /** Checks that the format supports the settings. */
  public Prompting {
    variables = Map.copyOf(variables);
    if (format instanceof PromptFormat.Fixed) {
      system
          .filter(text -> !text.isBlank())
          .ifPresent(_ -> {
            throw new SettingError(
                "asking.system",
                "the prompt format '%s' does not support a system message; choose chat, chat_answer, chat_box or chat_code"
                    .formatted(format.name()));
          });
      if (!variables.isEmpty()) {
        throw new SettingError(
            "asking.variables",
            "the prompt format '%s' does not use the model's chat template; choose chat, chat_answer, chat_box or chat_code"
                .formatted(format.name()));
      }
    }
  }

  /** Returns prompting with a format and default settings. */
  public static Prompting of(PromptFormat format) {
    return AskingRecipe.PLAIN.with(format);
  }

  /** Returns the same prompting with a different date. */
  public Prompting on(LocalDate day) {
    return new Prompting(
        format, system, variables, Optional.of(day), most, longPrompts, mostPixels);
  }

  /** Returns whether the prompts contain today's date and none is set. */
  public boolean asksForDate(Optional<ChatTemplate> template) {
    return date.isEmpty()
        && format instanceof PromptFormat.Chat
        && template.filter(ChatTemplate::tellsTime).isPresent();
  }

  /**
   * Returns the same prompting with the day on which this is called, if the prompts contain today's
   * date and none is set; a notice says so.
   */
  public Prompting today(Optional<ChatTemplate> template) {
    if (!asksForDate(template)) {
      return this;
    }
    LocalDate today = LocalDate.now(ZoneId.systemDefault());
    Notices.say(
        "the chat template writes today's date, %s, into prompts; fix the date with asking.date or --date"
            .formatted(today));
    return on(today);
  }

  /**
   * Returns the text of a prompt.
   *
   * @param where place to name in error messages, such as {@code data.jsonl line 3}
   * @throws UserError if the format does not support the conversation, or the template rejects it
   */
  public String render(
      String question,
      List<ChatMessage> conversation,
      String where,
      Optional<ChatTemplate> template) {
    Optional<ChatTemplate> own = template.map(each -> each.with(variables));
    if (date.isPresent()) {
      Clock noon = Clock.fixed(date.get().atTime(12, 0).toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
      own = own.map(each -> each.at(noon));
    }
    try {
      return format.render(messages(question, conversation), own);
    } catch (UserError e) {
      throw where.isEmpty() || conversation.isEmpty()
          ? e
          : new UserError(where + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns the tokens of a prompt with the tokens of its images.
   *
   * @param images the images of the question, in order
   * @param where place to name in error messages, such as {@code data.jsonl line 3}
   * @throws UserError if the model reads no images and there are some, an image cannot be read, or
   *     the format does not support the conversation
   */
  public PromptTokens tokens(
      String question,
      List<ChatMessage> conversation,
      List<ImageSource> images,
      String where,
      LoadedModel model) {
    ImageUse.check(model, images, where);
    if (images.isEmpty()) {
      String text = render(question, conversation, where, model.chatTemplate());
      return PromptTokens.text(model.promptIds(text, format.raw()));
    }
    ImagePrompts prompts = model.imagePrompts(mostPixels);
    int count = images.size();
    String text =
        render(
            prompts.marked(question, count),
            prompts.marked(conversation, count),
            where,
            model.chatTemplate());
    return prompts.expanded(model.promptIds(text, format.raw()), images, where);
  }

  /** Returns the messages that ask a question, including the system message. */
  public List<ChatMessage> messages(String question, List<ChatMessage> conversation) {
    List<ChatMessage> given =
        conversation.isEmpty() ? List.of(ChatMessage.user(question)) : conversation;
    if (system.isEmpty()) {
      return given;
    }
    List<ChatMessage> messages = new ArrayList<>();
    system.filter(text -> !text.isBlank()).map(ChatMessage::system).ifPresent(messages::add);
    given.stream().filter(message -> !message.role().equals(SYSTEM)).forEach(messages::add);
    return messages;
  }

  /**
   * Turns problems into prompts.
   *
   * @param room number of tokens that the model's context leaves for a prompt
   * @throws UserError with the file and line of a prompt that is too long, unless these are dropped
   */
  List<AskedProblem> ask(List<Problem> problems, LoadedModel model, int room) {
    List<AskedProblem> asked = new ArrayList<>();
    for (Problem problem : problems) {
      PromptTokens tokens =
          tokens(
              problem.question(), problem.conversation(), problem.images(), problem.place(), model);
      if (!leavesOut(problem.place(), tokens.length(), room)) {
        asked.add(new AskedProblem(problem, new Prompt(problem.id(), tokens)));
      }
    }
    tell(problems.size(), asked.size(), room);
    return asked;
  }

  /**
   * Turns questions into prompts.
   *
   * @param room number of tokens that the model's context leaves for a prompt
   * @throws UserError with the place of a prompt that is too long, unless these are dropped
   */
  List<QuestionPrompt> prompts(List<AskedQuestion> questions, LoadedModel model, int room) {
    List<QuestionPrompt> prompts = new ArrayList<>();
    for (AskedQuestion each : questions) {
      PromptTokens tokens =
          tokens(each.question(), each.conversation(), each.images(), each.where(), model);
      if (!leavesOut(each.where(), tokens.length(), room)) {
        String text =
            render(each.question(), each.conversation(), each.where(), model.chatTemplate());
        String key = String.format(Locale.ROOT, "text:%016x", Seeds.hash(text));
        prompts.add(new QuestionPrompt(each, new Prompt(key, tokens)));
      }
    }
    tell(questions.size(), prompts.size(), room);
    return prompts;
  }

  /**
   * Returns whether a prompt is too long and must be dropped.
   *
   * @param place place to name in error messages, such as {@code data.jsonl line 3}
   * @param tokens the length of the prompt
   * @param room number of tokens that the model's context leaves for a prompt
   * @throws UserError if it is too long, unless such prompts are dropped
   */
  public boolean leavesOut(String place, int tokens, int room) {
    if (tokens <= longest(room)) {
      return false;
    }
    if (longPrompts == LongPrompts.DROP) {
      return true;
    }
    throw new UserError(
        "%s: its prompt has %,d tokens, but %s; shorten it, or drop such prompts with asking.long_prompts: drop"
            .formatted(
                place,
                tokens,
                most.isPresent() && most.get() <= room
                    ? "asking.max_prompt_tokens is %,d".formatted(most.get())
                    : "the model's context leaves %,d in addition to the response"
                        .formatted(room)));
  }

  /** Returns whether prompts may be dropped, so that all of them must be measured. */
  public boolean mayLeaveOut() {
    return most.isPresent() || longPrompts == LongPrompts.DROP;
  }

  /**
   * Reports how many prompts were dropped.
   *
   * @throws UserError if none is left
   */
  public void tell(int all, int kept, int room) {
    if (kept == 0 && all > 0) {
      throw new UserError(
          "all %,d prompts have more than %,d tokens; raise asking.max_prompt_tokens, or lower max_new_tokens"
              .formatted(all, longest(room)));
    }
    if (kept < all) {
      LOG.warn(
          "dropped {} of {} problems: their prompts have more than {} tokens",
          all - kept,
          all,
          longest(room));
    }
  }

  private int longest(int room) {
    return Math.min(room, most.orElse(Integer.MAX_VALUE));
  }
}
