package io.braid.model;

import io.braid.kernel.Activation;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A published model architecture: the structure of its layers, and how its {@code config.json} is
 * read. One file in {@code family/} defines one family, and {@link
 * io.braid.model.family.Families#ALL} lists them.
 *
 * <p>Implementations are records without components, so that two instances of the same family are
 * equal.
 */
public interface Family {
  /** Returns the {@code model_type} in {@code config.json}. */
  String type();

  /** Returns the family's name for people. */
  String title();

  /**
   * Returns the name of the corresponding class in {@code transformers}, without {@code
   * ForCausalLM}.
   */
  String className();

  /** Returns the name of the class in {@code transformers}. */
  default String modelClass() {
    return className() + "ForCausalLM";
  }

  /** Returns whether the models read images. */
  default boolean hasVision() {
    return false;
  }

  /** Returns the keys of {@code vision_config}; empty if the models read no images. */
  default List<ConfigKey> visionKeys() {
    return List.of();
  }

  /** Returns the default of {@code rms_norm_eps}. */
  default double usualEpsilon() {
    return 1e-6;
  }

  /** Returns the defaults of the keys that all families share. */
  Usual usual();

  /**
   * Defaults of missing keys.
   *
   * @param kvHeads default of {@code num_key_value_heads}; empty for {@code num_attention_heads}
   * @param kvHeadsMayBeNull whether null means {@code num_attention_heads}; otherwise null is
   *     refused
   * @param headDim default of {@code head_dim}; empty for {@code hidden_size / num_attention_heads}
   * @param headDimMayBeNull whether null means the same as missing; otherwise null is refused
   * @param tied default of {@code tie_word_embeddings}
   * @param theta default of {@code rope_theta}
   */
  record Usual(
      OptionalInt kvHeads,
      boolean kvHeadsMayBeNull,
      OptionalInt headDim,
      boolean headDimMayBeNull,
      boolean tied,
      double theta) {}

  /** Returns whether {@code hidden_size} must be a multiple of {@code num_attention_heads}. */
  default boolean headsDivideWidth() {
    return false;
  }

  /** Returns the key of the gated unit's activation. */
  default String activationKey() {
    return "hidden_act";
  }

  /** Returns the family's only activation. */
  default Activation activation() {
    return Activation.SILU;
  }

  /** Returns whether rotary settings differ between kinds of layers. */
  default boolean ropeByLayer() {
    return false;
  }

  /** Returns the family's own keys of {@code config.json}. */
  List<ConfigKey> keys();

  /**
   * Reads the family's own keys.
   *
   * @param values the values of the config
   * @param shared the settings from the shared keys, with no biases and full attention in all
   *     layers
   * @throws io.braid.UserError if they contradict each other or ask for something unsupported
   */
  ModelConfig read(ConfigValues values, ModelConfig shared);

  /** Returns the family's own keys of a config, for a model that was not read from a file. */
  Map<String, Object> written(ModelConfig config);

  /** Returns the structure of a model. */
  Architecture architecture(ModelConfig config);
}
