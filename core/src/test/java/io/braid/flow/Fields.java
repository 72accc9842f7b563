package io.braid.flow;

import io.braid.flow.FlowContext.Mode;
import io.braid.model.InputTokens;
import io.braid.model.ModelConfig;
import io.braid.model.PackedAttention;
import io.braid.model.PackedSequence;
import io.braid.model.Transformer;
import io.braid.nn.Parameter;
import io.braid.tensor.Gradients;
import io.braid.tensor.RandomSource;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Small fields with random weights, and sequences for them. */
final class Fields {
  private Fields() {}

  /** A prompt and a response. */
  record Asked(long[] prompt, long[] response) {
    long[] ids() {
      return LongStream.concat(LongStream.of(prompt), LongStream.of(response)).toArray();
    }
  }

  /** Returns settings with the published layers, two blocks and these contexts. */
  static FieldSettings settings(FlowContext... contexts) {
    List<FlowContext> all = List.of(contexts);
    return new FieldSettings(
        2,
        List.of(0.25, 0.5, 0.75),
        all.stream().map(FlowContext::mode).toList(),
        all.stream().map(FlowContext::shift).toList());
  }

  /** Returns settings with the published context. */
  static FlowContext post() {
    return new FlowContext(Mode.TOKEN_POST, 1);
  }

  /** Creates a field whose weights all differ from their initial values. */
  static FlowField randomised(ModelConfig model, FieldSettings settings, long seed) {
    return randomised(FlowField.create(model, settings, seed), seed);
  }

  /** Randomises all weights of an existing field. */
  static FlowField randomised(FlowField field, long seed) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off();
        RandomSource random = new RandomSource(seed)) {
      for (Parameter parameter : field.parameters()) {
        Tensor noise = Tensor.randn(random, parameter.tensor().shape()).times(0.25);
        parameter.tensor().addInPlace(noise);
      }
    }
    return field;
  }

  /** Creates sequences of random tokens. */
  static List<Asked> asked(int count, int tokens, long seed) {
    Random random = new Random(seed);
    return IntStream.range(0, count)
        .mapToObj(_ ->
            new Asked(
                random.longs(1 + random.nextInt(4), 0, tokens).toArray(),
                random.longs(1 + random.nextInt(7), 0, tokens).toArray()))
        .toList();
  }

  /** Captures a field's latents of packed sequences; they belong to the open scope. */
  static Latents seen(Transformer model, FlowField field, List<Asked> asked) {
    Latents latents =
        field.latents(
            packed(
                asked.stream().mapToInt(each -> each.prompt.length).toArray(),
                asked.stream().mapToInt(each -> each.response.length).toArray()));
    long[] ids = asked.stream().flatMapToLong(each -> LongStream.of(each.ids())).toArray();
    int[] lengths = asked.stream().mapToInt(each -> each.ids().length).toArray();
    try (Gradients off = Gradients.off()) {
      model.latents(
          InputTokens.text(Tensor.of(ids, ids.length)),
          new PackedAttention(lengths),
          latents,
          latents.depth());
    }
    return latents;
  }

  /** Packs sequences end to end without shared prompts. */
  static List<PackedSequence> packed(int[] prompts, int[] responses) {
    List<PackedSequence> sequences = new ArrayList<>();
    int next = 0;
    for (int s = 0; s < prompts.length; s++) {
      sequences.add(new PackedSequence(next, prompts[s], next + prompts[s], responses[s]));
      next += prompts[s] + responses[s];
    }
    return sequences;
  }

  /** Copies a field's gradients, by name. */
  static Map<String, float[]> gradients(FlowField field) {
    Map<String, float[]> all = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      for (Parameter parameter : field.parameters()) {
        all.put(
            parameter.name(),
            parameter.tensor().grad().map(Tensor::toFloats).orElseGet(() -> new float[0]));
        parameter.tensor().clearGrad();
      }
    }
    return all;
  }

  /** Returns the largest difference relative to the largest number. */
  static double distance(float[] some, float[] others) {
    double scale = 1e-12;
    double distance = some.length == others.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(some.length, others.length); i++) {
      scale = Math.max(scale, Math.abs(others[i]));
      distance = Math.max(distance, Math.abs((double) some[i] - others[i]));
    }
    return distance / scale;
  }
}
