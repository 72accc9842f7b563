package io.braid.gguf;

import io.braid.UserError;
import io.braid.model.Family;
import io.braid.model.ModelConfig;
import io.braid.model.ModelConfig.LayerAttention;
import io.braid.model.ModelConfig.Rope;
import io.braid.model.PublishedTensor;
import io.braid.model.family.Gemma3;
import io.braid.model.family.Llama;
import io.braid.model.family.Mistral;
import io.braid.model.family.Qwen2;
import io.braid.model.family.Qwen3;
import io.braid.model.family.SmolLm3;
import io.braid.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The architectures of GGUF files, and how each differs from Braid's families: names of tensors,
 * order of rows, and settings that llama.cpp assumes because the files do not contain them.
 */
enum GgufArchitecture {
  /** Llama, and Mistral without a sliding window. */
  LLAMA("llama", /* interleaved= */ true),
  QWEN2("qwen2", /* interleaved= */ false),
  QWEN3("qwen3", /* interleaved= */ false),
  SMOLLM3("smollm3", /* interleaved= */ true),
  GEMMA3("gemma3", /* interleaved= */ false);

  /** llama.cpp leaves every fourth layer of SmolLM3 without rotary positions. */
  private static final int SMOLLM3_INTERVAL = 4;

  /** In llama.cpp, every sixth layer of Gemma 3 has full attention. */
  private static final int GEMMA3_INTERVAL = 6;

  /** Gemma 3 with 27 billion parameters, which has a different scale of the attention scores. */
  private static final int GEMMA3_27B_LAYERS = 62;

  private static final String LAYER = "model.layers.";
  private static final String BLOCK = "blk.";

  /** The modules of a layer: published name and GGUF name. */
  private static final Map<String, String> MODULES = new LinkedHashMap<>();

  /** The modules of a layer that have different names in Gemma 3. */
  private static final Map<String, String> GEMMA3_MODULES =
      Map.of(
          "post_attention_layernorm", "post_attention_norm",
          "pre_feedforward_layernorm", "ffn_norm",
          "post_feedforward_layernorm", "post_ffw_norm");

  static {
    MODULES.put("input_layernorm", "attn_norm");
    MODULES.put("self_attn.q_proj", "attn_q");
    MODULES.put("self_attn.k_proj", "attn_k");
    MODULES.put("self_attn.v_proj", "attn_v");
    MODULES.put("self_attn.o_proj", "attn_output");
    MODULES.put("self_attn.q_norm", "attn_q_norm");
    MODULES.put("self_attn.k_norm", "attn_k_norm");
    MODULES.put("post_attention_layernorm", "ffn_norm");
    MODULES.put("mlp.gate_proj", "ffn_gate");
    MODULES.put("mlp.up_proj", "ffn_up");
    MODULES.put("mlp.down_proj", "ffn_down");
  }

  private final String word;
  private final boolean interleaved;

  GgufArchitecture(String word, boolean interleaved) {
    this.word = word;
    this.interleaved = interleaved;
  }

  /** Returns the name in {@code general.architecture}, which is also the prefix of other keys. */
  String word() {
    return word;
  }

  /** Returns the family of the architecture's models. */
  Family family() {
    return switch (this) {
      case LLAMA -> new Llama();
      case QWEN2 -> new Qwen2();
      case QWEN3 -> new Qwen3();
      case SMOLLM3 -> new SmolLm3();
      case GEMMA3 -> new Gemma3();
    };
  }

  static Optional<GgufArchitecture> named(String word) {
    return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(each -> each.word).collect(Collectors.joining(", "));
  }

  /**
   * Returns the architecture for writing a model.
   *
   * @throws UserError if llama.cpp would compute something different
   */
  static GgufArchitecture of(Path model, ModelConfig config) {
    GgufArchitecture architecture =
        Arrays.stream(values())
            .filter(each -> each.family().equals(config.family()))
            .findFirst()
            .orElse(LLAMA); // Mistral, which GGUF does not tell apart
    if (architecture == LLAMA
        && !(config.family() instanceof Llama || config.family() instanceof Mistral)) {
      throw new UserError(
          "%s: GGUF files of the family %s are not written"
              .formatted(model, config.family().title()));
    }
    architecture.checkWritable(model, config);
    return architecture;
  }

  private void checkWritable(Path model, ModelConfig config) {
    boolean biases = config.attentionBias() || config.outputBias() || config.mlpBias();
    boolean usual =
        switch (this) {
          case LLAMA -> true;
          case QWEN2 -> config.attentionBias() && !config.outputBias() && !config.mlpBias();
          case QWEN3, SMOLLM3, GEMMA3 -> !biases;
        };
    if (!usual) {
      throw new UserError(
          "%s: has biases (attention_bias or mlp_bias), which llama.cpp does not read for %s"
              .formatted(model, word));
    }
    if (this == QWEN2 && config.headDim() * config.heads() != config.hiddenSize()) {
      throw new UserError(
          "%s: head_dim is %s, but llama.cpp reads Qwen2 only with hidden_size / num_attention_heads (%s)"
              .formatted(model, config.headDim(), config.hiddenSize() / config.heads()));
    }
    List<LayerAttention> written = config.attention();
    List<LayerAttention> known =
        attention(
            config.layers(),
            config.rope(),
            written.stream().flatMapToInt(each -> each.window().stream()).findFirst(),
            written.stream()
                .filter(each -> each.window().isPresent())
                .flatMap(each -> each.rope().stream())
                .findFirst()
                .orElse(config.rope()));
    if (!written.equals(known)) {
      throw new UserError(
          "%s: %s"
              .formatted(
                  model,
                  switch (this) {
                    case LLAMA, QWEN2, QWEN3 ->
                        "has a sliding window (sliding_window), which GGUF has no key for in "
                            + word
                            + "; set sliding_window to null if sequences stay shorter than it";
                    case SMOLLM3 ->
                        "llama.cpp computes SmolLM3 without a sliding window and with rotary"
                            + " positions on all layers but every fourth (no_rope_layers)";
                    case GEMMA3 ->
                        "llama.cpp computes Gemma 3 with a sliding window on all layers but every"
                            + " sixth (layer_types)";
                  }));
    }
    double scale = scale(config.layers(), config.hiddenSize(), config.heads(), config.headDim());
    if (Math.abs(config.attentionScale() / scale - 1) > 1e-6) {
      throw new UserError(
          "%s: llama.cpp divides attention scores by the square root of %s here, not of %s (query_pre_attn_scalar)"
              .formatted(
                  model,
                  Math.round(1 / (scale * scale)),
                  Math.round(1 / (config.attentionScale() * config.attentionScale()))));
    }
  }

  /**
   * Returns the attention settings of each layer.
   *
   * @param rope rotary embedding of layers with full attention
   * @param window window of the other layers
   * @param local rotary embedding of layers with a window
   */
  List<LayerAttention> attention(int layers, Rope rope, OptionalInt window, Rope local) {
    List<LayerAttention> each = new ArrayList<>();
    OptionalInt all = OptionalInt.empty();
    for (int layer = 1; layer <= layers; layer++) {
      each.add(
          switch (this) {
            case LLAMA, QWEN2, QWEN3 -> new LayerAttention(Optional.of(rope), all);
            case SMOLLM3 ->
                new LayerAttention(
                    layer % SMOLLM3_INTERVAL == 0 ? Optional.empty() : Optional.of(rope), all);
            case GEMMA3 ->
                layer % GEMMA3_INTERVAL == 0
                    ? new LayerAttention(Optional.of(rope), all)
                    : new LayerAttention(Optional.of(local), window);
          });
    }
    return each;
  }

  /** Returns the factor for the attention scores. */
  double scale(int layers, int hidden, int heads, int headDim) {
    return this == GEMMA3 && layers == GEMMA3_27B_LAYERS
        ? 1 / Math.sqrt((double) hidden / heads)
        : 1 / Math.sqrt(headDim);
  }

  /** Returns the name of a published tensor in GGUF. */
  String tensor(String published) {
    if (published.equals(PublishedTensor.EMBEDDING)) {
      return "token_embd.weight";
    }
    if (published.equals(PublishedTensor.HEAD)) {
      return "output.weight";
    }
    if (published.equals("model.norm.weight")) {
      return "output_norm.weight";
    }
    int layerEnd = published.indexOf('.', LAYER.length());
    int kind = published.lastIndexOf('.');
    String module = published.substring(layerEnd + 1, kind);
    String renamed =
        this == GEMMA3 && GEMMA3_MODULES.containsKey(module)
            ? GEMMA3_MODULES.get(module)
            : MODULES.get(module);
    if (renamed == null) {
      throw new IllegalArgumentException("GGUF has no name for " + published);
    }
    return BLOCK
        + published.substring(LAYER.length(), layerEnd)
        + "."
        + renamed
        + published.substring(kind);
  }

  /**
   * Returns whether GGUF orders a tensor's rows differently. For these architectures, llama.cpp
   * rotates neighbouring dimensions of a head together, while Hugging Face rotates dimension i with
   * i + d/2; the rows of the query and key projections are permuted accordingly.
   */
  private boolean isPermuted(String published) {
    return interleaved
        && (published.contains(".self_attn.q_proj.") || published.contains(".self_attn.k_proj."));
  }

  /** Returns a tensor with its rows in Hugging Face's order. */
  Tensor published(String name, Tensor stored, int headDim) {
    return isPermuted(name) ? swapped(stored, headDim / 2, 2) : stored;
  }

  /** Returns a tensor with its rows in GGUF's order. */
  Tensor stored(String name, Tensor published, int headDim) {
    return isPermuted(name) ? swapped(published, 2, headDim / 2) : published;
  }

  private static Tensor swapped(Tensor tensor, long outer, long inner) {
    long[] shape = tensor.shape();
    long heads = shape[0] / (outer * inner);
    long[] split =
        shape.length == 1
            ? new long[] {heads, outer, inner}
            : new long[] {heads, outer, inner, shape[1]};
    return tensor.reshape(split).transpose(1, 2).contiguous().reshape(shape);
  }
}
