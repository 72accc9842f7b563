package io.braid.sampling;

import io.braid.checkpoint.CheckpointParts;
import io.braid.model.Transformer;
import io.braid.trajectory.Trajectories;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * One-step off-policy rollouts: while a step trains, another thread samples the next step's
 * responses from a copy of the weights with which the step began. The samples do not depend on the
 * relative speed of the two threads.
 */
final class OneStepOffPolicyRollouts implements Rollouts {
  private static final String BATCH = "rollouts.json";
  private static final String SNAPSHOT = "rollout-weights.safetensors";
  private static final String UNOBSERVED = "unobserved.json";

  private final Sampler sampler;
  private final RolloutPolicy snapshot;
  private final int steps;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("rollout").daemon().factory());
  private Optional<Pending> current = Optional.empty(); // being trained on
  private Optional<Pending> pending = Optional.empty();
  private Optional<Trajectories> unobserved =
      Optional.empty(); // not yet observed by the curriculum
  private Supplier<String>
      chosen; // the curriculum's state after the current step's problems were chosen
  private boolean restored; // whether the snapshot was restored and not yet used

  /** A step's responses, which may still be sampled. */
  private record Pending(int step, Future<RolloutBatch> batch) {}

  /**
   * Creates the rollouts of a run.
   *
   * @param policy the policy whose weights are copied
   * @param steps number of steps of the whole run; nothing is sampled for later steps
   */
  OneStepOffPolicyRollouts(Sampler sampler, Transformer policy, int steps) {
    this.sampler = sampler;
    this.snapshot = new RolloutPolicy(sampler, policy);
    this.steps = steps;
    this.chosen = sampler.curriculum().snapshot();
  }

  @Override
  public RolloutBatch next(int step) {
    RolloutBatch batch =
        pending
            .filter(waiting -> waiting.step == step)
            .map(OneStepOffPolicyRollouts::await)
            .orElseGet(() -> {
              if (!restored) {
                snapshot.publish();
              }
              int version = restored ? step - 1 : step;
              return sampler.sample(step, version, snapshot.rollout());
            });
    pending = Optional.empty();
    restored = false;
    observe();
    chosen = sampler.curriculum().snapshot();
    current = Optional.of(new Pending(step, CompletableFuture.completedFuture(batch)));
    if (step + 1 < steps) {
      snapshot.publish();
      Future<RolloutBatch> next =
          thread.submit(() -> sampler.sample(step + 1, /* version= */ step, snapshot.rollout()));
      pending = Optional.of(new Pending(step + 1, next));
    }
    return batch;
  }

  @Override
  public void learned(Trajectories t) {
    current = Optional.empty();
    unobserved = Optional.of(t);
  }

  /**
   * Lets the curriculum observe the last table. Called only while nothing is sampled, because
   * curricula are not thread-safe.
   */
  private void observe() {
    unobserved.ifPresent(sampler.curriculum()::observe);
    unobserved = Optional.empty();
  }

  @Override
  public OptionalDouble publishSeconds() {
    return OptionalDouble.of(snapshot.publishSeconds());
  }

  private static RolloutBatch await(Pending waiting) {
    try {
      return waiting.batch.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default ->
            throw new IllegalStateException("sampling the next step failed", e.getCause());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for rollouts", e);
    }
  }

  @Override
  public CheckpointParts parts() {
    return CheckpointParts.none()
        .with(CurriculumFile.NAME, this::saveCurriculum, this::restoreCurriculum)
        .withOptional(BATCH, this::saveBatch, this::restoreBatch)
        .withOptional(SNAPSHOT, this::saveSnapshot, this::restoreSnapshot)
        .withOptional(UNOBSERVED, this::saveUnobserved, this::restoreUnobserved);
  }

  /** Returns the batch for the next step, or for the current one if its training failed. */
  private Optional<Pending> unlearned() {
    return current.or(() -> pending);
  }

  private void saveCurriculum(Path file) {
    boolean sampled = pending.map(OneStepOffPolicyRollouts::came).orElse(true);
    if (sampled && current.isEmpty()) {
      observe();
      chosen = sampler.curriculum().snapshot();
    }
    CurriculumFile.write(file, chosen.get());
  }

  private void restoreCurriculum(Path file) {
    String state = CurriculumFile.restore(file, sampler.curriculum());
    chosen = () -> state;
  }

  private void saveBatch(Path file) {
    unlearned()
        .filter(OneStepOffPolicyRollouts::came)
        .ifPresent(each -> RolloutBatchFile.write(file, each.step, await(each)));
  }

  private void restoreBatch(Path file) {
    RolloutBatchFile.Saved saved = RolloutBatchFile.read(file, sampler);
    pending =
        Optional.of(new Pending(saved.step(), CompletableFuture.completedFuture(saved.batch())));
  }

  /**
   * Saves the snapshot if sampling failed, so that sampling can be repeated with the same weights.
   */
  private void saveSnapshot(Path file) {
    unlearned().filter(each -> !came(each)).ifPresent(_ -> snapshot.save(file));
  }

  private void restoreSnapshot(Path file) {
    snapshot.restore(file);
    restored = true;
  }

  /**
   * Saves the unobserved table. It is needed if sampling failed: the curriculum then chooses that
   * step's problems again from its earlier state, and only afterwards observes the table of the
   * previous step.
   */
  private void saveUnobserved(Path file) {
    unobserved.ifPresent(t -> LearnedTableFile.write(file, t));
  }

  private void restoreUnobserved(Path file) {
    unobserved = Optional.of(LearnedTableFile.read(file, sampler));
  }

  /**
   * Waits for a batch and returns whether it was sampled. The next step reports a failure, after
   * the trained weights have been saved.
   */
  private static boolean came(Pending waiting) {
    try {
      await(waiting);
      return true;
    } catch (RuntimeException | Error _) {
      return false;
    }
  }

  @Override
  public void close() {
    thread.close(); // waits for the sampling thread, which uses the snapshot
    snapshot.close();
  }
}
