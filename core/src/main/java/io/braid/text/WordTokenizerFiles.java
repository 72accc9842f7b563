package io.braid.text;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files in a Hugging Face model directory for a tokenizer with one token per word. It is meant
 * for small domains such as arithmetic, where every number and sign is a token.
 *
 * <p>{@code <pad>}, {@code <bos>} and {@code <eos>} have the ids 0, 1 and 2; the words follow in
 * the given order. Text is split at white space and between numbers, words and signs, so {@code
 * (3+5)*7} and {@code ( 3 + 5 ) * 7} have the same ids. Decoding puts one space between tokens.
 * Text with an unknown word cannot be encoded. The tokenizer itself adds no special token.
 *
 * @param tokenizer the content of {@code tokenizer.json}
 * @param config the content of {@code tokenizer_config.json}
 * @param specialTokens the content of {@code special_tokens_map.json}
 */
public record WordTokenizerFiles(String tokenizer, String config, String specialTokens) {
  /** The padding token. */
  public static final String PAD = "<pad>";

  /** The start token. */
  public static final String BOS = "<bos>";

  /** The end token. */
  public static final String EOS = "<eos>";

  private static final List<String> SPECIALS = List.of(PAD, BOS, EOS);
  private static final String RUNS = "[0-9]+|\\p{L}+|[^\\s]";
  private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
  private static final ObjectWriter JSON =
      new JsonMapper()
          .writer()
          .with(new DefaultPrettyPrinter().withObjectIndenter(INDENT).withArrayIndenter(INDENT));

  /**
   * Creates the files for a vocabulary; the same words give the same bytes.
   *
   * @param words the vocabulary without the special tokens, each word once
   * @throws UserError if a word occurs twice, or if the tokenizer would split it
   */
  public static WordTokenizerFiles of(List<String> words) {
    return of(words, List.of());
  }

  /**
   * Creates the files as {@link #of(List)} does, with further special tokens, whose ids are 3, 4
   * and so on.
   */
  public static WordTokenizerFiles of(List<String> words, List<String> moreSpecials) {
    List<String> specials = Stream.concat(SPECIALS.stream(), moreSpecials.stream()).toList();
    String cut = cut(words);
    Pattern pattern = Pattern.compile(cut);
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    specials.forEach(special -> vocabulary.put(special, vocabulary.size()));
    for (String word : words) {
      var matcher = pattern.matcher(word);
      if (!matcher.lookingAt() || matcher.end() != word.length()) {
        throw new UserError(
            "The word '" + word + "' is not one number, word or sign; split it or leave it out");
      }
      if (vocabulary.putIfAbsent(word, vocabulary.size()) != null) {
        throw new UserError("The word '" + word + "' is twice in the vocabulary; give it once");
      }
    }
    return new WordTokenizerFiles(
        text(model(vocabulary, specials, cut)), text(settings()), text(special()));
  }

  /**
   * Returns the pattern that splits text. It matches signs with several characters first, longest
   * first, then runs of digits, runs of letters, and other characters.
   */
  private static String cut(List<String> words) {
    Pattern runs = Pattern.compile(RUNS);
    String signs =
        words.stream()
            .filter(word -> !word.isEmpty() && word.chars().noneMatch(Character::isWhitespace))
            .filter(word -> !runs.matcher(word).matches())
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(w -> w))
            .map(WordTokenizerFiles::literal)
            .collect(Collectors.joining("|"));
    return signs.isEmpty() ? RUNS : signs + "|" + RUNS;
  }

  /** Escapes a sign with a backslash, which Java and the tokenizer library read the same way. */
  private static String literal(String word) {
    return word.replaceAll("([!-/:-@\\[-`{-~])", "\\\\$1");
  }

  private static String text(Map<String, Object> json) {
    return JSON.writeValueAsString(json) + "\n";
  }

  private static Map<String, Object> model(
      Map<String, Integer> vocabulary, List<String> specials, String cut) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("version", "1.0");
    json.put("truncation", null);
    json.put("padding", null);
    json.put("added_tokens", addedTokens(specials));
    json.put("normalizer", null);
    json.put(
        "pre_tokenizer",
        object(
            "type",
            "Sequence",
            "pretokenizers",
            List.of(
                object("type", "WhitespaceSplit"),
                object(
                    "type",
                    "Split",
                    "pattern",
                    object("Regex", cut),
                    "behavior",
                    "Isolated",
                    "invert",
                    false))));
    json.put("post_processor", null);
    json.put("decoder", null);
    json.put("model", object("type", "WordLevel", "vocab", vocabulary, "unk_token", "<unk>"));
    return json;
  }

  private static List<Object> addedTokens(List<String> specials) {
    List<Object> added = new ArrayList<>();
    for (String special : specials) {
      added.add(
          object(
              "id",
              added.size(),
              "content",
              special,
              "single_word",
              false,
              "lstrip",
              false,
              "rstrip",
              false,
              "normalized",
              false,
              "special",
              true));
    }
    return added;
  }

  private static Map<String, Object> settings() {
    Map<String, Object> config = object("tokenizer_class", "PreTrainedTokenizerFast");
    config.putAll(special());
    config.put("clean_up_tokenization_spaces", false);
    return config;
  }

  private static Map<String, Object> special() {
    return object("bos_token", BOS, "eos_token", EOS, "pad_token", PAD);
  }

  private static Map<String, Object> object(Object... keysAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      object.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return object;
  }

  /**
   * Writes the three files into a directory that exists.
   *
   * @throws UserError if a file cannot be written
   */
  public void writeTo(Path directory) {
    try {
      Files.writeString(directory.resolve("tokenizer.json"), tokenizer);
      Files.writeString(directory.resolve("tokenizer_config.json"), config);
      Files.writeString(directory.resolve("special_tokens_map.json"), specialTokens);
    } catch (IOException e) {
      throw FileError.writing(directory, e);
    }
  }
}
