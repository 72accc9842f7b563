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
import io.braid.train.StepMetrics;
import io.braid.train.Supervised;
import io.braid.trajectory.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A run of supervised fine-tuning from a recipe. */
public final class SftRun {
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
                  recipe.seed());
          Supervised trainer =
              new Supervised(
                  trained.model().transformer(),
                  new Batches(
                          recipe,
                          loop.dated(recipe.prompts().prompting(), trained.model(), listener),
                          trained.model())
                      ::of,
                  new Supervised.Settings(
                      recipe.steps(), recipe.compute().microBatchTokens(), recipe.optimizer()))) {
        trained
            .model()
            .transformer()
            .keep(HiddenPass.Keep.layerInputs(recipe.compute().gradientCheckpointing()));
        trained.description().ifPresent(listener::notice);
        Steps steps = new Steps(trained, trainer);
        RunLoop.Ended ended = loop.run(recipe.steps(), steps);
        return new RunResult(
            trained.leave(loop, listener),
            ended.steps(),
            steps.skipped,
            ended.stoppedBy(),
            ended.over());
      }
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
    private long skipped;

    Steps(TrainedModel trained, Supervised trainer) {
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
    public OptionalInt finished() {
      return trainer.finished();
    }

    @Override
    public CheckpointParts parts() {
      return trained.parts().and(trainer.parts());
    }
  }
}
