package io.braid.eval;

import io.braid.image.ImageSource;
import io.braid.remote.ChatModel;
import io.braid.remote.ChatSettings;
import io.braid.task.Problem;
import io.braid.templates.ChatMessage;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/** Gets responses from a service, for as many problems at once as the service's settings allow. */
public final class EndpointResponder implements Responder {
  private final ChatModel endpoint;
  private final Function<Problem, List<ChatMessage>> asking;
  private final ChatSettings settings;

  /**
   * Creates a responder; the endpoint must stay open while the responder is used.
   *
   * @param asking returns a problem's messages
   * @param settings sampling settings; the evaluation's seed replaces theirs
   */
  public EndpointResponder(
      ChatModel endpoint, Function<Problem, List<ChatMessage>> asking, ChatSettings settings) {
    this.endpoint = endpoint;
    this.asking = asking;
    this.settings = settings;
  }

  @Override
  public void respond(List<Problem> problems, long seed, Consumer<List<Answered>> done) {
    ChatSettings how = seeded(seed);
    List<List<ChatMessage>> messages = problems.stream().map(asking).toList();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletionService<Integer> asked = new ExecutorCompletionService<>(threads);
      for (int p = 0; p < problems.size(); p++) {
        int index = p;
        asked.submit(() -> {
          done.accept(
              List.of(
                  new Answered(
                      index, replies(messages.get(index), problems.get(index).images(), how))));
          return index;
        });
      }
      await(asked, problems.size(), threads);
    }
  }

  private ChatSettings seeded(long seed) {
    return new ChatSettings(
        settings.samples(),
        settings.temperature(),
        settings.topP(),
        settings.maxTokens(),
        OptionalLong.of(seed),
        settings.stops());
  }

  private List<Reply> replies(
      List<ChatMessage> messages, List<ImageSource> images, ChatSettings how) {
    return endpoint.complete(messages, images, how).stream()
        .map(reply -> new Reply(reply.text(), reply.tokens(), reply.finished()))
        .toList();
  }

  /** Waits for all requests; the first failure cancels the rest. */
  private static void await(CompletionService<Integer> asked, int count, ExecutorService threads) {
    try {
      for (int p = 0; p < count; p++) {
        asked.take().get();
      }
    } catch (ExecutionException e) {
      threads.shutdownNow();
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking", e);
    }
  }
}
