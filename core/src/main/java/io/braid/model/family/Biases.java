package io.braid.model.family;

import io.braid.model.ConfigKey;
import io.braid.model.ConfigValues;
import io.braid.model.ModelConfig;
import java.util.Map;

/** The keys of {@code config.json} for biases. */
final class Biases {
  static final ConfigKey ATTENTION =
      ConfigKey.used("attention_bias", "false", "whether q, k, v and o have biases");
  static final ConfigKey OUTPUT =
      ConfigKey.used(
          ConfigKey.OUTPUT_BIAS,
          "true",
          "Braid's own key: if false, o has no bias, and the files hold zeros for it");
  static final ConfigKey MLP = ConfigKey.used("mlp_bias", "false", "whether the MLP has biases");

  private Biases() {}

  /**
   * Reads the biases.
   *
   * @param mlp whether the family has the key {@link #MLP}
   */
  static ModelConfig read(ConfigValues values, ModelConfig config, boolean mlp) {
    boolean attention = values.flag(ATTENTION.name(), false);
    return config.withBiases(
        attention,
        values.flag(OUTPUT.name(), true) && attention,
        mlp && values.flag(MLP.name(), false));
  }

  /** Writes the keys for the biases of attention. */
  static void write(ModelConfig config, Map<String, Object> keys) {
    keys.put(ATTENTION.name(), config.attentionBias());
    if (config.attentionBias() && !config.outputBias()) {
      keys.put(OUTPUT.name(), false);
    }
  }
}
