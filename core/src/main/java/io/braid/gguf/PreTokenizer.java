package io.braid.gguf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The ways in which byte-level tokenizers split text before merging, with their names in {@code
 * tokenizer.ggml.pre} and their descriptions in {@code tokenizer.json}.
 */
enum PreTokenizer {
  /** Llama 3. */
  LLAMA3(
      "llama-bpe llama3 llama-v3",
      /* ignoresMerges= */ true,
      /* addsBos= */ true,
      /* composes= */ false) {
    @Override
    List<ObjectNode> steps() {
      return List.of(split(words("\\p{N}{1,3}")), bytes(/* splits= */ false));
    }
  },
  /** Qwen 2, 2.5 and 3. */
  QWEN2("qwen2", false, false, /* composes= */ true) {
    @Override
    List<ObjectNode> steps() {
      return List.of(split(words("\\p{N}")), bytes(/* splits= */ false));
    }
  },
  /** DeepSeek's distilled Qwen models: split like Qwen 2, but characters are not composed. */
  DEEPSEEK_QWEN("deepseek-r1-qwen", false, false, /* composes= */ false) {
    @Override
    List<ObjectNode> steps() {
      return QWEN2.steps();
    }
  },
  /** SmolLM, SmolLM 2 and StarCoder: individual digits, then GPT-2. */
  SMOLLM("smollm starcoder", false, false, /* composes= */ false) {
    @Override
    List<ObjectNode> steps() {
      ObjectNode digits = JsonMapper.shared().createObjectNode();
      digits.put("type", "Digits").put("individual_digits", true);
      return List.of(digits, bytes(/* splits= */ true));
    }
  },
  /** GPT-2. */
  GPT2("gpt-2", false, false, /* composes= */ false) {
    @Override
    List<ObjectNode> steps() {
      return List.of(bytes(/* splits= */ true));
    }
  };

  private final String names; // separated by spaces, the one that is written first
  private final boolean ignoresMerges;
  private final boolean addsBos;
  private final boolean composes;

  PreTokenizer(String names, boolean ignoresMerges, boolean addsBos, boolean composes) {
    this.names = names;
    this.ignoresMerges = ignoresMerges;
    this.addsBos = addsBos;
    this.composes = composes;
  }

  /** Returns the steps of the pre-tokenizer in {@code tokenizer.json}. */
  abstract List<ObjectNode> steps();

  static Optional<PreTokenizer> named(String name) {
    return Arrays.stream(values()).filter(each -> each.names().contains(name)).findFirst();
  }

  static String known() {
    return Arrays.stream(values())
        .flatMap(each -> each.names().stream())
        .collect(Collectors.joining(", "));
  }

  private List<String> names() {
    return List.of(names.split(" "));
  }

  /** Returns the name for writing. */
  String word() {
    return names().getFirst();
  }

  /** Returns whether a word that is a token is kept whole, without applying merges. */
  boolean ignoresMerges() {
    return ignoresMerges;
  }

  /**
   * Returns whether encoded text begins with BOS if {@code tokenizer.ggml.add_bos_token} is
   * missing.
   */
  boolean addsBos() {
    return addsBos;
  }

  /**
   * Returns whether the published tokenizer composes characters (NFC), which llama.cpp does not.
   */
  boolean composes() {
    return composes;
  }

  JsonNode json() {
    List<ObjectNode> steps = steps();
    if (steps.size() == 1) {
      return steps.getFirst();
    }
    ObjectNode sequence = JsonMapper.shared().createObjectNode().put("type", "Sequence");
    ArrayNode all = sequence.putArray("pretokenizers");
    steps.forEach(all::add);
    return sequence;
  }

  /**
   * Returns the pre-tokenizer of a {@code tokenizer.json}, identified by its steps and by whether
   * it ignores merges and composes characters.
   */
  static Optional<PreTokenizer> of(JsonNode json, boolean ignoresMerges, boolean composes) {
    List<String> steps = described(json);
    return Arrays.stream(values())
        .filter(each -> each.ignoresMerges == ignoresMerges && each.composes == composes)
        .filter(each -> described(each.json()).equals(steps))
        .findFirst();
  }

  /** Returns a comparable form of the steps, without settings that only affect offsets. */
  private static List<String> described(JsonNode node) {
    return switch (node.path("type").asString("")) {
      case "Sequence" -> {
        List<String> all = new ArrayList<>();
        node.path("pretokenizers").forEach(each -> all.addAll(described(each)));
        yield all;
      }
      case "Split" ->
          List.of(
              Stream.of(
                      "Split",
                      node.path("pattern").path("Regex").asString(""),
                      node.path("behavior").asString(""),
                      node.path("invert").toString())
                  .collect(Collectors.joining("\n")));
      case "Digits" -> List.of("Digits " + node.path("individual_digits"));
      case "ByteLevel" ->
          List.of(
              "ByteLevel %s %s"
                  .formatted(
                      node.path("add_prefix_space").asBoolean(true),
                      node.path("use_regex").asBoolean(true)));
      default -> List.of(node.toString());
    };
  }

  /** Returns the word pattern of GPT-4's tokenizer with the given pattern for numbers. */
  private static String words(String numbers) {
    return "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
        + numbers
        + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  }

  private static ObjectNode split(String regex) {
    ObjectNode split = JsonMapper.shared().createObjectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", regex);
    return split.put("behavior", "Isolated").put("invert", false);
  }

  /**
   * Returns the step that replaces bytes with letters.
   *
   * @param splits whether the step also splits words as GPT-2 does
   */
  private static ObjectNode bytes(boolean splits) {
    return JsonMapper.shared()
        .createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", splits);
  }
}
