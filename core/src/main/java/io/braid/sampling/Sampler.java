package io.braid.sampling;

import io.braid.Check;
import io.braid.Seeds;
import io.braid.SettingError;
import io.braid.UserError;
import io.braid.model.RolloutWeights;
import io.braid.rollout.Group;
import io.braid.rollout.Prompt;
import io.braid.rollout.Response;
import io.braid.rollout.Rollout;
import io.braid.task.Problem;
import io.braid.trajectory.Column;
import io.braid.trajectory.Segment;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import io.braid.verify.Submission;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/** Samples responses to the problems that the curriculum chooses, and verifies them. */
public final class Sampler {
  private final List<AskedProblem> problems;
  private final Curriculum curriculum;
  private final Rollout rollout;
  private final Verifier verifier;
  private final Settings settings;

  /**
   * Settings of sampling.
   *
   * @param promptsPerStep number of problems per step
   * @param curriculum the curriculum that chooses the problems
   * @param staleness number of steps by which sampling is ahead of training: 0, or 1 to do both at
   *     the same time
   * @param weights format of the weights for sampling
   * @param seed seed of the order of problems and of all samples
   * @param endAtLimit end token that replaces the last token of a response that reached the length
   *     limit, as in RLFR's published code; empty to leave such responses unchanged
   */
  public record Settings(
      int promptsPerStep,
      CurriculumSettings curriculum,
      int staleness,
      RolloutWeights weights,
      long seed,
      OptionalLong endAtLimit) {
    /** Checks the settings. */
    public Settings {
      Check.atLeast("prompts_per_step", promptsPerStep, 1);
      if (staleness < 0 || staleness > 1) {
        throw new SettingError(
            "staleness",
            "must be 0 (sample with the newest weights) or 1 (sample with the previous step's"
                + " weights during training), got "
                + staleness);
      }
    }

    /** Creates settings that leave responses at the length limit unchanged. */
    public Settings(
        int promptsPerStep,
        CurriculumSettings curriculum,
        int staleness,
        RolloutWeights weights,
        long seed) {
      this(promptsPerStep, curriculum, staleness, weights, seed, OptionalLong.empty());
    }

    /**
     * Returns the same settings, but with an end token that replaces the last token of responses at
     * the length limit.
     */
    public Settings withEndAtLimit(long end) {
      return new Settings(
          promptsPerStep, curriculum, staleness, weights, seed, OptionalLong.of(end));
    }

    /** Creates settings that sample with the trained weights themselves. */
    public Settings(int promptsPerStep, CurriculumSettings curriculum, int staleness, long seed) {
      this(promptsPerStep, curriculum, staleness, RolloutWeights.AS_TRAINED, seed);
    }

    /** Creates settings for a fixed order of problems and the newest weights. */
    public static Settings of(int promptsPerStep, long seed) {
      return new Settings(promptsPerStep, new FixedOrder(), 0, seed);
    }
  }

  /**
   * Creates a sampler.
   *
   * @param rollout the rollout that samples from the policy
   * @throws UserError if there are no problems
   */
  public Sampler(
      List<AskedProblem> problems, Rollout rollout, Verifier verifier, Settings settings) {
    this(problems, new Shuffle(problems.size(), settings.seed()), rollout, verifier, settings);
  }

  /**
   * Creates a sampler with a given order of problems.
   *
   * @param order the order from which the curriculum takes problems
   * @param rollout the rollout that samples from the policy
   */
  public Sampler(
      List<AskedProblem> problems,
      Order order,
      Rollout rollout,
      Verifier verifier,
      Settings settings) {
    this.problems = List.copyOf(problems);
    this.curriculum =
        Check.returned(
            "curriculum",
            settings.curriculum(),
            "create",
            settings.curriculum().create(order, problems.size(), settings.seed()));
    this.rollout = rollout;
    this.verifier = verifier;
    this.settings = settings;
  }

  /** Returns the rollout that samples from the policy. */
  public Rollout rollout() {
    return rollout;
  }

  /** Returns the settings of sampling. */
  public Settings settings() {
    return settings;
  }

  Curriculum curriculum() {
    return curriculum;
  }

  /** Returns a problem by its index in the data. */
  public AskedProblem problem(int index) {
    return problems.get(index);
  }

  /**
   * Samples a step's responses.
   *
   * @param step index of the step, from 0
   * @param version number of training steps that the sampled weights include
   * @param source the rollout that samples from the policy or from a copy of it
   * @throws NothingToLearn if the curriculum finds no group to train on
   */
  public RolloutBatch sample(int step, int version, Rollout source) {
    long seed = Seeds.derive(settings.seed(), Seeds.Stream.ROLLOUT, step);
    Trajectories taken = Trajectories.none();
    double verifySeconds = 0;
    SamplingStatistics sampled = SamplingStatistics.NOTHING;
    for (int round = 0; ; round++) {
      Curriculum.Request request =
          new Curriculum.Request(step, round, settings.promptsPerStep(), taken);
      int[] chosen = next(request);
      if (chosen.length == 0) {
        return new RolloutBatch(taken, verifySeconds, sampled);
      }
      RolloutBatch more =
          ask(chosen, version, source, Seeds.derive(seed, Seeds.Stream.FURTHER_ROLLOUT, round));
      taken =
          Check.returned(
              "curriculum", curriculum, "take", curriculum.take(request, more.trajectories()));
      verifySeconds += more.verifySeconds();
      sampled = sampled.and(more.sampled());
    }
  }

  /** Returns the curriculum's choice after checking it, since it may come from a user's class. */
  private int[] next(Curriculum.Request request) {
    int[] chosen = Check.returned("curriculum", curriculum, "next", curriculum.next(request));
    for (int index : chosen) {
      if (index < 0 || index >= problems.size()) {
        throw new SettingError(
            "curriculum",
            "%s chose problem %s of %s, which are numbered from 0; fix its next()"
                .formatted(curriculum.getClass().getName(), index, problems.size()));
      }
    }
    if (chosen.length == 0 && request.taken().rows() == 0) {
      throw new SettingError(
          "curriculum",
          "%s chose no problem for step %s; fix its next() and take()"
              .formatted(curriculum.getClass().getName(), request.step() + 1));
    }
    return chosen;
  }

  /**
   * Samples and verifies responses to given problems, independently of the curriculum.
   *
   * @param chosen the problems, by their index in the data
   * @param version number of training steps that the sampled weights include
   * @param source the rollout that samples
   * @param seed seed of the samples: the same seed gives the same responses
   */
  public RolloutBatch ask(int[] chosen, int version, Rollout source, long seed) {
    List<Prompt> prompts = Arrays.stream(chosen).mapToObj(p -> problem(p).prompt()).toList();
    Group[] groups = new Group[chosen.length];
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
            judging.add(
                sampled.place(), submissions(problem(chosen[sampled.place()]).problem(), group));
          });
      long start = System.nanoTime();
      List<List<Verdict>> verdicts = judging.await();
      double waited = (System.nanoTime() - start) / 1e9;
      Trajectories t = table(chosen, version, List.of(groups), verdicts);
      return new RolloutBatch(t, waited, SamplingStatistics.of(t));
    }
  }

  private Trajectories table(
      int[] chosen, int version, List<Group> groups, List<List<Verdict>> verdicts) {
    List<Response> responses = groups.stream().flatMap(g -> g.responses().stream()).toList();
    int[] groupOf = new int[responses.size()];
    int[] versions = new int[responses.size()];
    Arrays.fill(versions, version);
    List<Verdict> ofRows = new ArrayList<>(responses.size());
    List<Sequence> sequences = new ArrayList<>(responses.size());
    for (int g = 0; g < groups.size(); g++) {
      Prompt prompt = groups.get(g).prompt();
      for (int r = 0; r < groups.get(g).responses().size(); r++) {
        Response response = groups.get(g).responses().get(r);
        groupOf[sequences.size()] = g;
        sequences.add(sequence(prompt, response));
        ofRows.add(
            TokenRewards.assign(
                verdicts.get(g).get(r),
                response,
                problem(chosen[g]).problem().id(),
                rollout.decode()));
      }
    }
    return Trajectories.of(groups.stream().map(Group::prompt).toList(), sequences, groupOf)
        .with(Column.PROBLEM, chosen)
        .with(Column.WEIGHTS_VERSION, versions)
        .with(Column.TEXT, responses.stream().map(Response::text).toList())
        .with(Column.FINISH, responses.stream().map(Response::finish).toList())
        .with(Column.ROLLOUT_LOG_PROBS, ofTokens(responses, Response::logProbs))
        .with(Column.ROLLOUT_ENTROPIES, ofTokens(responses, Response::entropies))
        .with(Column.VERDICT, List.copyOf(ofRows));
  }

  /**
   * Creates the sequence of a response. All its tokens are trained on, including a written end
   * token.
   */
  private static Sequence sequence(Prompt prompt, Response response) {
    Sequence plain = new Sequence(prompt.tokens(), response.ids());
    if (response.sampledLength() == response.length()) {
      return plain;
    }
    List<Segment> segments = new ArrayList<>();
    if (response.sampledLength() > 0) {
      segments.add(new Segment(Segment.Kind.SAMPLED, 0, response.sampledLength()));
    }
    segments.add(new Segment(Segment.Kind.WRITTEN, response.sampledLength(), response.length()));
    return new Sequence(prompt.ids(), response.ids(), plain.lossMask(), segments, prompt.images());
  }

  private static float[] ofTokens(List<Response> responses, Function<Response, float[]> numbers) {
    float[] all = new float[responses.stream().mapToInt(Response::length).sum()];
    int at = 0;
    for (Response each : responses) {
      System.arraycopy(numbers.apply(each), 0, all, at, each.length());
      at += each.length();
    }
    return all;
  }

  private static List<Submission> submissions(Problem problem, Group group) {
    return group.responses().stream()
        .map(response ->
            new Submission(problem, response.text(), !response.truncated(), response.ids()))
        .toList();
  }
}
