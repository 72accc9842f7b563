package io.braid.model;

import io.braid.kernel.Activation;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A published model architecture: what its layers are made of, and how its {@code config.json} is
 * read. One file in {@code family/} defines one family, and {@link
 * io.braid.model.family.Families#ALL} lists them.
 *
 * <p>Implementations are records without components, so that two of the same family are equal.
 */
public interface Family {
  /** Its {@code model_type} in {@code config.json}. */
  String type();

  /** Its name in prose. */
  String title();

  /** The class in {@code transformers} that computes the same, without {@code ForCausalLM}. */
  String className();

  /** What the keys that every family has mean when they are missing. */
  Usual usual();

  /**
   * Values of missing keys.
   *
   * @param kvHeads {@code num_key_value_heads}; empty for as many as {@code num_attention_heads}
   * @param kvHeadsMayBeNull whether null is as many as {@code num_attention_heads}, or refused
   * @param headDim {@code head_dim}; empty for {@code hidden_size / num_attention_heads}
   * @param headDimMayBeNull whether null is as if it were missing, or refused
   * @param tied {@code tie_word_embeddings}
   * @param theta {@code rope_theta}
   */
  record Usual(
      OptionalInt kvHeads,
      boolean kvHeadsMayBeNull,
      OptionalInt headDim,
      boolean headDimMayBeNull,
      boolean tied,
      double theta) {}

  /** Whether {@code hidden_size} must be a multiple of {@code num_attention_heads}. */
  default boolean headsDivideWidth() {
    return false;
  }

  /** The key that names the activation of the gated unit. */
  default String activationKey() {
    return "hidden_act";
  }

  /** The only activation that the family computes with. */
  default Activation activation() {
    return Activation.SILU;
  }

  /** Whether the rotary settings differ between kinds of layer. */
  default boolean ropeByLayer() {
    return false;
  }

  /** The keys of {@code config.json} that not every family has. */
  List<ConfigKey> keys();

  /**
   * Reads the family's own keys.
   *
   * @param values the config
   * @param shared what the keys that every family has say: no biases, full attention in all layers
   * @throws io.braid.UserError when they contradict each other or ask for what is not known
   */
  ModelConfig read(ConfigValues values, ModelConfig shared);

  /** The family's own keys for a model that was not read from a file. */
  Map<String, Object> written(ModelConfig config);

  /** What a model is made of. */
  Architecture architecture(ModelConfig config);
}
