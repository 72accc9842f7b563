package io.braid.run;

import io.braid.UserError;
import io.braid.checkpoint.ModelWriter;
import io.braid.run.DataSource.Lessons;
import io.braid.task.Demonstration;
import io.braid.text.ChatTemplate;
import io.braid.text.PromptFormat;
import io.braid.train.Sequence;
import io.braid.train.Shuffle;
import io.braid.train.Supervised;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Supervised fine-tuning from a recipe, in a run directory. */
public final class SftRun {
  private SftRun() {}

  /**
   * Runs, or goes on with, a recipe.
   *
   * @param out the run directory
   * @param resume whether to go on with the run that is there
   * @throws UserError for everything that the user can mend
   */
  public static RunResult run(SftRecipe recipe, Path out, boolean resume, RunListener listener) {
    try (RunLoop loop = RunLoop.in(out, resume, recipe, recipe.saving())) {
      try (LoadedModel model =
              LoadedModel.load(
                  loop.begin(recipe.model()), Optional.of(recipe.precision().dtype()));
          Supervised trainer =
              new Supervised(
                  model.transformer(),
                  new Lectures(recipe, model)::of,
                  new Supervised.Settings(
                      recipe.steps(), recipe.microBatchTokens(), recipe.optimizer()))) {
        loop.resumed().ifPresent(checkpoint -> trainer.restore(checkpoint.path()));
        Steps steps = new Steps(model, trainer);
        RunLoop.Ended ended = loop.run(recipe.steps(), steps, listener);
        return new RunResult(loop.leave(model), ended.steps(), steps.skipped, ended.stoppedBy());
      }
    }
  }

  /** The sequences of each step: a new order every epoch, and another right response each time. */
  private static final class Lectures {
    private final SftRecipe recipe;
    private final LoadedModel model;
    private final Lessons lessons;
    private final Shuffle order;
    private final PromptFormat format;
    private final Optional<ChatTemplate> chat;
    private final long end;

    Lectures(SftRecipe recipe, LoadedModel model) {
      this.recipe = recipe;
      this.model = model;
      lessons = new DataSource(recipe.data(), recipe.fields().fields()).lessons();
      order = new Shuffle(lessons.size(), recipe.seed());
      format = PromptFormat.named(recipe.prompt());
      chat = model.chatTemplate();
      if (model.stopIds().isEmpty()) {
        throw new UserError(
            "%s: neither generation_config.json nor the tokenizer names an end token, so responses could not learn to end; add eos_token_id to generation_config.json"
                .formatted(recipe.model()));
      }
      end = model.tokenizer().eosId().orElse(model.stopIds().getFirst());
    }

    List<Sequence> of(int step) {
      List<Sequence> sequences = new ArrayList<>(recipe.batch());
      for (int i = 0; i < recipe.batch(); i++) {
        long place = (long) step * recipe.batch() + i;
        sequences.add(sequence(lessons.at(order.at(place), recipe.seed() * 31 + place)));
      }
      return sequences;
    }

    private Sequence sequence(Demonstration lesson) {
      long[] prompt = model.tokenizer().encode(format.render(lesson.question(), chat));
      long[] text = model.tokenizer().encode(lesson.response());
      long[] response = Arrays.copyOf(text, text.length + 1);
      response[text.length] = end;
      int context = model.transformer().config().maxPositions();
      if (prompt.length + response.length > context) {
        throw new UserError(
            "%s: a demonstration has %d tokens, the model's context %d; leave it out or shorten it (it begins with \"%s\")"
                .formatted(
                    recipe.data(),
                    prompt.length + response.length,
                    context,
                    lesson.question().substring(0, Math.min(40, lesson.question().length()))));
      }
      return new Sequence(prompt, response);
    }
  }

  private static final class Steps implements RunLoop.Work {
    private final LoadedModel model;
    private final Supervised trainer;
    private long skipped;

    Steps(LoadedModel model, Supervised trainer) {
      this.model = model;
      this.trainer = trainer;
    }

    @Override
    public Map<String, Double> step(int number) {
      long begun = System.nanoTime();
      Supervised.Report report = trainer.step(number);
      skipped = report.skippedSteps();
      Map<String, Double> metrics = new LinkedHashMap<>();
      metrics.put("loss", report.loss());
      metrics.put("gradient_norm", report.gradientNorm());
      metrics.put("learning_rate", report.learningRate());
      metrics.put("tokens", (double) report.tokens());
      metrics.put("skipped_steps", (double) report.skippedSteps());
      metrics.put("seconds/step", (System.nanoTime() - begun) / 1e9);
      return metrics;
    }

    @Override
    public void save(Path checkpoint) {
      ModelWriter.savePart(checkpoint.resolve("model"), model.transformer(), model.directory());
      trainer.save(checkpoint);
    }
  }
}
