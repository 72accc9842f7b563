package io.braid.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.model.ModelConfig;
import io.braid.model.RopeScaling;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Settings in both RoPE forms, missing keys, null keys and keys of other families are read as
 * transformers 5.24 reads them, or refused by name. parity/random_models.py compares the numbers.
 */
class ConfigSpellingsTest {
  private static final Path FILE = Path.of("config.json");

  // ---- the base -------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | 10000",
        "{'rope_theta': 500000} | 500000",
        "{'rope_parameters': {'rope_type': 'default'}, 'rope_theta': 500000} | 500000",
        "{'rope_parameters': {'rope_theta': 500000}} | 500000",
        "{'rope_parameters': {'rope_theta': 500000}, 'rope_theta': 500000.0} | 500000",
        "{'rope_parameters': null, 'rope_theta': 500000} | 500000",
        "{'rope_parameters': {'rope_theta': 500000}, 'rope_scaling': {}} | 500000",
        "{'rope_parameters': {'rope_theta': 5e5}, 'rope_theta': null} | 500000",
        "{'rope_scaling': {'type': 'linear', 'factor': 2, 'rope_theta': 500000}} | 500000",
        "{'rope_scaling': {'type': 'linear', 'factor': 2}, 'rope_parameters': {'rope_theta': 7e5}}"
            + " | 10000"
      })
  void theBaseIsFoundInEitherForm(String keys, double theta) {
    assertThat(read(keys).config().rope().theta()).isEqualTo(theta);
  }

  @Test
  void aBaseIgnoredInFavourOfTheOlderFormIsReported() {
    assertThat(
            read("{'rope_scaling': {'type': 'linear', 'factor': 2}, 'rope_parameters':"
                    + " {'rope_theta': 7e5}}")
                .notes())
        .singleElement()
        .asString()
        .contains("rope_scaling", "rope_parameters", "rope_theta", "700000", "is ignored");
  }

  // ---- contradictions -------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'rope_parameters': {'rope_theta': 1e6}, 'rope_theta': 1e4} | rope_theta |"
            + " rope_parameters.rope_theta",
        "{'rope_scaling': {'type': 'linear', 'factor': 2, 'rope_theta': 3}, 'rope_theta': 4} |"
            + " rope_theta is | rope_scaling.rope_theta",
        "{'rope_scaling': {'type': 'linear', 'factor': 2, 'rope_theta': 3}, 'rope_parameters':"
            + " {'rope_theta': 4}} | rope_parameters.rope_theta | rope_scaling.rope_theta",
        "{'rope_scaling': {'type': 'linear', 'factor': 2}, 'rope_theta': 3, 'rope_parameters':"
            + " {'rope_theta': 4}} | rope_parameters.rope_theta | rope_theta is",
        "{'rope_scaling': {'type': 'linear', 'factor': 2}, 'rope_parameters': {'rope_type':"
            + " 'linear', 'factor': 4}} | rope_scaling | rope_parameters",
        "{'rope_scaling': {'type': 'linear', 'factor': 2}, 'rope_parameters': {'rope_type': 'yarn',"
            + " 'factor': 2}} | rope_scaling | rope_parameters",
        "{'rope_scaling': {'type': 'default'}, 'rope_parameters': {'rope_type': 'yarn', 'factor':"
            + " 2}} | rope_scaling | rope_parameters",
        "{'rope_scaling': {'type': 'linear', 'rope_type': 'yarn', 'factor': 2}} | rope_scaling.type"
            + " | rope_scaling.rope_type",
        "{'original_max_position_embeddings': 8, 'rope_scaling': {'type': 'yarn', 'factor': 2,"
            + " 'original_max_position_embeddings': 16}} | original_max_position_embeddings is 8 |"
            + " rope_scaling.original_max_position_embeddings is 16",
        "{'architectures': ['Qwen2ForCausalLM']} | architectures | model_type",
        "{'architectures': ['Qwen3MoeForCausalLM'], 'model_type': 'qwen3'} | architectures |"
            + " model_type",
        "{'layer_types': ['sliding_attention', 'full_attention'], 'model_type': 'qwen2'} |"
            + " layer_types | use_sliding_window",
        "{'layer_types': ['full_attention']} | layer_types | num_hidden_layers",
        "{'num_attention_heads': 3, 'num_key_value_heads': 3} | hidden_size | num_attention_heads",
        "{'pad_token_id': 64} | pad_token_id | vocab_size"
      })
  void aContradictionIsRefusedNamingBothKeys(String keys, String one, String other) {
    assertThatThrownBy(() -> read(keys))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("config.json: ")
        .hasMessageContaining(one)
        .hasMessageContaining(other);
  }

  @Test
  void equalScalingsInBothFormsAreAccepted() {
    ModelConfig config =
        read("{'rope_scaling': {'type': 'linear', 'factor': 2}, 'rope_parameters': {'rope_type':"
                + " 'linear', 'factor': 2.0}}")
            .config();
    assertThat(config.rope().scaling()).contains(new RopeScaling.Linear(2));
  }

  // ---- scaling settings -----------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'rope_scaling': {'type': 'linear'}} | rope_scaling.factor must be a number; it is"
            + " missing",
        "{'rope_scaling': {'type': 'dynamic'}} | rope_scaling.factor must be a number; it is"
            + " missing",
        "{'rope_scaling': {'type': 'yarn'}} | rope_scaling.factor must be a number; it is missing",
        "{'rope_parameters': {'rope_type': 'llama3', 'low_freq_factor': 1, 'high_freq_factor': 4}}"
            + " | rope_parameters.factor must be",
        "{'rope_scaling': {'rope_type': 'llama3', 'factor': 8, 'high_freq_factor': 4}} |"
            + " rope_scaling.low_freq_factor must be",
        "{'rope_scaling': {'rope_type': 'llama3', 'factor': 8, 'low_freq_factor': 1}} |"
            + " rope_scaling.high_freq_factor must be",
        "{'rope_scaling': {'type': 'linear', 'factor': null}} | rope_scaling.factor must be a"
            + " number; it is null",
        "{'rope_scaling': {'type': 'linear', 'factor': '2'}} | rope_scaling.factor must be a"
            + " number; it is \"2\"",
        "{'rope_scaling': {'type': 'linear', 'factor': 0}} | rope_scaling.factor must be above 0",
        "{'rope_scaling': {'type': 'yarn', 'factor': 2, 'original_max_position_embeddings': null}}"
            + " | original_max_position_embeddings must be a number; it is null",
        "{'rope_scaling': {'type': 'longrope', 'short_factor': [1]}} | rope_type \"longrope\" is"
            + " not supported",
        "{'rope_scaling': {'type': 'su'}} | rope_type \"su\" is not supported",
        "{'rope_scaling': {'type': null}} | rope_scaling.rope_type must be a name",
        "{'rope_scaling': 'linear'} | rope_scaling must be an object",
        "{'rope_parameters': {'full_attention': {'rope_theta': 1}}} |"
            + " rope_parameters.full_attention",
        "{'rope_scaling': {'type': 'default', 'partial_rotary_factor': 0.5}} |"
            + " rope_scaling.partial_rotary_factor",
        "{'partial_rotary_factor': 0.5} | partial_rotary_factor is 0.5",
        "{'rope_theta': null} | rope_theta must be a number; it is null",
        "{'rope_theta': '10000'} | rope_theta must be a number"
      })
  void settingsThatTransformersRefusesAreRefusedByKey(String keys, String complaint) {
    assertThatThrownBy(() -> read(keys)).hasMessageContaining(complaint);
  }

  @Test
  void aMissingOriginalLengthDefaultsToMaxPositionEmbeddings() {
    ConfigJson.Read read =
        read(
            "{'rope_scaling': {'rope_type': 'llama3', 'factor': 8, 'low_freq_factor': 1,"
                + " 'high_freq_factor': 4}}");
    assertThat(read.config().rope().scaling()).contains(new RopeScaling.Llama3(8, 1, 4, 64));
    assertThat(read.notes())
        .singleElement()
        .asString()
        .contains("original_max_position_embeddings", "max_position_embeddings (64)");
  }

  @Test
  void theOriginalLengthMayBeAKeyOfTheConfig() {
    assertThat(
            read("{'original_max_position_embeddings': 16, 'rope_scaling': {'type': 'yarn',"
                    + " 'factor': 2, 'attention_factor': 1}}")
                .config()
                .rope()
                .scaling())
        .contains(new RopeScaling.Yarn(2, 16, 32, 1, 1, true));
  }

  @Test
  void yarnExtendsTheContextAndReportsIt() {
    ConfigJson.Read read =
        read(
            "{'rope_scaling': {'type': 'yarn', 'factor': 4.0, 'original_max_position_embeddings':"
                + " 64}}");
    assertThat(read.config().maxPositions()).isEqualTo(256);
    assertThat(read.notes())
        .singleElement()
        .asString()
        .contains("256", "64 positions by a factor of 4");
  }

  @Test
  void dynamicScalingLimitsSequencesToTheUnscaledLength() {
    ConfigJson.Read read = read("{'rope_scaling': {'type': 'dynamic', 'factor': 4.0}}");
    assertThat(read.config().maxPositions()).isEqualTo(64);
    assertThat(new RopeScaling.Dynamic(4).frequencies(10_000, 8))
        .isEqualTo(RopeScaling.plain(10_000, 8));
    assertThat(read.notes()).singleElement().asString().contains("dynamic", "64");
  }

  // ---- sliding windows ------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'use_sliding_window': true, 'sliding_window': 8, 'max_window_layers': 1} | 0 8",
        "{'use_sliding_window': true, 'sliding_window': 8, 'max_window_layers': 2} | 0 0",
        "{'use_sliding_window': true, 'sliding_window': 8} | 0 0",
        "{'use_sliding_window': true, 'sliding_window': 64, 'max_window_layers': 0} | 64 64",
        "{'use_sliding_window': true, 'sliding_window': null, 'max_window_layers': 0} | 0 0",
        "{'use_sliding_window': true, 'max_window_layers': 0} | 4096 4096",
        "{'sliding_window': 8, 'max_window_layers': 0} | 0 0",
        "{'use_sliding_window': true, 'sliding_window': 8, 'layer_types': ['full_attention',"
            + " 'sliding_attention']} | 0 8",
        "{'use_sliding_window': true, 'sliding_window': 8, 'max_window_layers': 0, 'layer_types':"
            + " ['full_attention', 'attention']} | 0 0"
      })
  void eachLayerHasItsWindow(String keys, String windows) {
    ConfigJson.Read read = read(keys, "qwen2");
    assertThat(
            read.config().attention().stream()
                .map(each -> String.valueOf(each.window().orElse(0)))
                .collect(Collectors.joining(" ")))
        .isEqualTo(windows);
    assertThat(read.config().maxPositions()).isEqualTo(64);
    assertThat(read.notes()).isEmpty();
  }

  // ---- other keys -----------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vocab_size",
        "rms_norm_eps",
        "tie_word_embeddings",
        "attention_bias",
        "mlp_bias",
        "hidden_act",
        "max_position_embeddings",
        "num_hidden_layers"
      })
  void nullIsRefusedIfTransformersRefusesIt(String key) {
    assertThatThrownBy(() -> read("{'" + key + "': null}"))
        .hasMessageContaining(key)
        .hasMessageContaining("null");
  }

  @Test
  void missingKeysHaveTheDefaultsOfTransformers() {
    ObjectNode llama = base("llama");
    llama.remove(List.of("num_key_value_heads", "rms_norm_eps", "hidden_act"));
    ModelConfig config = ConfigJson.read(FILE, llama).config();
    assertThat(config.kvHeads()).isEqualTo(config.heads());
    assertThat(config.rmsNormEps()).isEqualTo(1e-6);

    ObjectNode qwen = base("qwen3");
    qwen.remove(List.of("num_key_value_heads", "head_dim"));
    assertThatThrownBy(() -> ConfigJson.read(FILE, qwen))
        .hasMessageContaining("num_key_value_heads 32 must divide num_attention_heads 4");
    qwen.putNull("num_key_value_heads");
    config = ConfigJson.read(FILE, qwen).config();
    assertThat(config.kvHeads()).isEqualTo(4);
    assertThat(config.headDim()).isEqualTo(128);
  }

  @Test
  void biasesFollowTheFamily() {
    String both = "{'attention_bias': true, 'mlp_bias': true}";
    ModelConfig llama = read(both, "llama").config();
    assertThat(List.of(llama.attentionBias(), llama.outputBias(), llama.mlpBias()))
        .containsExactly(true, true, true);
    ModelConfig qwen2 = read(both, "qwen2").config();
    assertThat(List.of(qwen2.attentionBias(), qwen2.outputBias(), qwen2.mlpBias()))
        .containsExactly(true, false, false);
    ModelConfig qwen3 = read(both, "qwen3").config();
    assertThat(List.of(qwen3.attentionBias(), qwen3.outputBias(), qwen3.mlpBias()))
        .containsExactly(true, true, false);
    assertThat(read(both, "qwen2").notes())
        .containsExactly(
            "config.json: keys that qwen2 does not have, ignored: attention_bias," + " mlp_bias");
  }

  @Test
  void unknownKeysAreReportedInOneNotice() {
    assertThat(
            read("{'use_cache': true, 'surprise': 1, 'another': null, 'temperature': 0.6}").notes())
        .containsExactly("config.json: unknown keys, ignored: surprise, another");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'attention_dropout': 0.1} | attention_dropout is 0.1; training uses none",
        "{'auto_map': {'AutoConfig': 'x.Y'}} | auto_map",
        "{'architectures': ['LlamaForSequenceClassification']} | LlamaForSequenceClassification",
        "{'eos_token_id': [2, 99]} | eos_token_id 99 is not in the vocabulary of 64",
        "{'rope_scaling': {'type': 'linear', 'factor': 2, 'finetuned': true}} | not used by"
            + " rope_type linear: rope_scaling.finetuned",
        "{'rope_scaling': {'factor': 2}} | not used by rope_type default: rope_scaling.factor",
        "{'original_max_position_embeddings': 16} | not used by rope_type default:"
            + " original_max_position_embeddings"
      })
  void unusedSettingsAreReported(String keys, String note) {
    assertThat(read(keys).notes()).singleElement().asString().contains(note);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'attn_logit_softcapping': 50.0}",
        "{'num_experts': 8}",
        "{'embedding_multiplier': 12}",
        "{'per_layer_config': {'0': {}}}",
        "{'quantization': {'bits': 4, 'group_size': 64}}",
        "{'transformers_weights': 'x.safetensors'}",
        "{'eos_token_id': '2'}",
        "{'hidden_act': 'gelu'}"
      })
  void unsupportedSettingsThatChangeTheComputationAreRefused(String keys) {
    String key = keys.substring(2, keys.indexOf('\'', 2));
    assertThatThrownBy(() -> read(keys)).isInstanceOf(UserError.class).hasMessageContaining(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'attn_logit_softcapping': null}",
        "{'num_experts': 1}",
        "{'embedding_multiplier': 1.0}",
        "{'pruned_heads': {}}",
        "{'hidden_act': 'swish'}",
        "{'partial_rotary_factor': 1.0}",
        "{'pad_token_id': -1}",
        "{'architectures': ['LLaMAForCausalLM']}",
        "{'architectures': null}",
        "{'quantization_config': null}"
      })
  void settingsThatAreOffAreAcceptedSilently(String keys) {
    assertThat(read(keys).notes()).isEmpty();
  }

  // ---- helpers --------------------------------------------------------------------------------

  private static ConfigJson.Read read(String keys) {
    return read(keys, "llama");
  }

  private static ConfigJson.Read read(String keys, String family) {
    ObjectNode json = base(family);
    json.setAll((ObjectNode) JsonMapper.shared().readTree(keys.replace('\'', '"')));
    return ConfigJson.read(FILE, json);
  }

  private static ObjectNode base(String family) {
    return JsonMapper.shared()
        .createObjectNode()
        .put("model_type", family)
        .put("vocab_size", 64)
        .put("hidden_size", 32)
        .put("intermediate_size", 48)
        .put("num_hidden_layers", 2)
        .put("num_attention_heads", 4)
        .put("num_key_value_heads", 2)
        .put("head_dim", 8)
        .put("max_position_embeddings", 64);
  }
}
