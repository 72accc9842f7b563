package io.braid.run.train;

import io.braid.input.LoadedModel;
import io.braid.input.MixedProblems;
import io.braid.input.SourceRecipe;
import io.braid.model.ModelConfig;
import io.braid.rollout.Group;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.run.train.DryRun.Part;
import io.braid.run.train.DryRun.Row;
import io.braid.sampling.AskedProblem;
import io.braid.sampling.Order;
import io.braid.train.PassSpeed;
import io.braid.train.TrainingMemory;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds out what a run of reinforcement learning would do. */
final class PolicyDryRun {
  private static final int SHOWN_PROMPTS = 3;
  private static final int MEASURED_TOKENS = 8;

  /** Up to this time for one prompt, all prompts of a step are sampled for the measurement. */
  private static final double QUICK_SECONDS = 1;

  private static final double ENOUGH_SECONDS = 2;

  private final TrainRecipe recipe;
  private final LoadedModel model;
  private final MixedProblems read;
  private final int unreadable;
  private final List<AskedProblem> asked;
  private final Order order;
  private final Rollout rollout;
  private final boolean reference;

  /**
   * Creates a dry run of a run that is ready to begin.
   *
   * @param read the problems whose references the verifier can read
   * @param unreadable number of the others
   * @param asked the problems whose prompts fit
   * @param reference whether the run needs a reference with weights of its own
   */
  PolicyDryRun(
      TrainRecipe recipe,
      LoadedModel model,
      MixedProblems read,
      int unreadable,
      List<AskedProblem> asked,
      Order order,
      Rollout rollout,
      boolean reference) {
    this.recipe = recipe;
    this.model = model;
    this.read = read;
    this.unreadable = unreadable;
    this.asked = asked;
    this.order = order;
    this.rollout = rollout;
    this.reference = reference;
  }

  DryRun run(RunLoop loop) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("model", recipe.model().toString()));
    rows.add(new Row("parameters", DryRun.parameters(model.transformer())));
    for (int source = 0; source < recipe.sources().size(); source++) {
      SourceRecipe from = recipe.sources().get(source);
      rows.add(
          new Row(
              "problems",
              DryRun.format("%,d from %s", read.parts().get(source).size(), from.source().data())));
    }
    leftOut().forEach(text -> rows.add(new Row("left out", text)));
    rows.add(
        new Row(
            "prompts",
            DryRun.lengths(asked.stream().mapToInt(each -> each.prompt().ids().length).toArray())
                + DryRun.format("; at most %,d fit", limit())));
    int responses = recipe.promptsPerStep() * recipe.rollout().samples();
    rows.add(
        new Row(
            "a step",
            DryRun.format(
                "%,d prompts with %,d responses each, of at most %,d tokens; %s",
                recipe.promptsPerStep(),
                recipe.rollout().samples(),
                recipe.rollout().maxNewTokens(),
                updates())));
    rows.add(
        new Row(
            "steps",
            DryRun.format(
                "%,d, which ask %,d prompts: each problem %.2g times",
                recipe.steps(),
                (long) recipe.steps() * recipe.promptsPerStep(),
                (double) recipe.steps() * recipe.promptsPerStep() / asked.size())));
    rows.add(new Row("memory", memory(responses)));
    rows.add(new Row("time", time(responses)));
    rows.add(
        new Row(
            "writes",
            DryRun.writes(
                loop,
                recipe.adapter().isPresent() ? "the adapters" : "the model",
                recipe.saving(),
                recipe.steps())));
    return new DryRun(
        rows,
        prompts()
            .limit(SHOWN_PROMPTS)
            .map(each -> model.tokenizer().decodeRaw(each.ids()))
            .toList());
  }

  /** Returns the prompts in the order in which the run asks them. */
  private Stream<Prompt> prompts() {
    return Stream.iterate(0L, place -> place + 1)
        .limit(asked.size())
        .map(place -> asked.get(order.at(place)).prompt());
  }

  private List<String> leftOut() {
    List<String> texts = new ArrayList<>();
    if (unreadable > 0) {
      texts.add(
          DryRun.format(
              "%s, because the verifier cannot read their references", problems(unreadable)));
    }
    int tooLong = read.problems().size() - asked.size();
    if (tooLong > 0) {
      texts.add(
          DryRun.format(
              "%s, because their prompts have more than %,d tokens", problems(tooLong), limit()));
    }
    return texts;
  }

  private static String problems(int count) {
    return DryRun.format("%,d %s", count, count == 1 ? "problem" : "problems");
  }

  private int limit() {
    int room = model.transformer().config().maxPositions() - recipe.rollout().maxNewTokens();
    return Math.min(room, recipe.prompts().asking().maxPromptTokens().orElse(room));
  }

  private String updates() {
    int updates = recipe.miniBatches() * recipe.epochs();
    return updates == 1 ? "one optimizer step" : updates + " optimizer steps";
  }

  private boolean hasCritic() {
    return recipe.advantage().needs().contains(Column.VALUES);
  }

  private int longestPrompt() {
    return asked.stream().mapToInt(each -> each.prompt().ids().length).max().orElse(0);
  }

  private String memory(int responses) {
    ModelConfig config = model.transformer().config();
    TrainingMemory memory = DryRun.memory(config, recipe.compute(), recipe.adapter());
    long longest = longestPrompt() + (long) recipe.rollout().maxNewTokens();
    long micro = Math.min(recipe.compute().microBatchTokens(), responses * longest);
    long cache = responses * longest * TrainingMemory.cache(config, model.transformer().dtype());
    return DryRun.sum(
        List.of(
            new Part("weights", memory.weights()),
            new Part("gradients", memory.gradients()),
            new Part("optimizer", memory.optimizer()),
            new Part("reference", reference ? memory.weights() : 0),
            new Part("critic", hasCritic() ? memory.state() : 0),
            new Part(
                "activations of a micro-batch",
                DryRun.activations(memory, recipe.compute(), micro)),
            new Part("keys and values", Math.min(cache, recipe.rollout().cacheBytes()))));
  }

  /** Responses and the seconds that sampling them took. */
  private record Timed(List<Group> groups, double seconds) {}

  /** Samples responses several times, since the first times warm up, and returns the fastest. */
  private Timed sampled(Rollout brief, List<Prompt> prompts) {
    List<Timed> all = new ArrayList<>();
    long first = System.nanoTime();
    do {
      long begun = System.nanoTime();
      List<Group> groups = brief.sample(prompts, recipe.seed());
      all.add(new Timed(groups, (System.nanoTime() - begun) / 1e9));
    } while ((System.nanoTime() - first) / 1e9 < ENOUGH_SECONDS);
    return all.stream().min(Comparator.comparingDouble(Timed::seconds)).orElseThrow();
  }

  /**
   * Estimates the time of a step from a short rollout and one training pass, for responses of a
   * quarter of the limit and for responses at the limit.
   */
  private String time(int responses) {
    int tokens = Math.min(MEASURED_TOKENS, recipe.rollout().maxNewTokens());
    SamplingSettings usual = rollout.settings();
    Rollout brief =
        rollout.with(
            new SamplingSettings(
                usual.samples(),
                usual.temperature(),
                usual.topP(),
                usual.topK(),
                tokens,
                tokens,
                usual.stopIds(),
                List.of()));
    List<Prompt> step = prompts().limit(recipe.promptsPerStep()).toList();
    Timed timed = sampled(brief, step.subList(0, 1));
    boolean all = timed.seconds() <= QUICK_SECONDS;
    if (all) {
      timed = sampled(brief, step);
    }
    List<Group> groups = timed.groups();
    int sampled = groups.stream().mapToInt(group -> group.responses().size()).sum();
    double perToken = timed.seconds() / sampled / tokens;
    List<Sequence> sequences =
        groups.stream()
            .flatMap(group ->
                group.responses().stream()
                    .map(each -> new Sequence(group.prompt().tokens(), each.ids())))
            .toList();
    PassSpeed speed =
        PassSpeed.measure(model.transformer(), sequences, recipe.compute().microBatchTokens());
    double prompt =
        step.stream().mapToInt(each -> each.ids().length).average().orElse(0)
            / recipe.rollout().samples(); // of each response, since they share it
    int most = recipe.rollout().maxNewTokens();
    int some = Math.max(1, most / 4);
    double passes = recipe.epochs() * (speed.forward() + speed.backward());
    passes *= hasCritic() ? 2 : 1;
    passes += reference ? speed.forward() : 0;
    double base = responses * perToken;
    double training = responses * passes;
    double atSome = base * some + training * (some + prompt);
    double atMost = base * most + training * (most + prompt);
    return DryRun.format(
        "a step takes %s %s with responses of %,d tokens and %s at the limit of %,d, without"
            + " verification, optimizer and saving (measured with %,d responses of %d tokens)",
        all ? "about" : "at most", // a larger batch takes less time per token
        DryRun.time(atSome),
        some,
        DryRun.time(atMost),
        most,
        sampled,
        tokens);
  }
}
