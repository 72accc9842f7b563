package io.braid.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A key of {@code config.json} and how it is handled. The loader reads the keys declared here and
 * by the {@link Family}, and reports or refuses all others; the table in docs/models.md is
 * generated from these declarations.
 *
 * @param name the key
 * @param role how the key is handled
 * @param absent default if the key is missing
 * @param off the values that a refused key is allowed to have
 * @param meaning meaning of the key, in Markdown
 */
public record ConfigKey(String name, Role role, String absent, Off off, String meaning) {
  /** How a key is handled. */
  public enum Role {
    /** It affects the computation. */
    USED,
    /** It has no effect, but must be consistent with the keys that have one. */
    CHECKED,
    /** It would change the computation in an unsupported way, so it must be off. */
    REFUSED
  }

  /** The values that count as off. */
  public enum Off {
    /** Only null. */
    NULL,
    /** Null, false, 0, and empty lists, objects and texts. */
    EMPTY,
    /** The values of {@link #EMPTY}, and 1. */
    ONE
  }

  /**
   * Braid's own key, which other programs ignore: if false, the output projection has no bias
   * despite {@code attention_bias}.
   */
  public static final String OUTPUT_BIAS = "attention_out_bias";

  private static final String REQUIRED = "refused";
  private static final String NONE = "none";
  private static final String BY_FAMILY = "by family";

  /** The keys of all families, in table order, followed by the refused keys. */
  public static final List<ConfigKey> SHARED =
      List.of(
          used("model_type", REQUIRED, "the family, one of those above"),
          used(
              "vocab_size",
              REQUIRED,
              "number of rows of the embedding; the weights must have the same number"),
          used("hidden_size", REQUIRED, "width of the residual stream"),
          used("intermediate_size", REQUIRED, "width inside the MLP"),
          used("num_hidden_layers", REQUIRED, "number of decoder layers"),
          used("num_attention_heads", REQUIRED, "number of query heads"),
          used(
              "num_key_value_heads",
              BY_FAMILY,
              "number of key and value heads; must divide `num_attention_heads`"),
          used("head_dim", BY_FAMILY, "width of a head; must be even"),
          used("rms_norm_eps", "1e-6; Qwen2.5-VL: 1e-5", "ε of every norm of the language model"),
          used("max_position_embeddings", REQUIRED, "context length, unless `yarn` extends it"),
          used(
              "tie_word_embeddings",
              BY_FAMILY,
              "whether the head is the embedding; two different matrices in the files stay"
                  + " separate"),
          used("rope_theta", BY_FAMILY, "base of the wavelengths, unless the scaling has its own"),
          used(
              "rope_parameters",
              NONE,
              "base and scaling in the format of transformers 5; see above"),
          used(
              "rope_scaling",
              NONE,
              "base and scaling in the older format; replaces the whole of `rope_parameters`"),
          used(
              "original_max_position_embeddings",
              NONE,
              "for `llama3` and `yarn`; the same as inside the scaling"),
          used(
              "eos_token_id",
              NONE,
              "ends a response, unless `generation_config.json` names others"),
          checked(
              "architectures",
              "must be classes of the family; a classifier is read as a language model, which is"
                  + " reported"),
          checked("hidden_act", "must be the activation of the family"),
          checked("attention_dropout", "not used in training; reported if above 0"),
          checked("initializer_range", "only used for random initialisation"),
          checked(
              "dtype",
              "weights keep their stored type unless a recipe sets another; a difference is"
                  + " reported"),
          checked("torch_dtype", "the older name of `dtype`, which wins"),
          checked("pad_token_id", "must be in the vocabulary"),
          checked("bos_token_id", "reported if it is not in the vocabulary"),
          checked("auto_map", "its code is not run, which is reported"),
          refused("partial_rotary_factor", Off.ONE, "rotary positions on only a part of each head"),
          refused("quantization_config", Off.NULL, "a quantized model; use the unquantized one"),
          refused("compression_config", Off.NULL, "a quantized model; use the unquantized one"),
          refused("quantization", Off.NULL, "weights quantized by MLX; use the original model"),
          refused("transformers_weights", Off.NULL, "weights in a file with another name"),
          refused("per_layer_config", Off.EMPTY, "layers of different shapes"),
          refused(
              "configuration_files", Off.EMPTY, "separate configs for versions of transformers"),
          refused("is_encoder_decoder", Off.EMPTY, "an encoder-decoder model"),
          refused("add_cross_attention", Off.EMPTY, "cross-attention"),
          refused("pruned_heads", Off.EMPTY, "pruned heads"),
          refused("attention_chunk_size", Off.EMPTY, "chunked attention"),
          refused("no_rope_layers", Off.EMPTY, "layers without rotary positions"),
          refused("alibi", Off.EMPTY, "ALiBi positions"),
          refused("rope_interleaved", Off.EMPTY, "the interleaved rotary layout"),
          refused("qk_norm", Off.EMPTY, "query and key norms that the family does not have"),
          refused("use_qk_norm", Off.EMPTY, "query and key norms that the family does not have"),
          refused("attn_logit_softcapping", Off.EMPTY, "soft-capped attention scores"),
          refused("final_logit_softcapping", Off.EMPTY, "soft-capped logits"),
          refused("query_pre_attn_scalar", Off.EMPTY, "a different scale of the attention scores"),
          refused("attention_multiplier", Off.ONE, "a different scale of the attention scores"),
          refused("embedding_multiplier", Off.ONE, "scaled embeddings"),
          refused("scale_emb", Off.ONE, "scaled embeddings"),
          refused("residual_multiplier", Off.ONE, "scaled outputs of the layers"),
          refused("scale_depth", Off.ONE, "scaled outputs of the layers"),
          refused("logits_scaling", Off.ONE, "scaled logits"),
          refused("logit_scale", Off.ONE, "scaled logits"),
          refused("clip_qkv", Off.EMPTY, "clipped queries, keys and values"),
          refused("parallel_attn", Off.EMPTY, "attention in parallel with the MLP"),
          refused("use_parallel_residual", Off.EMPTY, "attention in parallel with the MLP"),
          refused("num_experts", Off.ONE, "a mixture of experts"),
          refused("num_local_experts", Off.ONE, "a mixture of experts"),
          refused("n_routed_experts", Off.ONE, "a mixture of experts"),
          refused("kv_lora_rank", Off.EMPTY, "latent attention"),
          refused("q_lora_rank", Off.EMPTY, "latent attention"));

  /** Keys without effect, by topic. */
  public static final List<Harmless> HARMLESS =
      List.of(
          new Harmless(
              "how the model is run",
              List.of(
                  "use_cache",
                  "cache_implementation",
                  "pretraining_tp",
                  "chunk_size_feed_forward",
                  "gradient_checkpointing",
                  "attn_implementation",
                  "_attn_implementation",
                  "_attn_implementation_autoset",
                  "_attn_implementation_internal",
                  "experts_implementation",
                  "_experts_implementation_internal",
                  "torchscript",
                  "use_bfloat16",
                  "is_decoder")),
          new Harmless(
              "what a call returns",
              List.of(
                  "return_dict",
                  "use_return_dict",
                  "output_attentions",
                  "output_hidden_states",
                  "output_scores",
                  "return_dict_in_generate",
                  "tie_last_hidden_states")),
          new Harmless(
              "origin of the model",
              List.of(
                  "transformers_version",
                  "_name_or_path",
                  "name_or_path",
                  "_commit_hash",
                  "unsloth_version",
                  "unsloth_fixed",
                  "tokenizer_class")),
          new Harmless(
              "classifiers, encoders and other tasks",
              List.of(
                  "id2label",
                  "label2id",
                  "num_labels",
                  "problem_type",
                  "finetuning_task",
                  "task_specific_params",
                  "tie_encoder_decoder",
                  "cross_attention_hidden_size",
                  "decoder_start_token_id",
                  "sep_token_id",
                  "cls_token_id",
                  "mask_token_id",
                  "unk_token_id",
                  "prefix",
                  "tf_legacy_loss")),
          new Harmless(
              "sampling settings, which `generation_config.json` or a recipe sets instead",
              List.of(
                  "max_length",
                  "min_length",
                  "do_sample",
                  "early_stopping",
                  "num_beams",
                  "num_beam_groups",
                  "diversity_penalty",
                  "temperature",
                  "top_k",
                  "top_p",
                  "typical_p",
                  "repetition_penalty",
                  "length_penalty",
                  "no_repeat_ngram_size",
                  "encoder_no_repeat_ngram_size",
                  "bad_words_ids",
                  "num_return_sequences",
                  "forced_bos_token_id",
                  "forced_eos_token_id",
                  "remove_invalid_values",
                  "exponential_decay_length_penalty",
                  "suppress_tokens",
                  "begin_suppress_tokens")));

  /** Keys without effect, with their topic. */
  public record Harmless(String about, List<String> names) {}

  /** Returns the declaration of a key in a family: the family's own, otherwise the shared one. */
  public static Optional<ConfigKey> of(Family family, String name) {
    return Stream.concat(family.keys().stream(), SHARED.stream())
        .filter(key -> key.name.equals(name))
        .findFirst();
  }

  /** Returns whether a key is listed as having no effect. */
  public static boolean isHarmless(String name) {
    return HARMLESS.stream().anyMatch(each -> each.names.contains(name));
  }

  /**
   * Declares a key that affects the computation.
   *
   * @param absent default if the key is missing
   */
  public static ConfigKey used(String name, String absent, String meaning) {
    return new ConfigKey(name, Role.USED, absent, Off.EMPTY, meaning);
  }

  /** Declares a key that has no effect but must be consistent. */
  public static ConfigKey checked(String name, String meaning) {
    return new ConfigKey(name, Role.CHECKED, "", Off.EMPTY, meaning);
  }

  /**
   * Declares a key for something that is not supported.
   *
   * @param off the values that it is allowed to have
   */
  public static ConfigKey refused(String name, Off off, String meaning) {
    return new ConfigKey(name, Role.REFUSED, "", off, meaning);
  }
}
