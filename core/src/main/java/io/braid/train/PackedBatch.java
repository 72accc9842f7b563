package io.braid.train;

import io.braid.model.ChosenTokens;
import io.braid.model.InputTokens;
import io.braid.model.PackedAttention;
import io.braid.model.PackedSequence;
import io.braid.model.SharedPrefix;
import io.braid.model.Transformer;
import io.braid.tensor.DType;
import io.braid.tensor.Tensor;
import io.braid.trajectory.Sequence;
import io.braid.vision.PlacedImage;
import io.braid.vision.PromptTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sequences packed without padding: N tokens, of which n are trained, of r responses. The N tokens
 * include tokens that the loss mask excludes, since later tokens attend to them; the n tokens do
 * not. A prompt that several responses share occurs once. The batch belongs to the open scope.
 *
 * @param input the N tokens, with the prompts' images
 * @param attention the tokens that each token attends to
 * @param sequences location of each sequence's tokens among the N
 * @param predictors [n] INT64: the token whose hidden state predicts each trained token
 * @param targets [n] INT64: the trained tokens
 * @param responseOf [n] INT64: the response that each of these tokens belongs to
 * @param lengths [r] FLOAT32: number of trained tokens of each response
 * @param promptTokens [p] INT64: indices among the N of each response's prompt tokens, with or
 *     without the last one
 * @param promptOf [p] INT64: the response that each of these tokens belongs to
 * @param promptLengths [r] FLOAT32: number of these tokens for each response
 */
public record PackedBatch(
    InputTokens input,
    PackedAttention attention,
    List<PackedSequence> sequences,
    Tensor predictors,
    Tensor targets,
    Tensor responseOf,
    Tensor lengths,
    Tensor promptTokens,
    Tensor promptOf,
    Tensor promptLengths) {

  /**
   * The tokens to pack.
   *
   * @param lastPromptTokens whether {@link #promptMeans} includes each prompt's last token; if a
   *     prompt has only one token, that token is always included
   * @param lastResponseTokens whether to include each response's last token; no prediction is
   *     needed after it, but its hidden states may be needed
   */
  public record Packing(boolean lastPromptTokens, boolean lastResponseTokens) {
    /** Packs every token. */
    public static final Packing WHOLE = new Packing(true, true);

    /** Packs all but the last token of each response. */
    public static final Packing PREDICTORS = new Packing(true, false);
  }

  /** Packs every token. */
  public static PackedBatch of(List<Sequence> sequences) {
    return of(sequences, Packing.WHOLE);
  }

  /** Packs sequences; prompts come in the order of their first occurrence. */
  public static PackedBatch of(List<Sequence> sequences, Packing packing) {
    Layout layout = Layout.of(sequences, packing);
    int r = sequences.size();
    int trained = sequences.stream().mapToInt(Sequence::trained).sum();
    int promptSum = sequences.stream().mapToInt(each -> each.prompt().length).sum();
    long[] predictors = new long[trained];
    long[] targets = new long[trained];
    long[] responseOf = new long[trained];
    float[] lengths = new float[r];
    float[] promptLengths = new float[r];
    long[] promptTokens = new long[promptSum];
    long[] promptOf = new long[promptSum];
    int n = 0;
    int p = 0;
    for (int s = 0; s < r; s++) {
      PackedSequence place = layout.sequences.get(s);
      int prompt = sequences.get(s).prompt().length;
      long[] response = sequences.get(s).response();
      int pooled = packing.lastPromptTokens ? prompt : Math.max(1, prompt - 1);
      boolean[] mask = sequences.get(s).lossMask();
      promptLengths[s] = pooled;
      for (int t = 0; t < pooled; t++, p++) {
        promptTokens[p] = place.token(t);
        promptOf[p] = s;
      }
      for (int t = 0; t < response.length; t++) {
        if (mask[t]) {
          predictors[n] = place.token(prompt + t - 1);
          targets[n] = response[t];
          responseOf[n++] = s;
          lengths[s]++;
        }
      }
    }
    return new PackedBatch(
        layout.input(),
        new PackedAttention(layout.prefixes),
        layout.sequences,
        Tensor.of(predictors, n),
        Tensor.of(targets, n),
        Tensor.of(responseOf, n),
        Tensor.of(lengths, r),
        Tensor.of(Arrays.copyOf(promptTokens, p), p),
        Tensor.of(Arrays.copyOf(promptOf, p), p),
        Tensor.of(promptLengths, r));
  }

  /** The location of each token. */
  private record Layout(
      long[] ids,
      List<SharedPrefix> prefixes,
      List<PackedSequence> sequences,
      List<List<PlacedImage>> images,
      int[] starts) {
    InputTokens input() {
      return InputTokens.of(Tensor.of(ids, ids.length), images, starts);
    }

    static Layout of(List<Sequence> sequences, Packing packing) {
      Map<PromptTokens, List<Integer>> byPrompt = new LinkedHashMap<>();
      for (int s = 0; s < sequences.size(); s++) {
        byPrompt.computeIfAbsent(sequences.get(s).promptTokens(), _ -> new ArrayList<>()).add(s);
      }
      long[] ids = new long[sequences.stream().mapToInt(Sequence::length).sum()];
      List<SharedPrefix> prefixes = new ArrayList<>();
      List<List<PlacedImage>> images = new ArrayList<>();
      int[] starts = new int[byPrompt.size()];
      PackedSequence[] places = new PackedSequence[sequences.size()];
      int next = 0;
      for (Map.Entry<PromptTokens, List<Integer>> each : byPrompt.entrySet()) {
        long[] prompt = each.getKey().ids();
        List<Integer> sharing = each.getValue();
        int promptAt = next;
        starts[images.size()] = next;
        images.add(each.getKey().images());
        next = put(prompt, prompt.length, ids, next);
        int[] responses = new int[sharing.size()];
        for (int c = 0; c < responses.length; c++) {
          long[] response = sequences.get(sharing.get(c)).response();
          responses[c] = packing.lastResponseTokens ? response.length : response.length - 1;
          places[sharing.get(c)] = new PackedSequence(promptAt, prompt.length, next, responses[c]);
          next = put(response, responses[c], ids, next);
        }
        prefixes.add(SharedPrefix.of(each.getKey(), responses));
      }
      return new Layout(Arrays.copyOf(ids, next), prefixes, List.of(places), images, starts);
    }

    private static int put(long[] tokens, int count, long[] ids, int at) {
      System.arraycopy(tokens, 0, ids, at, count);
      return at + count;
    }
  }

  /**
   * Computes the log-probabilities of the trained tokens.
   *
   * @param hidden [N, width], after the final norm
   * @param temperature divisor of the logits, as in the rollout
   * @param entropies whether to compute entropies as well
   */
  ChosenTokens chosen(Transformer model, Tensor hidden, double temperature, boolean entropies) {
    return model.chosen(
        hidden.detach().indexSelect(0, predictors), targets, temperature, entropies);
  }

  /**
   * Computes the mean hidden state over each response's prompt.
   *
   * @param hidden [N, width]
   * @return [r, width] FLOAT32
   */
  Tensor promptMeans(Tensor hidden) {
    Tensor states = hidden.indexSelect(0, promptTokens).to(DType.FLOAT32); // [p, width]
    return Tensor.zeros(DType.FLOAT32, lengths.size(0), hidden.size(1))
        .indexAdd(0, promptOf, states)
        .div(promptLengths.unsqueeze(1));
  }
}
