package io.braid.input;

import io.braid.UserError;
import io.braid.rollout.ContinuedRollout;
import io.braid.rollout.Prompt;
import io.braid.rollout.Response;
import io.braid.rollout.SamplingSettings;
import io.braid.templates.ChatMessage;
import io.braid.text.TextStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * A conversation with a model through its chat template. If the conversation no longer fits the
 * model's context, its oldest turns are dropped.
 */
public final class ChatSession implements AutoCloseable {
  /** A response has room for at least this fraction of the context. */
  private static final int ROOM = 4;

  private final LoadedModel model;
  private final IntFunction<SamplingSettings> sampling;
  private final int most;
  private final long seed;
  private final ContinuedRollout rollout;
  private final List<ChatMessage> messages = new ArrayList<>(); // without the system message
  private Prompting prompting;
  private int turns;

  /** Why a reply ended. */
  public enum End {
    /** The model ended it. */
    MODEL,
    /** It reached the maximum length. */
    LIMIT,
    /** The user stopped it. */
    USER
  }

  /**
   * A reply of the model.
   *
   * @param text its text; without text, the message is not part of the conversation either
   * @param end why it ended
   * @param tokens its length, in tokens
   * @param dropped number of messages that were dropped from the beginning of the conversation
   */
  public record Reply(String text, End end, int tokens, int dropped) {}

  /**
   * Creates an empty conversation.
   *
   * @param model the model; the caller closes it
   * @param prompting the chat format with its system message
   * @param sampling returns the sampling settings for a maximum length of the reply
   * @param most maximum length of a reply, in tokens; the context may lower it
   * @param seed seed of the replies; the n-th reply of a session has the n-th random numbers
   * @throws UserError if the model has no chat template
   */
  public ChatSession(
      LoadedModel model,
      Prompting prompting,
      IntFunction<SamplingSettings> sampling,
      int most,
      long seed) {
    if (model.chatTemplate().isEmpty()) {
      throw new UserError(
          "%s: has no chat template, neither in tokenizer_config.json nor in chat_template.jinja; use the chat version of the model (often named Instruct), or ./braid generate --prompt TEXT, which continues plain text"
              .formatted(model.directory().path()));
    }
    this.model = model;
    this.prompting = prompting;
    this.sampling = sampling;
    this.most = most;
    this.seed = seed;
    this.rollout = new ContinuedRollout(model.transformer(), model.tokenizer()::decode);
  }

  /** Forgets all messages except the system message. */
  public void reset() {
    messages.clear();
  }

  /** Asks with other settings, such as another system message, from now on. */
  public void ask(Prompting other) {
    prompting = other;
  }

  /** Returns the conversation, including the system message. */
  public List<ChatMessage> messages() {
    return List.copyOf(prompting.messages("", messages));
  }

  /**
   * Sends a message and returns the reply.
   *
   * @param out receives the text of the reply as it grows
   * @param stopped whether to end the reply now; asked after every token
   * @throws UserError if the message does not fit the context, or the template rejects the
   *     conversation, which then remains as before
   */
  public Reply reply(String message, Consumer<String> out, BooleanSupplier stopped) {
    List<ChatMessage> asked = new ArrayList<>(messages);
    asked.add(ChatMessage.user(message));
    int context = model.transformer().config().maxPositions();
    int room = Math.max(1, Math.min(most, context / ROOM));
    long[] ids = ids(asked);
    int dropped = 0;
    while (ids.length + room > context && asked.size() > 1) {
      dropped += dropTurn(asked);
      ids = ids(asked);
    }
    if (ids.length + room > context) {
      throw new UserError(
          "the message is not sent: with it, the prompt has %,d tokens, which leaves no room for a reply of %,d in the model's context of %,d; shorten it"
              .formatted(ids.length, room, context));
    }
    SamplingSettings settings = sampling.apply(Math.min(most, context - ids.length));
    TextStream text = new TextStream(model.tokenizer()::decode, settings.stopStrings());
    Reply reply = sampled(new Prompt("turn " + turns, ids), settings, text, out, stopped, dropped);
    turns++;
    messages.clear();
    messages.addAll(asked);
    if (reply.text().isBlank()) {
      messages.removeLast();
    } else {
      messages.add(ChatMessage.assistant(reply.text()));
    }
    return reply;
  }

  private Reply sampled(
      Prompt prompt,
      SamplingSettings settings,
      TextStream text,
      Consumer<String> out,
      BooleanSupplier stopped,
      int dropped) {
    int[] tokens = {0};
    try {
      Response response =
          rollout.sample(
              prompt,
              settings,
              seed,
              (_, _, id) -> {
                tokens[0]++;
                out.accept(text.add(id));
                if (stopped.getAsBoolean()) {
                  throw new CancellationException("stopped by the user");
                }
              });
      out.accept(text.end());
      End end = response.truncated() ? End.LIMIT : End.MODEL;
      return new Reply(response.text(), end, response.length(), dropped);
    } catch (CancellationException _) {
      out.accept(text.end());
      return new Reply(text.text(), End.USER, tokens[0], dropped);
    }
  }

  private long[] ids(List<ChatMessage> conversation) {
    String last = conversation.getLast().content().orElse("");
    return model.promptIds(
        prompting.render(last, conversation, "", model.chatTemplate()), prompting.format().raw());
  }

  /** Removes the first message and those up to the next one of the user; returns how many. */
  private static int dropTurn(List<ChatMessage> messages) {
    int dropped = 0;
    do {
      messages.removeFirst();
      dropped++;
    } while (messages.size() > 1 && !messages.getFirst().role().equals("user"));
    return dropped;
  }

  @Override
  public void close() {
    rollout.close();
  }
}
