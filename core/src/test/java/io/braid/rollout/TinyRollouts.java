package io.braid.rollout;

import io.braid.model.InputTokens;
import io.braid.model.PackedAttention;
import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Prompts and samplers of a tiny model. */
final class TinyRollouts {
  static final long PLENTY = 1L << 30;
  static final int VOCABULARY = TinyModels.VOCABULARY;
  static final List<Prompt> PROMPTS =
      List.of(
          prompt("a", 1, 2, 3),
          prompt("b", 4, 5, 6, 7, 8, 9, 10, 11, 12),
          prompt("c", 13),
          prompt("d", 1, 2, 3, 4, 5),
          prompt("e", 20, 21, 22, 23, 0, 1, 2),
          prompt("f", 3, 3, 3));

  private TinyRollouts() {}

  static Prompt prompt(String key, long... ids) {
    return new Prompt(key, ids);
  }

  static SamplingSettings settings(int samples, double temperature, int most, Long... stops) {
    return SamplingSettings.of(samples, temperature, most, List.of(stops));
  }

  /** A letter a token. */
  static String decode(long[] ids) {
    return Arrays.stream(ids)
        .mapToObj(id -> String.valueOf((char) ('a' + id)))
        .collect(Collectors.joining());
  }

  static int indexOf(long[] ids, long id) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == id) {
        return i;
      }
    }
    return -1;
  }

  static Rollout rollout(Transformer model, SamplingSettings settings, long cacheBytes) {
    return new Rollout(model, settings, TinyRollouts::decode, cacheBytes);
  }

  static List<Response> responses(Transformer model, SamplingSettings settings) {
    return rollout(model, settings, PLENTY).sample(PROMPTS, 31).stream()
        .flatMap(group -> group.responses().stream())
        .toList();
  }

  /** The logits before each response token, from one forward pass over the whole. */
  static double[][] logits(Transformer model, Prompt prompt, Response response) {
    int start = prompt.ids().length;
    long[] all = Arrays.copyOf(prompt.ids(), start + response.length());
    System.arraycopy(response.ids(), 0, all, start, response.length());
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor hidden =
          model.hidden(
              InputTokens.text(Tensor.of(all, all.length)),
              new PackedAttention(new int[] {all.length}),
              Transformer.LatentTap.NONE);
      double[] flat = model.logits(hidden.narrow(0, start - 1, response.length())).toDoubles();
      double[][] rows = new double[response.length()][];
      for (int t = 0; t < rows.length; t++) {
        rows[t] = Arrays.copyOfRange(flat, t * VOCABULARY, (t + 1) * VOCABULARY);
      }
      return rows;
    }
  }

  static int argmax(double[] numbers) {
    int best = 0;
    for (int i = 1; i < numbers.length; i++) {
      best = numbers[i] > numbers[best] ? i : best;
    }
    return best;
  }
}
