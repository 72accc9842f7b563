package io.braid.experiment.audit;

import io.braid.model.InputTokens;
import io.braid.model.PackedAttention;
import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;

/** Computes a model's full distribution over the strings of a task. */
public final class EnumeratedPolicy {
  private EnumeratedPolicy() {}

  /**
   * Returns log π of every string at temperature 1: [strings].
   *
   * <p>The model reads every string without its last letter. Since attention is causal, the logits
   * after a prefix are the same for all strings with this prefix. Rows with equal prefixes may
   * differ in the last bit, so one row is used for all of them. With normalisation and sums in
   * double precision, the probabilities then sum to one.
   *
   * @throws IllegalArgumentException if the model's vocabulary is not the task's alphabet
   */
  public static double[] logProbs(Transformer model, ModesTask task) {
    if (model.config().vocabSize() != task.letters()) {
      throw new IllegalArgumentException(
          "the model has a vocabulary of %d but the task has %d letters"
              .formatted(model.config().vocabSize(), task.letters()));
    }
    int letters = task.letters();
    int length = task.length();
    int prefixes = task.strings() / letters;
    double[] logits = logits(model, task, prefixes); // [prefixes · length · letters]
    double[] logProbs = new double[task.strings()];
    for (int string = 0; string < logProbs.length; string++) {
      long[] ids = task.ids(string);
      int prefix = string / letters;
      int sharing = prefixes; // number of prefixes that share the first t letters
      double sum = 0;
      for (int t = 0; t < length; t++) {
        int row = prefix - prefix % sharing; // use the first of them for all
        int from = (row * length + t) * letters;
        sum += logits[from + (int) ids[t]] - logSumExp(logits, from, letters);
        sharing /= letters;
      }
      logProbs[string] = sum;
    }
    return logProbs;
  }

  /** Returns the model's logits of the next letter after each position of each prefix. */
  private static double[] logits(Transformer model, ModesTask task, int prefixes) {
    long[] prompt = task.prompt();
    int length = task.length();
    int tokens = prompt.length + length - 1;
    long[] ids = new long[prefixes * tokens];
    long[] predictors = new long[prefixes * length];
    for (int b = 0; b < prefixes; b++) {
      System.arraycopy(prompt, 0, ids, b * tokens, prompt.length);
      System.arraycopy(
          task.ids(b * task.letters()), 0, ids, b * tokens + prompt.length, length - 1);
      for (int t = 0; t < length; t++) {
        predictors[b * length + t] = (long) b * tokens + prompt.length - 1 + t;
      }
    }
    int[] lengths = new int[prefixes];
    Arrays.fill(lengths, tokens);
    try (Gradients off = Gradients.off();
        Scope scope = Scope.open()) {
      Tensor hidden =
          model.hidden(
              InputTokens.text(Tensor.of(ids, ids.length)),
              new PackedAttention(lengths),
              Transformer.LatentTap.NONE); // [prefixes · tokens, width]
      return model
          .logits(hidden.indexSelect(0, Tensor.of(predictors, predictors.length)))
          .toDoubles(); // [prefixes · length, letters]
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
