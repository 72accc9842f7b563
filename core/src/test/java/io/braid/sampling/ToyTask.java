package io.braid.sampling;

import io.braid.model.TinyModels;
import io.braid.model.Transformer;
import io.braid.rollout.Prompt;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A task with random prompts, whose correct responses use only letters of the first half of the
 * alphabet.
 */
public final class ToyTask {
  /** Rewards the fraction of letters before m; a response is correct if all are. */
  public static final Verifier VERIFIER =
      submission -> {
        String response = submission.response();
        double share =
            response.chars().filter(c -> c < 'm').count() / (double) Math.max(1, response.length());
        return new Verdict(share, share == 1, Optional.of(response), "counted");
      };

  private ToyTask() {}

  public static List<AskedProblem> problems(int count) {
    return IntStream.range(0, count)
        .mapToObj(i ->
            new AskedProblem(
                new Problem("toy:" + i, "?", new Reference.Text("!")),
                new Prompt("toy:" + i, prompt(i))))
        .toList();
  }

  private static long[] prompt(int number) {
    return IntStream.range(0, 2 + number % 4)
        .mapToLong(t -> (7L * number + 3L * t + 1) % TinyModels.VOCABULARY)
        .toArray();
  }

  public static Rollout rollout(Transformer model, int samples, int tokens) {
    // Token 23 ends a response.
    SamplingSettings settings = SamplingSettings.of(samples, 1, tokens, List.of(23L));
    return new Rollout(model, settings, ToyTask::decode, 1L << 30);
  }

  public static Sampler sampler(
      Transformer model, int problems, int samples, int tokens, Sampler.Settings settings) {
    return new Sampler(problems(problems), rollout(model, samples, tokens), VERIFIER, settings);
  }

  /** Decodes each token to one letter. */
  public static String decode(long[] ids) {
    return Arrays.stream(ids)
        .mapToObj(id -> String.valueOf((char) ('a' + id)))
        .collect(Collectors.joining());
  }
}
