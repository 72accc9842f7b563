package io.braid.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.braid.UserError;
import io.braid.checkpoint.JsonFile;
import io.braid.templates.ChatTemplate;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import tools.jackson.databind.JsonNode;

/**
 * Converts text to token ids and back with the {@code tokenizer.json} of a model directory.
 *
 * <p>The Hugging Face tokenizers library does the work, so ids equal those in Python. Truncation
 * and padding settings in the file are ignored, so a text is always encoded in full. Safe for use
 * by several threads; close it when no thread uses it any more.
 */
public final class Tokenizer implements AutoCloseable {
  private static final String TOKENIZER = "tokenizer.json";
  private static final String CONFIG = "tokenizer_config.json";
  private static final String SPECIALS = "special_tokens_map.json";
  private static final String TEMPLATE = "chat_template.jinja";

  private final long handle;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Vocabulary vocabulary;
  private final SpecialTokens specials;
  private final Optional<String> chatTemplate;

  private Tokenizer(
      long handle, Vocabulary vocabulary, SpecialTokens specials, Optional<String> chatTemplate) {
    this.handle = handle;
    this.vocabulary = vocabulary;
    this.specials = specials;
    this.chatTemplate = chatTemplate;
  }

  /**
   * Loads the tokenizer of a model directory from {@code tokenizer.json} and, if they exist, {@code
   * tokenizer_config.json}, {@code special_tokens_map.json} and {@code chat_template.jinja}. verl's
   * character tokenizer has only {@code tokenizer_config.json}.
   *
   * @throws UserError if {@code tokenizer.json} is missing, or a file cannot be read or understood
   */
  public static Tokenizer load(Path modelDirectory) {
    Path file = modelDirectory.resolve(TOKENIZER);
    JsonNode config = JsonFile.readIfThere(modelDirectory.resolve(CONFIG));
    String text;
    if (JsonFile.isThere(file)) {
      text = JsonFile.text(file);
    } else if (CharacterTokenizer.isIn(config)) {
      file = modelDirectory.resolve(CONFIG);
      text = CharacterTokenizer.json(config, file);
      config = CharacterTokenizer.named(config);
    } else {
      throw new UserError(
          modelDirectory
              + " has no "
              + TOKENIZER
              + "; give a directory that holds a model with a fast (tokenizer.json) tokenizer");
    }
    Vocabulary vocabulary = Vocabulary.read(JsonFile.parse(file, text), file);
    JsonNode map = JsonFile.readIfThere(modelDirectory.resolve(SPECIALS));
    Path template = modelDirectory.resolve(TEMPLATE);
    Optional<String> chatTemplate =
        JsonFile.isThere(template)
            ? Optional.of(JsonFile.text(template))
            : templateOf(config.path("chat_template"));
    return new Tokenizer(
        open(text, file), vocabulary, SpecialTokens.read(config, map), chatTemplate);
  }

  /** Creates a tokenizer from JSON, without named special tokens. */
  static Tokenizer of(String json, Path file) {
    return new Tokenizer(
        open(json, file),
        Vocabulary.read(JsonFile.parse(file, json), file),
        new SpecialTokens(Map.of()),
        Optional.empty());
  }

  private static long open(String json, Path file) {
    TokenizersLibrary library = NativeTokenizers.library();
    try {
      long handle = library.createTokenizerFromString(json);
      library.disableTruncation(handle);
      library.disablePadding(handle);
      return handle;
    } catch (RuntimeException e) {
      throw new UserError(file + " is not a tokenizer that can be loaded: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the model's template; from a list of named templates, the one named {@code default}.
   */
  private static Optional<String> templateOf(JsonNode node) {
    if (node.isString()) {
      return Optional.of(node.asString());
    }
    for (JsonNode named : node) {
      if (named.path("name").asString("").equals("default") && named.path("template").isString()) {
        return Optional.of(named.path("template").asString());
      }
    }
    return Optional.empty();
  }

  /**
   * Encodes text without adding special tokens. A special token in the text, such as {@code
   * <|im_end|>}, becomes its id.
   *
   * @throws UserError if the text contains a word for which the tokenizer has no token
   */
  public long[] encode(String text) {
    return encode(text, false);
  }

  /**
   * Encodes like {@link #encode}, but includes the special tokens that the tokenizer adds itself,
   * if any.
   */
  public long[] encodeWithSpecials(String text) {
    return encode(text, true);
  }

  /**
   * Encodes a raw prompt like {@link #encodeWithSpecials}, but does not repeat a special token with
   * which the text already begins.
   */
  public long[] encodePrompt(String text) {
    long[] bare = encode(text);
    long[] ids = encodeWithSpecials(text);
    boolean twice =
        ids.length > bare.length && bare.length > 0 && ids[0] == bare[0] && ids[1] == bare[0];
    return twice ? Arrays.copyOfRange(ids, 1, ids.length) : ids;
  }

  private long[] encode(String text, boolean addSpecials) {
    TokenizersLibrary library = open();
    try {
      long encoding = library.encode(handle, wellFormed(text), addSpecials);
      try {
        return library.getTokenIds(encoding);
      } finally {
        library.deleteEncoding(encoding);
      }
    } catch (RuntimeException e) {
      throw new UserError(
          "The tokenizer has no tokens for the text '%s'; ask in words that it has, or take another model"
              .formatted(shorten(text)),
          e);
    }
  }

  /** Decodes ids without special tokens; ids without a token add nothing. */
  public String decode(long[] ids) {
    return decode(ids, true);
  }

  /** Decodes ids with special tokens; ids without a token add nothing. */
  public String decodeRaw(long[] ids) {
    return decode(ids, false);
  }

  private String decode(long[] ids, boolean skipSpecials) {
    for (long id : ids) {
      if (id < 0 || id > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("Not a token id: " + id);
      }
    }
    return open().decode(handle, ids, skipSpecials);
  }

  /**
   * Returns the largest token id plus one, including added tokens. The vocabulary of a model may be
   * larger.
   */
  public int size() {
    return vocabulary.size();
  }

  /** Returns the id of the end token, if the model directory names one. */
  public OptionalLong eosId() {
    return special("eos_token");
  }

  /** Returns the id of the start token, if the model directory names one. */
  public OptionalLong bosId() {
    return special("bos_token");
  }

  /** Returns the id of the padding token, if the model directory names one. */
  public OptionalLong padId() {
    return special("pad_token");
  }

  private OptionalLong special(String name) {
    return specials.named(name).map(vocabulary::id).orElse(OptionalLong.empty());
  }

  /** Returns the special tokens by the names that chat templates use, such as {@code bos_token}. */
  public Map<String, String> specialTokens() {
    return specials.byName();
  }

  /** Returns the source of the model's own chat template, if it has one. */
  public Optional<String> chatTemplate() {
    return chatTemplate;
  }

  /**
   * Returns the model's own chat template, if it has one, with its special tokens as variables.
   *
   * @throws UserError if the template uses what Braid does not support
   */
  public Optional<ChatTemplate> chat() {
    return chatTemplate.map(source -> ChatPrompts.template(source).with(specialTokens()));
  }

  /**
   * Returns the token with an id as written in the vocabulary, which may be an encoding of its
   * bytes.
   *
   * @throws IllegalArgumentException if no token has this id
   */
  public String token(long id) {
    return vocabulary
        .token(id)
        .orElseThrow(() -> new IllegalArgumentException("No token has the id " + id));
  }

  /** Returns the id of a token as written in the vocabulary. */
  public OptionalLong id(String token) {
    return vocabulary.id(token);
  }

  /** Frees the native tokenizer. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      NativeTokenizers.library().deleteTokenizer(handle);
    }
  }

  private TokenizersLibrary open() {
    if (closed.get()) {
      throw new IllegalStateException("The tokenizer is closed");
    }
    return NativeTokenizers.library();
  }

  /** Replaces unpaired surrogates with U+FFFD, as a UTF-8 decoder does. */
  private static String wellFormed(String text) {
    boolean broken = text.codePoints().anyMatch(Tokenizer::isSurrogate);
    if (!broken) {
      return text;
    }
    StringBuilder mended = new StringBuilder(text.length());
    text.codePoints().forEach(c -> mended.appendCodePoint(isSurrogate(c) ? 0xFFFD : c));
    return mended.toString();
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static String shorten(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
