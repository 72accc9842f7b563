package io.braid.train;

import io.braid.UserError;
import io.braid.model.RolloutWeights;
import io.braid.rollout.Group;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.task.Problem;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Asks a step's problems and has the responses judged. */
public final class Sampler {
  private final List<AskedProblem> problems;
  private final Order order;
  private final Rollout rollout;
  private final Verifier verifier;
  private final Settings settings;

  /**
   * How much is asked.
   *
   * @param promptsPerStep problems a step
   * @param dynamic whether groups that teach nothing are replaced
   * @param staleness steps by which sampling runs ahead of training: 0, or 1 to do both at once
   * @param weights what is sampled with
   * @param seed of the order of problems and of all samples
   * @param endAtLimit the end token that is written over the last token of a response that reached
   *     the limit, as RLFR's published code does; empty leaves such responses as they are
   */
  public record Settings(
      int promptsPerStep,
      Optional<DynamicSampling> dynamic,
      int staleness,
      RolloutWeights weights,
      long seed,
      OptionalLong endAtLimit) {
    /** Checks the settings. */
    public Settings {
      if (promptsPerStep < 1) {
        throw new UserError("prompts_per_step: must be at least 1, here " + promptsPerStep);
      }
      if (staleness < 0 || staleness > 1) {
        throw new UserError(
            "staleness: 0 samples with the newest weights, 1 with those of one step ago while"
                + " training goes on; here "
                + staleness);
      }
    }

    /** Sampling that leaves responses as they are. */
    public Settings(
        int promptsPerStep,
        Optional<DynamicSampling> dynamic,
        int staleness,
        RolloutWeights weights,
        long seed) {
      this(promptsPerStep, dynamic, staleness, weights, seed, OptionalLong.empty());
    }

    /** The same, with an end token written over the last token of a response at the limit. */
    public Settings withEndAtLimit(long end) {
      return new Settings(promptsPerStep, dynamic, staleness, weights, seed, OptionalLong.of(end));
    }

    /** Sampling with the weights that train. */
    public Settings(
        int promptsPerStep, Optional<DynamicSampling> dynamic, int staleness, long seed) {
      this(promptsPerStep, dynamic, staleness, RolloutWeights.AS_TRAINED, seed);
    }

    /** So many problems a step, each group as it comes, always with the newest weights. */
    public static Settings of(int promptsPerStep, long seed) {
      return new Settings(promptsPerStep, Optional.empty(), 0, seed);
    }
  }

  /**
   * A sampler.
   *
   * @param rollout from the policy
   * @throws UserError when there are no problems
   */
  public Sampler(
      List<AskedProblem> problems, Rollout rollout, Verifier verifier, Settings settings) {
    this(problems, new Shuffle(problems.size(), settings.seed()), rollout, verifier, settings);
  }

  /**
   * A sampler that asks problems in an order of its own.
   *
   * @param order of the problems
   * @param rollout from the policy
   */
  public Sampler(
      List<AskedProblem> problems,
      Order order,
      Rollout rollout,
      Verifier verifier,
      Settings settings) {
    this.problems = List.copyOf(problems);
    this.order = order;
    this.rollout = rollout;
    this.verifier = verifier;
    this.settings = settings;
  }

  Rollout rollout() {
    return rollout;
  }

  Settings settings() {
    return settings;
  }

  AskedProblem problem(int place) {
    return problems.get(place);
  }

  /**
   * Draws a step's responses.
   *
   * @param goOnAt where dynamic sampling goes on in the order of problems; without it, a step's
   *     place depends on its number alone
   * @param source what samples: the policy, or what it was a step ago
   * @throws NothingToLearn when dynamic sampling finds no group with different rewards
   */
  Draw draw(int step, long goOnAt, Rollout source) {
    long seed = settings.seed() * 1_000_003L + step;
    int wanted = settings.promptsPerStep();
    if (settings.dynamic().isEmpty()) {
      long from = (long) step * wanted;
      return ask(places(from, wanted), source, seed).ending(from + wanted);
    }
    int draws = settings.dynamic().get().maxDraws();
    Asked mixed = new Asked(List.of(), List.of(), List.of(), 0, 0, Sampled.NOTHING);
    for (int draw = 0; draw < draws && mixed.places.size() < wanted; draw++) {
      long at = goOnAt + (long) draw * wanted;
      mixed = mixed.and(ask(places(at, wanted), source, seed + draw * 7_368_787L).mixedOnly());
    }
    if (mixed.places.isEmpty()) {
      throw new NothingToLearn(
          "dynamic_sampling: none of %d problems got both better and worse responses (%d draws of %d), so there is nothing to learn from; give problems of another difficulty, more rollout.samples or a higher rollout.temperature, or leave dynamic_sampling out"
              .formatted(mixed.asked, draws, wanted));
    }
    return mixed.first(wanted).ending(goOnAt + mixed.asked);
  }

  private List<Integer> places(long from, int count) {
    List<Integer> places = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      places.add(order.at(from + i));
    }
    return places;
  }

  private Asked ask(List<Integer> places, Rollout source, long seed) {
    List<Prompt> prompts = places.stream().map(place -> problem(place).prompt()).toList();
    Group[] groups = new Group[places.size()];
    try (Judging judging = new Judging(verifier)) {
      source.sample(
          prompts,
          seed,
          sampled -> {
            Group group =
                settings.endAtLimit().isPresent()
                    ? source.endWritten(sampled.group(), settings.endAtLimit().getAsLong())
                    : sampled.group();
            groups[sampled.place()] = group;
            Problem problem = problem(places.get(sampled.place())).problem();
            judging.add(sampled.place(), submissions(problem, group));
          });
      long start = System.nanoTime();
      List<List<Verdict>> verdicts = laidOnTokens(places, groups, judging.await());
      double waited = (System.nanoTime() - start) / 1e9;
      List<Group> all = List.of(groups);
      return new Asked(places, all, verdicts, places.size(), waited, Sampled.of(all, verdicts));
    }
  }

  /** What parts of responses earned, as one number a token. */
  private List<List<Verdict>> laidOnTokens(
      List<Integer> places, Group[] groups, List<List<Verdict>> verdicts) {
    List<List<Verdict>> all = new ArrayList<>(verdicts.size());
    for (int g = 0; g < groups.length; g++) {
      String id = problem(places.get(g)).problem().id();
      List<Verdict> ofGroup = new ArrayList<>();
      for (int r = 0; r < groups[g].responses().size(); r++) {
        ofGroup.add(
            TokenRewards.laidOn(
                verdicts.get(g).get(r), groups[g].responses().get(r), id, rollout.decode()));
      }
      all.add(List.copyOf(ofGroup));
    }
    return all;
  }

  private static List<Submission> submissions(Problem problem, Group group) {
    return group.responses().stream()
        .map(response ->
            new Submission(problem, response.text(), !response.truncated(), response.ids()))
        .toList();
  }

  /** A draw on its way. */
  private record Asked(
      List<Integer> places,
      List<Group> groups,
      List<List<Verdict>> verdicts,
      int asked,
      double verifySeconds,
      Sampled sampled) {
    Asked mixedOnly() {
      List<Integer> keep = new ArrayList<>();
      for (int g = 0; g < groups.size(); g++) {
        if (Draw.mixed(verdicts.get(g))) {
          keep.add(g);
        }
      }
      return new Asked(
          keep.stream().map(places::get).toList(),
          keep.stream().map(groups::get).toList(),
          keep.stream().map(verdicts::get).toList(),
          asked,
          verifySeconds,
          sampled);
    }

    Asked and(Asked more) {
      return new Asked(
          joined(places, more.places),
          joined(groups, more.groups),
          joined(verdicts, more.verdicts),
          asked + more.asked,
          verifySeconds + more.verifySeconds,
          sampled.and(more.sampled));
    }

    Asked first(int count) {
      int kept = Math.min(count, places.size());
      return new Asked(
          places.subList(0, kept),
          groups.subList(0, kept),
          verdicts.subList(0, kept),
          asked,
          verifySeconds,
          sampled);
    }

    Draw ending(long end) {
      return new Draw(
          List.copyOf(places),
          List.copyOf(groups),
          List.copyOf(verdicts),
          asked,
          verifySeconds,
          end,
          sampled);
    }

    private static <T> List<T> joined(List<T> a, List<T> b) {
      List<T> all = new ArrayList<>(a);
      all.addAll(b);
      return all;
    }
  }
}
