package io.braid.run.eval;

import io.braid.UserError;
import io.braid.eval.Responder;
import io.braid.eval.RolloutResponder;
import io.braid.eval.suite.Asking;
import io.braid.input.LoadedModel;
import io.braid.input.Prompting;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.sampling.AskedProblem;
import io.braid.task.Problem;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model that is already loaded, such as the policy of a run that is training it. Sampling does
 * not change the model.
 */
public final class OpenModel implements EvaluatedModel {
  private final String place;
  private final LoadedModel model;
  private final List<String> stop;
  private final long cacheBytes;
  private Optional<LocalDate> today;

  /**
   * Creates a model to evaluate.
   *
   * @param place the name in results
   * @param model the model; the caller closes it
   * @param stop texts that end a response, in addition to the model's end tokens and the prompt
   *     format's text
   * @param cacheBytes memory for keys and values, in bytes
   * @param today the date in prompts whose template contains it, if the recipe sets none; by
   *     default the day of the first prompt
   */
  public OpenModel(
      String place,
      LoadedModel model,
      List<String> stop,
      long cacheBytes,
      Optional<LocalDate> today) {
    this.place = place;
    this.model = model;
    this.stop = List.copyOf(stop);
    this.cacheBytes = cacheBytes;
    this.today = today;
  }

  @Override
  public String name() {
    return place;
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public String prompt(Asking asking) {
    return model.chatTemplate().isPresent() ? asking.chat() : asking.plain();
  }

  @Override
  public Responder responder(EvaluationRecipe how, int most, List<Problem> problems) {
    LoadedModel adding = model.addingSpecialTokens(how.prompts().addSpecialTokens());
    List<AskedProblem> asked = adding.ask(problems, prompting(how), how.maxNewTokens().orElse(1));
    Map<String, Prompt> prompts = new HashMap<>();
    asked.forEach(each -> prompts.put(each.problem().id(), each.prompt()));
    Rollout rollout =
        new Rollout(
            model.transformer(),
            settings(how, how.maxNewTokens().orElseGet(() -> room(how, most, asked))),
            model.tokenizer()::decode,
            cacheBytes);
    rollout.check(asked.stream().map(AskedProblem::prompt).toList());
    return new RolloutResponder(
        rollout,
        problem ->
            Optional.ofNullable(prompts.get(problem.id()))
                .orElseThrow(() -> new IllegalArgumentException(problem.id())));
  }

  private SamplingSettings settings(EvaluationRecipe how, int mostTokens) {
    SamplingSettings settings = how.settings(mostTokens, model.stopIds());
    List<String> stops = new ArrayList<>(stop);
    stops.addAll(settings.stopStrings());
    return new SamplingSettings(
        settings.samples(),
        settings.temperature(),
        settings.topP(),
        settings.topK(),
        settings.minNewTokens(),
        settings.maxNewTokens(),
        settings.stopIds(),
        stops);
  }

  @Override
  public List<Problem> fitting(EvaluationRecipe how, List<Problem> problems) {
    return model
        .addingSpecialTokens(how.prompts().addSpecialTokens())
        .ask(problems, prompting(how), how.maxNewTokens().orElse(1))
        .stream()
        .map(AskedProblem::problem)
        .toList();
  }

  /** Sets today's date if the recipe sets none, so that all prompts contain the same date. */
  private Prompting prompting(EvaluationRecipe how) {
    Prompting prompting = how.prompting();
    if (!prompting.asksForDate(model.chatTemplate())) {
      return prompting;
    }
    Prompting dated =
        today.map(prompting::on).orElseGet(() -> prompting.today(model.chatTemplate()));
    today = dated.date();
    return dated;
  }

  private int room(EvaluationRecipe how, int most, List<AskedProblem> asked) {
    int context = model.transformer().config().maxPositions();
    int longest = asked.stream().mapToInt(a -> a.prompt().ids().length).max().orElse(0);
    if (context <= longest) {
      throw new UserError(
          "%s: the longest prompt has %d tokens and fills the model's context of %d; leave out such problems"
              .formatted(how.source().data(), longest, context));
    }
    return Math.min(most, context - longest);
  }

  /** Does nothing: the caller closes the model. */
  @Override
  public void close() {}
}
