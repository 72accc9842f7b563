package io.braid.input;

import io.braid.UserError;
import io.braid.remote.ChatModel;
import io.braid.remote.ChatReply;
import io.braid.remote.ChatSettings;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.templates.ChatMessage;
import io.braid.text.ChatPrompts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A local model that replies to chat messages through its own chat template; a model without one
 * continues the plain text of the messages. Thread-safe: calls are served one at a time.
 *
 * <p>All work runs on one dedicated thread, because libtorch keeps settings per operating system
 * thread and callers may be virtual threads, which move between these.
 */
public final class LocalChatModel implements ChatModel {
  /** Memory for keys and values during sampling, in bytes. */
  private static final long CACHE_BYTES = 2_000_000_000L;

  private final Path path;
  private final LoadedModel model;
  private final ExecutorService thread;

  private LocalChatModel(Path path, LoadedModel model, ExecutorService thread) {
    this.path = path;
    this.model = model;
    this.thread = thread;
  }

  /**
   * Loads a model directory.
   *
   * @throws UserError if it is broken
   */
  public static LocalChatModel load(Path path) {
    ExecutorService thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("chat-model").factory());
    try {
      return new LocalChatModel(path, LoadedModel.load(path, Optional.empty()), thread);
    } catch (RuntimeException e) {
      thread.shutdownNow();
      throw e;
    }
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public List<ChatReply> complete(List<ChatMessage> messages, ChatSettings how) {
    try {
      return thread.submit(() -> reply(messages, how)).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for " + path, e);
    }
  }

  private List<ChatReply> reply(List<ChatMessage> messages, ChatSettings how) {
    long[] ids = model.promptIds(text(messages), model.chatTemplate().isEmpty());
    int context = model.transformer().config().maxPositions();
    if (ids.length >= context) {
      throw new UserError(
          "%s: a prompt of %d tokens leaves no room for a reply in the model's context of %d; shorten the prompt, or use a model with a longer context"
              .formatted(path, ids.length, context));
    }
    SamplingSettings settings =
        new SamplingSettings(
            how.samples(),
            how.temperature(),
            how.topP(),
            0,
            0,
            Math.min(how.maxTokens(), context - ids.length),
            model.stopIds(),
            how.stops());
    return new Rollout(model.transformer(), settings, model.tokenizer()::decode, CACHE_BYTES)
            .sample(List.of(new Prompt("chat", ids)), how.seed().orElse(0))
            .getFirst()
            .responses()
            .stream()
            .map(response ->
                new ChatReply(response.text(), !response.truncated(), response.length()))
            .toList();
  }

  private String text(List<ChatMessage> messages) {
    return model
        .chatTemplate()
        .map(template -> ChatPrompts.of(template, messages))
        .orElseGet(() ->
            String.join("\n\n", messages.stream().map(each -> each.content().orElse("")).toList()));
  }

  @Override
  public void close() {
    thread.close(); // waits for running work, which needs the weights
    model.close();
  }
}
