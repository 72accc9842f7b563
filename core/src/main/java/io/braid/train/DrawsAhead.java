package io.braid.train;

import io.braid.model.Transformer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Samples the next step's responses while this step trains, from a copy of the weights that this
 * step began with: one step stale. What is sampled does not depend on which of the two is faster.
 */
final class DrawsAhead implements Draws {
  private static final String FILE = "draw.json";
  private static final String SNAPSHOT = "snapshot.safetensors";

  private final Sampler sampler;
  private final RolloutPolicy snapshot;
  private final int steps;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("rollout").daemon().factory());
  private Optional<Pending> current = Optional.empty(); // being learned from
  private Optional<Pending> pending = Optional.empty();
  private boolean restored; // the snapshot, and not yet sampled from
  private long end; // of what has been learned from

  /** A step's responses, perhaps still being sampled. */
  private record Pending(int step, Future<Draw> draw) {}

  /**
   * Draws for a run.
   *
   * @param policy whose weights are copied
   * @param steps of the whole run; nothing is sampled beyond it
   */
  DrawsAhead(Sampler sampler, Transformer policy, int steps) {
    this.sampler = sampler;
    this.snapshot = new RolloutPolicy(sampler, policy);
    this.steps = steps;
  }

  @Override
  public Draw next(int step) {
    Draw draw =
        pending
            .filter(waiting -> waiting.step == step)
            .map(DrawsAhead::await)
            .orElseGet(() -> {
              if (!restored) {
                snapshot.publish();
              }
              return sampler.draw(step, end, snapshot.rollout());
            });
    pending = Optional.empty();
    restored = false;
    current = Optional.of(new Pending(step, CompletableFuture.completedFuture(draw)));
    if (step + 1 < steps) {
      snapshot.publish();
      Future<Draw> next =
          thread.submit(() -> sampler.draw(step + 1, draw.end(), snapshot.rollout()));
      pending = Optional.of(new Pending(step + 1, next));
    }
    return draw;
  }

  @Override
  public void learned() {
    current.ifPresent(each -> end = await(each).end());
    current = Optional.empty();
  }

  @Override
  public OptionalDouble publishSeconds() {
    return OptionalDouble.of(snapshot.publishSeconds());
  }

  private static Draw await(Pending waiting) {
    try {
      return waiting.draw.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException("sampling ahead failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sampling ahead", e);
    }
  }

  @Override
  public void save(Path checkpoint, Map<String, String> state) {
    state.put(END, Long.toString(end));
    Optional<Pending> next = current.or(() -> pending);
    if (next.isPresent()) {
      if (came(next.get())) {
        DrawFile.write(checkpoint.resolve(FILE), next.get().step, await(next.get()));
      } else {
        snapshot.save(checkpoint.resolve(SNAPSHOT)); // it is sampled again, from the same weights
      }
    }
  }

  /** Waits. What failed is told by the next step; what has been learned is saved before. */
  private static boolean came(Pending waiting) {
    try {
      await(waiting);
      return true;
    } catch (RuntimeException _) {
      return false;
    }
  }

  @Override
  public void restore(Path checkpoint, Map<String, String> state) {
    end = Long.parseLong(state.getOrDefault(END, "0"));
    Path file = checkpoint.resolve(FILE);
    if (Files.exists(file)) {
      DrawFile.Saved saved = DrawFile.read(file, sampler);
      pending =
          Optional.of(new Pending(saved.step(), CompletableFuture.completedFuture(saved.draw())));
    }
    Path weights = checkpoint.resolve(SNAPSHOT);
    if (Files.exists(weights)) {
      snapshot.restore(weights);
      restored = true;
    }
  }

  @Override
  public void close() {
    thread.close(); // waits for what is being sampled: it uses the snapshot
    snapshot.close();
  }
}
