package io.braid.model.family;

import io.braid.kernel.Activation;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.LayerAttention;
import io.braid.model.Sublayer;
import io.braid.model.Sublayer.Attention;
import io.braid.model.Sublayer.GatedUnit;
import io.braid.model.Sublayer.HeadNorms;
import io.braid.model.Sublayer.Norm;
import io.braid.model.Sublayer.Projection;
import io.braid.model.Sublayer.Projection.Part;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The parts that make up the layers of most families. */
final class Layers {
  private static final String ATTENTION = "self_attn";
  private static final String MLP = "mlp";

  private Layers() {}

  /** Creates the layers of a model. */
  static List<List<Sublayer>> each(ModelConfig config, IntFunction<List<Sublayer>> layer) {
    return IntStream.range(0, config.layers()).mapToObj(layer).toList();
  }

  /** Creates a layer of Llama: attention and a SiLU-gated unit, each after a norm. */
  static List<Sublayer> llama(ModelConfig config, int number) {
    return List.of(
        attention(config, number, norm("input_layernorm"), Optional.empty(), Optional.empty()),
        gatedUnit(config, norm("post_attention_layernorm"), Activation.SILU, Optional.empty()));
  }

  /** Creates a norm that multiplies by its stored weight. */
  static Norm norm(String name) {
    return new Norm(name, 0);
  }

  /** Creates norms of query and key heads, with their usual names. */
  static HeadNorms headNorms(double offset) {
    return new HeadNorms(ATTENTION + ".q_norm", ATTENTION + ".k_norm", offset);
  }

  /** Creates grouped-query attention with the config's settings for one layer. */
  static Sublayer attention(
      ModelConfig config,
      int number,
      Norm before,
      Optional<HeadNorms> headNorms,
      Optional<Norm> after) {
    long queries = (long) config.heads() * config.headDim();
    long keys = (long) config.kvHeads() * config.headDim();
    LayerAttention how = config.attention().get(number);
    return new Sublayer(
        Optional.of(before),
        new Projection(
            ATTENTION,
            List.of(
                new Part("q_proj", queries), new Part("k_proj", keys), new Part("v_proj", keys)),
            config.hiddenSize(),
            config.attentionBias()),
        new Attention(headNorms, how.rope(), how.window(), config.attentionScale()),
        new Projection(
            ATTENTION,
            List.of(new Part("o_proj", config.hiddenSize())),
            queries,
            config.outputBias()),
        after);
  }

  /** Creates a gated unit. */
  static Sublayer gatedUnit(
      ModelConfig config, Norm before, Activation activation, Optional<Norm> after) {
    int units = config.intermediateSize();
    return new Sublayer(
        Optional.of(before),
        new Projection(
            MLP,
            List.of(new Part("gate_proj", units), new Part("up_proj", units)),
            config.hiddenSize(),
            config.mlpBias()),
        new GatedUnit(activation),
        new Projection(
            MLP, List.of(new Part("down_proj", config.hiddenSize())), units, config.mlpBias()),
        after);
  }
}
