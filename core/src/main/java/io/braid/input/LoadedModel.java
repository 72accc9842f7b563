package io.braid.input;

import io.braid.Notices;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.checkpoint.AdapterFiles;
import io.braid.checkpoint.ModelDirectory;
import io.braid.image.ImageProcessor;
import io.braid.model.Transformer;
import io.braid.sampling.AskedProblem;
import io.braid.task.AskedQuestion;
import io.braid.task.Problem;
import io.braid.templates.ChatTemplate;
import io.braid.tensor.DType;
import io.braid.text.RebuiltTokenizer;
import io.braid.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A model with its tokenizer.
 *
 * @param directory the model directory
 * @param transformer the model; closed with this object
 * @param tokenizer the tokenizer; closed with this object
 * @param stopIds the tokens that end a response
 * @param addsSpecialTokens whether raw prompts get the special tokens that the tokenizer adds, such
 *     as a BOS
 * @param imageProcessor how images are processed, if the model reads them
 */
public record LoadedModel(
    ModelDirectory directory,
    Transformer transformer,
    Tokenizer tokenizer,
    List<Long> stopIds,
    boolean addsSpecialTokens,
    Optional<ImageProcessor> imageProcessor)
    implements AutoCloseable {

  /**
   * Loads a model directory.
   *
   * @param dtype the element type of the weights; the stored one if empty
   * @throws UserError if the directory is broken, or its tokenizer has ids beyond the embedding
   */
  public static LoadedModel load(Path path, Optional<DType> dtype) {
    return load(path, dtype, model -> {});
  }

  /**
   * Loads a model directory into a model that is prepared first.
   *
   * @param prepare changes the model before its weights are read; see {@link ModelDirectory#load}
   */
  public static LoadedModel load(Path path, Optional<DType> dtype, Consumer<Transformer> prepare) {
    ModelDirectory directory = ModelDirectory.open(path);
    Tokenizer tokenizer = Tokenizer.load(path);
    try {
      RebuiltTokenizer.difference(path, tokenizer).ifPresent(Notices::say);
      return fitted(directory, tokenizer, dtype, prepare);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * Loads a model with adapters in PEFT's format: the policy is the model with the adapters merged
   * into its weights, computed in FLOAT32. A notice says which model the adapters were trained for.
   *
   * @param path the model directory
   * @param adapter the directory of the adapters
   * @throws UserError if the adapters belong to a different model or are of an unsupported kind
   */
  public static LoadedModel load(Path path, Path adapter) {
    LoadedModel model = load(path, Optional.of(DType.FLOAT32));
    try {
      String base = AdapterFiles.apply(adapter, model.transformer(), path);
      Notices.say(
          "adapter %s: %s matrices, trained for %s, merged into %s in float32"
              .formatted(
                  adapter,
                  model.transformer().adapters().size(),
                  base.isEmpty() ? "a model that its config does not name" : base,
                  path));
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static LoadedModel fitted(
      ModelDirectory directory,
      Tokenizer tokenizer,
      Optional<DType> dtype,
      Consumer<Transformer> prepare) {
    int rows = directory.config().vocabSize();
    if (tokenizer.size() > rows) {
      throw new UserError(
          "%s: tokenizer.json has ids up to %d, but config.json's vocab_size is %d; use the tokenizer of this model"
              .formatted(directory.path(), tokenizer.size() - 1, rows));
    }
    List<Long> stops = new ArrayList<>(directory.generation().endIds());
    tokenizer.eosId().ifPresent(id -> addOnce(stops, id));
    stops.removeIf(id -> id >= rows);
    Optional<ImageProcessor> processor = directory.imageProcessor();
    return new LoadedModel(
        directory, directory.load(dtype, prepare), tokenizer, List.copyOf(stops), true, processor);
  }

  private static void addOnce(List<Long> ids, long id) {
    if (!ids.contains(id)) {
      ids.add(id);
    }
  }

  /** Returns whether the model reads images. */
  public boolean readsImages() {
    return imageProcessor.isPresent();
  }

  /**
   * Returns what puts images into the model's prompts.
   *
   * @param mostPixels upper bound of a resized image's pixels, beside the model's own
   * @throws IllegalStateException if the model reads no images
   * @throws SettingError if the bound is below the model's lower bound
   */
  ImagePrompts imagePrompts(Optional<Long> mostPixels) {
    ImageProcessor own = imageProcessor.orElseThrow();
    long most = Math.min(own.mostPixels(), mostPixels.orElse(Long.MAX_VALUE));
    if (most < own.leastPixels()) {
      throw new SettingError(
          "asking.max_pixels",
          "%s is below the model's min_pixels, %s; raise it".formatted(most, own.leastPixels()));
    }
    return new ImagePrompts(transformer.config().vision().orElseThrow(), tokenizer, own.upTo(most));
  }

  /** Returns the model's own chat template, if it has one. */
  public Optional<ChatTemplate> chatTemplate() {
    return tokenizer.chat();
  }

  /** Returns the same model with or without the tokenizer's special tokens in raw prompts. */
  public LoadedModel addingSpecialTokens(boolean adds) {
    return new LoadedModel(directory, transformer, tokenizer, stopIds, adds, imageProcessor);
  }

  /**
   * Returns the token ids of a rendered prompt.
   *
   * @param raw whether the prompt is plain text; a chat template writes its special tokens itself
   */
  public long[] promptIds(String prompt, boolean raw) {
    return raw && addsSpecialTokens ? tokenizer.encodePrompt(prompt) : tokenizer.encode(prompt);
  }

  /**
   * Returns the token that ends an SFT response: the tokenizer's end token, or the first stop
   * token.
   */
  public Optional<Long> endId() {
    return tokenizer.eosId().isPresent()
        ? Optional.of(tokenizer.eosId().getAsLong())
        : stopIds.stream().findFirst();
  }

  /**
   * Turns problems into prompts.
   *
   * @param prompting how to turn a question into a prompt
   * @param response number of tokens of the context to reserve for the response
   * @throws UserError with the file and line of a prompt that leaves no room for the response
   */
  public List<AskedProblem> ask(List<Problem> problems, Prompting prompting, int response) {
    return prompting.ask(problems, this, room(response));
  }

  /**
   * Turns questions without references into prompts, like {@link #ask}.
   *
   * @throws UserError with the place of a prompt that leaves no room for the response
   */
  public List<QuestionPrompt> prompts(
      List<AskedQuestion> questions, Prompting prompting, int response) {
    return prompting.prompts(questions, this, room(response));
  }

  private int room(int response) {
    int context = transformer.config().maxPositions();
    if (response >= context) {
      throw new SettingError(
          "max_new_tokens",
          "%d exceeds the model's context of %d; lower it".formatted(response, context));
    }
    return context - response;
  }

  @Override
  public void close() {
    transformer.close();
    tokenizer.close();
  }
}
