package io.braid.train;

import io.braid.model.ChosenTokens;
import io.braid.model.PackedAttention;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Sequences laid end to end, without padding: N tokens, of which n are response tokens, of r
 * responses. It belongs to the open scope.
 *
 * @param ids [N] INT64
 * @param attention which token sees which
 * @param predictors [n] INT64: the token whose hidden state predicts each response token
 * @param targets [n] INT64: the response tokens
 * @param responseOf [n] INT64: which response each belongs to
 * @param lengths [r] FLOAT32: tokens of each response
 * @param promptTokens [p] INT64: the prompts' tokens among the N, all or all but each one's last
 * @param promptOf [p] INT64: which response each belongs to
 * @param promptLengths [r] FLOAT32: how many of each prompt's are among these
 */
public record PackedBatch(
    Tensor ids,
    PackedAttention attention,
    Tensor predictors,
    Tensor targets,
    Tensor responseOf,
    Tensor lengths,
    Tensor promptTokens,
    Tensor promptOf,
    Tensor promptLengths) {

  /** Packs sequences in their order. */
  public static PackedBatch of(List<Sequence> sequences) {
    return of(sequences, /* lastPromptToken= */ true);
  }

  /**
   * Packs sequences in their order.
   *
   * @param lastPromptToken whether each prompt's last token counts in {@link #promptMeans}; of a
   *     prompt of one token it always does
   */
  public static PackedBatch of(List<Sequence> sequences, boolean lastPromptToken) {
    int tokens = 0;
    int responseTokens = 0;
    for (Sequence sequence : sequences) {
      tokens += sequence.length();
      responseTokens += sequence.response().length;
    }
    int r = sequences.size();
    long[] ids = new long[tokens];
    int[] sequenceLengths = new int[r];
    long[] predictors = new long[responseTokens];
    long[] targets = new long[responseTokens];
    long[] responseOf = new long[responseTokens];
    float[] lengths = new float[r];
    float[] promptLengths = new float[r];
    long[] promptTokens = new long[tokens - responseTokens];
    long[] promptOf = new long[tokens - responseTokens];
    int at = 0;
    int n = 0;
    int p = 0;
    for (int s = 0; s < r; s++) {
      Sequence sequence = sequences.get(s);
      int prompt = sequence.prompt().length;
      int response = sequence.response().length;
      sequenceLengths[s] = sequence.length();
      lengths[s] = response;
      int pooled = lastPromptToken ? prompt : Math.max(1, prompt - 1);
      promptLengths[s] = pooled;
      System.arraycopy(sequence.prompt(), 0, ids, at, prompt);
      System.arraycopy(sequence.response(), 0, ids, at + prompt, response);
      for (int t = 0; t < pooled; t++, p++) {
        promptTokens[p] = (long) at + t;
        promptOf[p] = s;
      }
      for (int t = 0; t < response; t++, n++) {
        predictors[n] = (long) at + prompt + t - 1;
        targets[n] = sequence.response()[t];
        responseOf[n] = s;
      }
      at += sequence.length();
    }
    return new PackedBatch(
        Tensor.of(ids, tokens),
        new PackedAttention(sequenceLengths),
        Tensor.of(predictors, n),
        Tensor.of(targets, n),
        Tensor.of(responseOf, n),
        Tensor.of(lengths, r),
        Tensor.of(Arrays.copyOf(promptTokens, p), p),
        Tensor.of(Arrays.copyOf(promptOf, p), p),
        Tensor.of(promptLengths, r));
  }

  /**
   * The log-probabilities of the response tokens.
   *
   * @param hidden [N, width], after the final norm
   * @param temperature what the logits are divided by, as in the rollout
   * @param entropies whether they are wanted as well
   */
  ChosenTokens chosen(Transformer model, Tensor hidden, double temperature, boolean entropies) {
    return model.chosen(
        hidden.detach().indexSelect(0, predictors), targets, temperature, entropies);
  }

  /**
   * The mean hidden state over each response's prompt.
   *
   * @param hidden [N, width]
   * @return [r, width] FLOAT32
   */
  Tensor promptMeans(Tensor hidden) {
    Tensor states = hidden.indexSelect(0, promptTokens).to(DType.FLOAT32); // [p, width]
    return Tensor.zeros(DType.FLOAT32, lengths.size(0), hidden.size(1))
        .indexAdd(0, promptOf, states)
        .over(promptLengths.unsqueeze(1));
  }
}
