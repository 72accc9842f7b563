package io.braid.experiment.audit;

import io.braid.model.PackedAttention;
import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;

/** The whole distribution of a model over the strings of a task. */
public final class EnumeratedPolicy {
  private EnumeratedPolicy() {}

  /**
   * log π of every string at temperature 1: [strings].
   *
   * <p>The model reads every string without its last letter; attention being causal, the scores
   * behind each of its letters are those of all strings that begin so. Rows that begin alike may
   * differ in the last bit, so one is taken for all; normalised and summed in double precision, the
   * probabilities then sum to one.
   *
   * @throws IllegalArgumentException when the model knows other tokens than the task's letters
   */
  public static double[] logProbs(Transformer model, ModesTask task) {
    if (model.config().vocabSize() != task.letters()) {
      throw new IllegalArgumentException(
          "a vocabulary of %d for %d letters"
              .formatted(model.config().vocabSize(), task.letters()));
    }
    int letters = task.letters();
    int length = task.length();
    int beginnings = task.strings() / letters;
    double[] scores = scores(model, task, beginnings); // [beginnings · length · letters]
    double[] logProbs = new double[task.strings()];
    for (int string = 0; string < logProbs.length; string++) {
      long[] ids = task.ids(string);
      int beginning = string / letters;
      int alike = beginnings; // how many beginnings share the first t letters
      double sum = 0;
      for (int t = 0; t < length; t++) {
        int row = beginning - beginning % alike; // the first of them speaks for all
        int from = (row * length + t) * letters;
        sum += scores[from + (int) ids[t]] - logSumExp(scores, from, letters);
        alike /= letters;
      }
      logProbs[string] = sum;
    }
    return logProbs;
  }

  /** The model's scores of each next letter along each beginning. */
  private static double[] scores(Transformer model, ModesTask task, int beginnings) {
    long[] prompt = task.prompt();
    int length = task.length();
    int tokens = prompt.length + length - 1;
    long[] ids = new long[beginnings * tokens];
    long[] predictors = new long[beginnings * length];
    for (int b = 0; b < beginnings; b++) {
      System.arraycopy(prompt, 0, ids, b * tokens, prompt.length);
      System.arraycopy(
          task.ids(b * task.letters()), 0, ids, b * tokens + prompt.length, length - 1);
      for (int t = 0; t < length; t++) {
        predictors[b * length + t] = (long) b * tokens + prompt.length - 1 + t;
      }
    }
    int[] lengths = new int[beginnings];
    Arrays.fill(lengths, tokens);
    try (Gradients off = Gradients.off();
        Scope scope = Scope.open()) {
      Tensor hidden =
          model.hidden(
              Tensor.of(ids, ids.length),
              new PackedAttention(lengths),
              Transformer.LatentTap.NONE); // [beginnings · tokens, width]
      return model
          .logits(hidden.indexSelect(0, Tensor.of(predictors, predictors.length)))
          .toDoubles(); // [beginnings · length, letters]
    }
  }

  private static double logSumExp(double[] numbers, int from, int count) {
    double most = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      most = Math.max(most, numbers[i]);
    }
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += Math.exp(numbers[i] - most);
    }
    return most + Math.log(sum);
  }
}
