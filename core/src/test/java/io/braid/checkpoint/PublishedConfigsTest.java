package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.model.Architecture;
import io.braid.model.ModelConfig;
import io.braid.model.Sublayer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Published configs describe models of the published sizes, and nothing in them is unknown. */
class PublishedConfigsTest {
  private static final String MISTRAL_7B_V01 =
      """
      {"architectures": ["MistralForCausalLM"], "bos_token_id": 1, "eos_token_id": 2,
       "hidden_act": "silu", "hidden_size": 4096, "initializer_range": 0.02,
       "intermediate_size": 14336, "max_position_embeddings": 32768, "model_type": "mistral",
       "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
       "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "sliding_window": 4096,
       "tie_word_embeddings": false, "torch_dtype": "bfloat16",
       "transformers_version": "4.34.0.dev0", "use_cache": true, "vocab_size": 32000}
      """;

  private static final String SMOLLM3_3B =
      """
      {"architectures": ["SmolLM3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
       "bos_token_id": null, "eos_token_id": 128012, "hidden_act": "silu", "hidden_size": 2048,
       "initializer_range": 0.02, "intermediate_size": 11008, "max_position_embeddings": 65536,
       "max_window_layers": 28, "mlp_bias": false, "model_type": "smollm3",
       "no_rope_layer_interval": 4, "num_attention_heads": 16, "num_hidden_layers": 36,
       "num_key_value_heads": 4, "pad_token_id": 128004, "pretraining_tp": 2,
       "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 5000000.0,
       "sliding_window": null, "torch_dtype": "bfloat16", "use_cache": false,
       "use_sliding_window": false, "vocab_size": 128256}
      """;

  private static final String GEMMA_3_1B =
      """
      {"architectures": ["Gemma3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
       "attn_logit_softcapping": null, "bos_token_id": 2, "cache_implementation": "hybrid",
       "eos_token_id": [1, 106], "final_logit_softcapping": null, "head_dim": 256,
       "hidden_activation": "gelu_pytorch_tanh", "hidden_size": 1152, "initializer_range": 0.02,
       "intermediate_size": 6912, "max_position_embeddings": 32768, "model_type": "gemma3_text",
       "num_attention_heads": 4, "num_hidden_layers": 26, "num_key_value_heads": 1,
       "pad_token_id": 0, "query_pre_attn_scalar": 256, "rms_norm_eps": 1e-06,
       "rope_local_base_freq": 10000, "rope_scaling": null, "rope_theta": 1000000,
       "sliding_window": 512, "sliding_window_pattern": 6, "torch_dtype": "bfloat16",
       "transformers_version": "4.50.0.dev0", "use_cache": true, "vocab_size": 262144}
      """;

  @Test
  void mistralHasAWindowInEveryLayer() {
    ModelConfig config = read(MISTRAL_7B_V01);
    assertThat(parameters(config)).isEqualTo(7_241_732_096L);
    assertThat(config.attention())
        .allMatch(each -> each.window().orElse(0) == 4096 && each.rope().isPresent());
    assertThat(config.maxPositions()).isEqualTo(32_768);
  }

  @Test
  void everyFourthLayerOfSmolLm3HasNoRotaryPositions() {
    ConfigJson.Read read = readAll(SMOLLM3_3B);
    ModelConfig config = read.config();
    assertThat(parameters(config)).isEqualTo(3_075_098_624L);
    assertThat(config.tiedEmbeddings()).isTrue();
    for (int layer = 0; layer < 36; layer++) {
      assertThat(config.attention().get(layer).rope().isEmpty())
          .as("layer %s", layer)
          .isEqualTo(layer % 4 == 3);
    }
    assertThat(config.attention()).allMatch(each -> each.window().isEmpty());
    // Transformers ignores it in this family, too.
    assertThat(read.notes()).singleElement().asString().contains("max_window_layers");
  }

  @Test
  void everySixthLayerOfGemma3SeesAllTokens() {
    ModelConfig config = read(GEMMA_3_1B);
    assertThat(parameters(config)).isEqualTo(999_885_952L);
    for (int layer = 0; layer < 26; layer++) {
      boolean full = layer % 6 == 5;
      ModelConfig.LayerAttention attention = config.attention().get(layer);
      assertThat(attention.window().orElse(0)).as("layer %s", layer).isEqualTo(full ? 0 : 512);
      assertThat(attention.rope().orElseThrow().theta()).isEqualTo(full ? 1e6 : 1e4);
    }
    assertThat(config.attentionScale()).isEqualTo(1.0 / 16);
    assertThat(config.architecture().embeddingScale()).isEqualTo(Math.sqrt(1152));
  }

  private static ModelConfig read(String json) {
    ConfigJson.Read read = readAll(json);
    assertThat(read.notes()).isEmpty();
    return read.config();
  }

  private static ConfigJson.Read readAll(String json) {
    return ConfigJson.read(Path.of("config.json"), JsonMapper.shared().readTree(json));
  }

  /** Embedding and head, matrices, norms; these models have no biases. */
  private static long parameters(ModelConfig config) {
    Architecture architecture = config.architecture();
    long hidden = config.hiddenSize();
    long norms =
        architecture.layers().stream()
            .flatMap(List::stream)
            .mapToLong(each ->
                hidden * Stream.concat(each.before().stream(), each.after().stream()).count()
                    + (each.mixer() instanceof Sublayer.Attention attention
                            && attention.headNorms().isPresent()
                        ? 2L * config.headDim()
                        : 0))
            .sum();
    long tables = (config.tiedEmbeddings() ? 1 : 2) * hidden * config.vocabSize();
    return tables + (long) architecture.matrixNumbers() + norms + hidden;
  }
}
