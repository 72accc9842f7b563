package io.braid.run.eval;

import io.braid.UserError;
import io.braid.eval.Responder;
import io.braid.eval.RolloutResponder;
import io.braid.eval.suite.Asking;
import io.braid.input.LoadedModel;
import io.braid.input.Prompting;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.sampling.AskedProblem;
import io.braid.task.Problem;
import io.braid.text.Tokenizer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A model directory, whose weights are read when they are first needed. */
public final class LocalModel implements EvaluatedModel {
  /** Memory for keys and values during sampling, in bytes. */
  private static final long CACHE_BYTES = 2_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(LocalModel.class);

  private final Path directory;
  private boolean told;
  private Optional<LoadedModel> loaded = Optional.empty();

  /** Creates a model from a directory without reading it yet. */
  public LocalModel(Path directory) {
    this.directory = directory;
  }

  @Override
  public String name() {
    return String.valueOf(directory.toAbsolutePath().normalize().getFileName());
  }

  @Override
  public String place() {
    return directory.toString();
  }

  @Override
  public String prompt(Asking asking) {
    try (Tokenizer tokenizer = Tokenizer.load(directory)) {
      return tokenizer.chat().isPresent() ? asking.chat() : asking.plain();
    }
  }

  @Override
  public Responder responder(EvaluationRecipe how, int most, List<Problem> problems) {
    LoadedModel model = load().addingSpecialTokens(how.prompts().addSpecialTokens());
    List<AskedProblem> asked = model.ask(problems, prompting(how), how.maxNewTokens().orElse(1));
    Map<String, Prompt> prompts = new HashMap<>();
    asked.forEach(each -> prompts.put(each.problem().id(), each.prompt()));
    Rollout rollout =
        new Rollout(
            model.transformer(),
            how.settings(
                how.maxNewTokens().orElseGet(() -> room(how, most, asked)), model.stopIds()),
            model.tokenizer()::decode,
            CACHE_BYTES);
    rollout.check(asked.stream().map(AskedProblem::prompt).toList());
    return new RolloutResponder(
        rollout,
        problem ->
            Optional.ofNullable(prompts.get(problem.id()))
                .orElseThrow(() -> new IllegalArgumentException(problem.id())));
  }

  @Override
  public List<Problem> fitting(EvaluationRecipe how, List<Problem> problems) {
    return load()
        .addingSpecialTokens(how.prompts().addSpecialTokens())
        .ask(problems, prompting(how), how.maxNewTokens().orElse(1))
        .stream()
        .map(AskedProblem::problem)
        .toList();
  }

  /**
   * Sets today's date if the recipe sets none, so that all prompts of the evaluation contain the
   * same date.
   */
  private Prompting prompting(EvaluationRecipe how) {
    Prompting prompting = how.prompting();
    if (!prompting.asksForDate(load().chatTemplate())) {
      return prompting;
    }
    LocalDate today = LocalDate.now(ZoneId.systemDefault());
    if (!told) {
      LOG.warn(
          "the chat template writes today's date, {}, into prompts; fix the date with asking.date"
              + " or --date",
          today);
      told = true;
    }
    return prompting.on(today);
  }

  private LoadedModel load() {
    LoadedModel model = loaded.orElseGet(() -> LoadedModel.load(directory, Optional.empty()));
    loaded = Optional.of(model);
    return model;
  }

  private int room(EvaluationRecipe how, int most, List<AskedProblem> asked) {
    int context = load().transformer().config().maxPositions();
    int longest = asked.stream().mapToInt(a -> a.prompt().ids().length).max().orElse(0);
    if (context <= longest) {
      throw new UserError(
          "%s: the longest prompt has %d tokens and fills the model's context of %d; leave out such problems"
              .formatted(how.source().data(), longest, context));
    }
    return Math.min(most, context - longest);
  }

  @Override
  public void close() {
    loaded.ifPresent(LoadedModel::close);
    loaded = Optional.empty();
  }
}
