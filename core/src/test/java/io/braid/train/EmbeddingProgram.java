package io.braid.train;

import io.braid.UserError;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.nn.LearningRate;
import io.braid.nn.OptimizerSettings;
import io.braid.rollout.Prompt;
import io.braid.rollout.Response;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.task.records.RecordFile;
import io.braid.trajectory.Sequence;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A program that embeds Braid: it generates and trains, and prints the results. */
public final class EmbeddingProgram {
  private EmbeddingProgram() {}

  /**
   * Prints three lines: the tokens of two responses, and the loss before and after 20 steps.
   *
   * @param arguments a file of records to read instead, whose error is printed
   */
  public static void main(String[] arguments) {
    if (arguments.length > 0) {
      try {
        System.out.println(RecordFile.read(Path.of(arguments[0])).size() + " records");
      } catch (UserError e) {
        System.out.println(e.getMessage());
      }
      return;
    }
    try (Transformer model = TinyModels.create(1)) {
      SamplingSettings settings = new SamplingSettings(2, 1.0, 1.0, 0, 0, 12, List.of(), List.of());
      Rollout rollout = new Rollout(model, settings, Arrays::toString, 1L << 20);
      List<Response> responses =
          rollout.sample(List.of(new Prompt("p", new long[] {1, 2, 3})), 7).getFirst().responses();
      responses.forEach(each -> System.out.println(Arrays.toString(each.ids())));
      List<Sequence> examples = responses.stream().map(each -> sequence(each.ids())).toList();
      OptimizerSettings optimizer =
          new OptimizerSettings(0.01, 0, LearningRate.Fall.CONSTANT, 0, 0, 1, 0.9, 0.999, 1e-8);
      try (Supervised trainer =
          new Supervised(model, _ -> examples, new Supervised.Settings(20, 64, optimizer))) {
        double first = trainer.step(0).loss();
        for (int step = 1; step < 19; step++) {
          trainer.step(step);
        }
        System.out.println(first + " " + trainer.step(19).loss());
      }
    }
  }

  private static Sequence sequence(long[] response) {
    return new Sequence(new long[] {1, 2, 3}, response);
  }
}
