package io.braid.run.train;

import io.braid.MetricValues;
import io.braid.Seeds;
import io.braid.UserError;
import io.braid.checkpoint.CheckpointParts;
import io.braid.input.LoadedModel;
import io.braid.input.Prompting;
import io.braid.input.TokenizedExamples;
import io.braid.model.HiddenPass;
import io.braid.run.RunListener;
import io.braid.sampling.Shuffle;
import io.braid.task.inspect.TrainingPrompts;
import io.braid.train.StepMetrics;
import io.braid.train.Supervised;
import io.braid.trajectory.Sequence;
import io.braid.verify.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** A run of supervised fine-tuning from a recipe. */
public final class SftRun {
  /** Memory for keys and values during evaluations, in bytes. */
  private static final long CACHE_BYTES = 2_000_000_000L;

  private SftRun() {}

  /**
   * Runs a recipe.
   *
   * @param out the run directory
   * @param resume whether to continue the run in the directory
   * @throws UserError for every error that the user can fix
   */
  public static RunResult run(SftRecipe recipe, Path out, boolean resume, RunListener listener) {
    try (RunLoop loop = RunLoop.in(out, resume, recipe, recipe.saving(), listener)) {
      try (TrainedModel trained =
          TrainedModel.load(
              loop,
              recipe.model(),
              recipe.compute().precision(),
              recipe.prompts().addSpecialTokens(),
              recipe.adapter(),
              recipe.seed())) {
        Prompting prompting = loop.dated(recipe.prompts().prompting(), trained.model(), listener);
        Batches batches = new Batches(recipe, prompting, trained.model());
        Optional<Evaluations> evaluations =
            recipe
                .evaluation()
                .map(held ->
                    HeldOut.evaluations(
                        held,
                        new HeldOut.Run(
                            loop.directory(),
                            trained.model(),
                            recipe.prompts(),
                            Rule.LENIENT,
                            Optional.empty(),
                            List.of(),
                            CACHE_BYTES,
                            prompting.date(),
                            recipe.seed()),
                        trained,
                        batches.prompts(),
                        listener));
        return run(recipe, loop, trained, batches, evaluations, listener);
      }
    }
  }

  private static RunResult run(
      SftRecipe recipe,
      RunLoop loop,
      TrainedModel trained,
      Batches batches,
      Optional<Evaluations> evaluations,
      RunListener listener) {
    try (Supervised trainer =
        new Supervised(
            trained.model().transformer(),
            batches::of,
            new Supervised.Settings(
                recipe.steps(), recipe.compute().microBatchTokens(), recipe.optimizer()))) {
      trained
          .model()
          .transformer()
          .keep(HiddenPass.Keep.layerInputs(recipe.compute().gradientCheckpointing()));
      trained.description().ifPresent(listener::notice);
      Steps steps = new Steps(trained, trainer, evaluations);
      RunLoop.Ended ended = loop.run(recipe.steps(), steps);
      return ended.result(trained.leave(loop, listener), steps.skipped);
    }
  }

  /**
   * The sequences of each step. Each epoch uses a new order and, for generated problems, a
   * different correct response.
   */
  private static final class Batches {
    private final SftRecipe recipe;
    private final TokenizedExamples examples;
    private final Shuffle order;

    Batches(SftRecipe recipe, Prompting prompting, LoadedModel model) {
      this.recipe = recipe;
      examples =
          new TokenizedExamples(
              recipe.source().source(recipe.prompts().asking()), prompting, model);
      order = new Shuffle(examples.size(), recipe.seed());
    }

    TrainingPrompts prompts() {
      TrainingPrompts prompts = new TrainingPrompts();
      examples.addTo(prompts);
      return prompts;
    }

    List<Sequence> of(int step) {
      List<Sequence> sequences = new ArrayList<>(recipe.batchSize());
      for (int i = 0; i < recipe.batchSize(); i++) {
        long place = (long) step * recipe.batchSize() + i;
        sequences.add(
            examples.at(
                order.at(place), Seeds.derive(recipe.seed(), Seeds.Stream.SFT_RESPONSE, place)));
      }
      return sequences;
    }
  }

  private static final class Steps implements RunLoop.Work {
    private final TrainedModel trained;
    private final Supervised trainer;
    private final Optional<Evaluations> evaluations;
    private long skipped;

    Steps(TrainedModel trained, Supervised trainer, Optional<Evaluations> evaluations) {
      this.evaluations = evaluations;
      this.trained = trained;
      this.trainer = trainer;
    }

    @Override
    public MetricValues step(int number) {
      long begun = System.nanoTime();
      Supervised.Report report = trainer.step(number);
      skipped = report.skippedSteps();
      MetricValues metrics = new MetricValues();
      metrics.put(StepMetrics.LOSS, report.loss());
      metrics.put(StepMetrics.GRAD_NORM, report.gradientNorm());
      metrics.put(StepMetrics.LEARNING_RATE, report.learningRate());
      metrics.put(StepMetrics.TOKENS, report.tokens());
      metrics.put(StepMetrics.SKIPPED_UPDATES, report.skippedSteps());
      metrics.put(StepMetrics.STEP_SECONDS, (System.nanoTime() - begun) / 1e9);
      return metrics;
    }

    @Override
    public Optional<Evaluations> evaluations() {
      return evaluations;
    }

    @Override
    public OptionalInt finished() {
      return trainer.finished();
    }

    @Override
    public CheckpointParts parts() {
      return trained.parts().and(trainer.parts());
    }
  }
}
