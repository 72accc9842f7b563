package io.braid.run.eval;

import io.braid.eval.Responder;
import io.braid.eval.suite.Asking;
import io.braid.input.LoadedModel;
import io.braid.task.Problem;
import io.braid.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A model directory, whose weights are read when they are first needed. */
public final class LocalModel implements EvaluatedModel {
  /** Memory for keys and values during sampling, in bytes. */
  private static final long CACHE_BYTES = 2_000_000_000L;

  private final Path directory;
  private final Optional<Path> adapter;
  private Optional<LoadedModel> loaded = Optional.empty();
  private Optional<OpenModel> open = Optional.empty();

  /** Creates a model from a directory without reading it yet. */
  public LocalModel(Path directory) {
    this(directory, Optional.empty());
  }

  /**
   * Creates a model from a directory without reading it yet.
   *
   * @param adapter directory of adapters in PEFT's format, which are merged into the model
   */
  public LocalModel(Path directory, Optional<Path> adapter) {
    this.directory = directory;
    this.adapter = adapter;
  }

  @Override
  public String name() {
    return name(directory) + adapter.map(path -> "+" + name(path)).orElse("");
  }

  private static String name(Path path) {
    return String.valueOf(path.toAbsolutePath().normalize().getFileName());
  }

  @Override
  public String place() {
    return directory + adapter.map(path -> " with adapter " + path).orElse("");
  }

  @Override
  public String prompt(Asking asking) {
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      return tokenizer.chat().isPresent() ? asking.chat() : asking.plain();
    }
  }

  @Override
  public Responder responder(EvaluationRecipe how, int most, List<Problem> problems) {
    return open().responder(how, most, problems);
  }

  @Override
  public List<Problem> fitting(EvaluationRecipe how, List<Problem> problems) {
    return open().fitting(how, problems);
  }

  private OpenModel open() {
    if (open.isPresent()) {
      return open.get();
    }
    LoadedModel model =
        adapter
            .map(path -> LoadedModel.load(directory, path))
            .orElseGet(() -> LoadedModel.load(directory, Optional.empty()));
    loaded = Optional.of(model);
    OpenModel now = new OpenModel(place(), model, List.of(), CACHE_BYTES, Optional.empty());
    open = Optional.of(now);
    return now;
  }

  @Override
  public void close() {
    loaded.ifPresent(LoadedModel::close);
    loaded = Optional.empty();
    open = Optional.empty();
  }
}
