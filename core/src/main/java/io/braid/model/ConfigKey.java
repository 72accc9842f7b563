package io.braid.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A key of {@code config.json}, and what becomes of it. The loader reads what is declared here and
 * by the {@link Family}, and reports or refuses everything else; the table of docs/models.md is
 * made of these.
 *
 * @param name as it is written
 * @param role what becomes of it
 * @param absent what holds when it is missing
 * @param off the values that a refused key may have
 * @param meaning what it is
 */
public record ConfigKey(String name, Role role, String absent, Off off, String meaning) {
  /** What becomes of a key. */
  public enum Role {
    /** It decides what is computed. */
    USED,
    /** It changes nothing, but is compared with what does. */
    CHECKED,
    /** It would change what is computed, in a way that is not known here: off, or refused. */
    REFUSED
  }

  /** What means that a key is off. */
  public enum Off {
    /** Null alone. */
    NULL,
    /** Null, false, 0, and what is empty. */
    EMPTY,
    /** These, and 1. */
    ONE
  }

  /**
   * Braid's own key, which other programs do not read: {@code attention_bias} without a bias on the
   * output projection.
   */
  public static final String OUTPUT_BIAS = "attention_out_bias";

  private static final String REQUIRED = "refused";
  private static final String NONE = "none";
  private static final String BY_FAMILY = "by family";

  /** Those that every family has, in the order of the table, and those that would be refused. */
  public static final List<ConfigKey> SHARED =
      List.of(
          used("model_type", REQUIRED, "the family, one of those above"),
          used(
              "vocab_size",
              REQUIRED,
              "rows of the embedding; another number in the weights is refused"),
          used("hidden_size", REQUIRED, "width of the residual stream"),
          used("intermediate_size", REQUIRED, "width inside the MLP"),
          used("num_hidden_layers", REQUIRED, "decoder layers"),
          used("num_attention_heads", REQUIRED, "query heads"),
          used(
              "num_key_value_heads",
              BY_FAMILY,
              "key and value heads; divides `num_attention_heads`"),
          used("head_dim", BY_FAMILY, "width of a head, even"),
          used("rms_norm_eps", "1e-6", "ε of every norm"),
          used("max_position_embeddings", REQUIRED, "the context, unless `yarn` makes it longer"),
          used(
              "tie_word_embeddings",
              BY_FAMILY,
              "whether the head is the embedding; a file that holds two different ones has two"),
          used(
              "rope_theta", BY_FAMILY, "base of the wavelengths, unless the scaling names its own"),
          used(
              "rope_parameters",
              NONE,
              "base and scaling in the spelling of transformers 5; see above"),
          used(
              "rope_scaling",
              NONE,
              "the same in the older spelling; stands in for the whole of `rope_parameters`"),
          used(
              "original_max_position_embeddings",
              NONE,
              "for `llama3` and `yarn`, the same as inside the scaling"),
          used(
              "eos_token_id",
              NONE,
              "ends a response, unless `generation_config.json` names others"),
          checked(
              "architectures",
              "must be classes of the family; a classifier is read as a language model, and this is"
                  + " said"),
          checked("hidden_act", "the activation of the family, or refused"),
          checked("attention_dropout", "training uses none; said when it is above 0"),
          checked("initializer_range", "for fresh weights only"),
          checked(
              "dtype",
              "weights are held as they are stored, or as a recipe asks; said when the config says"
                  + " otherwise"),
          checked("torch_dtype", "the older name of `dtype`, which wins"),
          checked("pad_token_id", "refused when it is not in the vocabulary"),
          checked("bos_token_id", "said when it is not in the vocabulary"),
          checked("auto_map", "its code is not run, and this is said"),
          refused("partial_rotary_factor", Off.ONE, "rotary positions on a part of each head"),
          refused("quantization_config", Off.NULL, "take the unquantized model"),
          refused("compression_config", Off.NULL, "take the unquantized model"),
          refused("quantization", Off.NULL, "weights quantized by MLX; take the original model"),
          refused("transformers_weights", Off.NULL, "a weights file of another name"),
          refused("per_layer_config", Off.EMPTY, "layers of different shapes"),
          refused(
              "configuration_files", Off.EMPTY, "another config for each version of transformers"),
          refused("is_encoder_decoder", Off.EMPTY, "not a decoder alone"),
          refused("add_cross_attention", Off.EMPTY, "not a decoder alone"),
          refused("pruned_heads", Off.EMPTY, "removed heads"),
          refused("attention_chunk_size", Off.EMPTY, "chunked attention"),
          refused("no_rope_layers", Off.EMPTY, "layers without rotary positions"),
          refused("alibi", Off.EMPTY, "ALiBi positions"),
          refused("rope_interleaved", Off.EMPTY, "the interleaved rotary layout"),
          refused("qk_norm", Off.EMPTY, "query and key norms that the family does not have"),
          refused("use_qk_norm", Off.EMPTY, "query and key norms that the family does not have"),
          refused("attn_logit_softcapping", Off.EMPTY, "soft-capped attention scores"),
          refused("final_logit_softcapping", Off.EMPTY, "soft-capped logits"),
          refused("query_pre_attn_scalar", Off.EMPTY, "another scale of the attention scores"),
          refused("attention_multiplier", Off.ONE, "another scale of the attention scores"),
          refused("embedding_multiplier", Off.ONE, "scaled embeddings"),
          refused("scale_emb", Off.ONE, "scaled embeddings"),
          refused("residual_multiplier", Off.ONE, "scaled layers"),
          refused("scale_depth", Off.ONE, "scaled layers"),
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

  /** Those that change nothing here, by what they are about. */
  public static final List<Harmless> HARMLESS =
      List.of(
          new Harmless(
              "how it is run",
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
              "where it came from",
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
              "sampling, which `generation_config.json` or a recipe sets",
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

  /** Keys that change nothing here, and what they are about. */
  public record Harmless(String about, List<String> names) {}

  /** What is known of a key in a family: its own declaration, else the shared one. */
  public static Optional<ConfigKey> of(Family family, String name) {
    return Stream.concat(family.keys().stream(), SHARED.stream())
        .filter(key -> key.name.equals(name))
        .findFirst();
  }

  /** Whether a key is listed as one that changes nothing. */
  public static boolean isHarmless(String name) {
    return HARMLESS.stream().anyMatch(each -> each.names.contains(name));
  }

  /**
   * A key that decides what is computed.
   *
   * @param absent what holds when it is missing
   */
  public static ConfigKey used(String name, String absent, String meaning) {
    return new ConfigKey(name, Role.USED, absent, Off.EMPTY, meaning);
  }

  /** A key that changes nothing but is compared with what does. */
  public static ConfigKey checked(String name, String meaning) {
    return new ConfigKey(name, Role.CHECKED, "", Off.EMPTY, meaning);
  }

  /**
   * A key that asks for something that is not computed.
   *
   * @param off the values that it may have
   */
  public static ConfigKey refused(String name, Off off, String meaning) {
    return new ConfigKey(name, Role.REFUSED, "", off, meaning);
  }
}
