package io.braid.sampling;

import io.braid.SettingError;
import io.braid.UserError;
import io.braid.rollout.Response;
import io.braid.verify.PartRewards;
import io.braid.verify.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** Assigns a verifier's rewards for parts of a response to the response's tokens. */
final class TokenRewards {
  private TokenRewards() {}

  /**
   * Returns the verdict with one reward per token if the verifier rewarded parts of the response,
   * else the unchanged verdict.
   *
   * @param decode converts tokens to text
   * @throws UserError if the parts do not fit the response
   */
  static Verdict assign(
      Verdict verdict, Response response, String problem, Function<long[], String> decode) {
    return verdict
        .parts()
        .map(parts ->
            switch (parts) {
              case PartRewards.Tokens tokens -> checked(verdict, tokens, response, problem);
              case PartRewards.Steps steps ->
                  verdict.with(
                      new PartRewards.Tokens(onTokens(steps.steps(), response, problem, decode)));
            })
        .orElse(verdict);
  }

  private static Verdict checked(
      Verdict verdict, PartRewards.Tokens tokens, Response response, String problem) {
    if (tokens.rewards().size() != response.length()) {
      throw new SettingError(
          "verifier",
          "gave %s token rewards for a response of %s tokens (problem %s); return one for each of the submission's ids, including the end token's"
              .formatted(tokens.rewards().size(), response.length(), problem));
    }
    tokens.rewards().forEach(each -> finite(each, problem));
    return verdict;
  }

  private static void finite(double reward, String problem) {
    if (!Double.isFinite(reward)) {
      throw new SettingError(
          "verifier",
          "gave the reward %s for a part of a response (problem %s)".formatted(reward, problem));
    }
  }

  private static List<Double> onTokens(
      List<PartRewards.Step> steps,
      Response response,
      String problem,
      Function<long[], String> decode) {
    List<Double> rewards = new ArrayList<>(Collections.nCopies(response.length(), 0.0));
    int before = 0;
    for (PartRewards.Step step : steps) {
      finite(step.reward(), problem);
      if (step.end() <= before && step.end() > 0 || step.end() < 1) {
        throw new SettingError(
            "verifier",
            "a step ends at character %s, after one at %s (problem %s); give the steps in order, each with the characters of the response up to its end"
                .formatted(step.end(), before, problem));
      }
      if (step.end() > Math.max(1, response.text().length())) {
        throw new SettingError(
            "verifier",
            "a step ends at character %s of a response of %s (problem %s)"
                .formatted(step.end(), response.text().length(), problem));
      }
      before = step.end();
      int token = tokenAt(step.end(), response.ids(), decode);
      rewards.set(token, rewards.get(token) + step.reward());
    }
    return rewards;
  }

  /**
   * Returns the index of the first token whose prefix decodes to at least {@code end} characters,
   * or of the last token.
   */
  private static int tokenAt(int end, long[] ids, Function<long[], String> decode) {
    int low = 1;
    int high = ids.length;
    while (low < high) {
      int middle = (low + high) / 2;
      if (decode.apply(Arrays.copyOf(ids, middle)).length() >= end) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low - 1;
  }
}
