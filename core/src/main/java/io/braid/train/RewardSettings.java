package io.braid.train;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;
import io.braid.objective.GroupRewards;
import io.braid.objective.OverlongPenalty;
import io.braid.objective.ResponseRewards;
import io.braid.rollout.Response;
import io.braid.verify.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What changes a verifier's reward before it is compared.
 *
 * @param overlong what a response near the length limit loses
 * @param kl what a token loses for each nat of log π_old − log π_ref: the estimate k1, which in a
 *     reward is unbiased
 */
public record RewardSettings(
    @Doc("What a response near the length limit loses.") Optional<OverlongPenalty> overlong,
    @Doc("What a token loses for each nat that it is likelier than under the reference (k1).")
        @Default("0.0")
        double kl) {
  /** Rewards as they are. */
  public static final RewardSettings PLAIN = new RewardSettings(Optional.empty(), 0);

  /** Checks the settings. */
  public RewardSettings {
    if (!(kl >= 0 && kl < Double.POSITIVE_INFINITY)) {
      throw new UserError("kl: must be 0 or more, here " + kl);
    }
  }

  /** Whether the rewards ask for a reference model. */
  public boolean usesReference() {
    return kl > 0;
  }

  /** The rewards of a draw whose responses are compared as a whole. */
  List<GroupRewards> of(Draw draw, List<Measured> measured, int limit) {
    return of(draw, measured, limit, /* byToken= */ false);
  }

  /**
   * The rewards of a draw.
   *
   * @param measured of each response, group after group
   * @param limit the most tokens that a response may have
   * @param byToken whether what the verifier gave for parts stays where it fell; else it counts as
   *     their sum
   */
  List<GroupRewards> of(Draw draw, List<Measured> measured, int limit, boolean byToken) {
    List<GroupRewards> rewards = new ArrayList<>(draw.groups().size());
    int at = 0;
    for (int g = 0; g < draw.groups().size(); g++) {
      List<Response> responses = draw.groups().get(g).responses();
      List<ResponseRewards> ofGroup = new ArrayList<>(responses.size());
      for (int r = 0; r < responses.size(); r++) {
        int length = responses.get(r).length();
        double penalty = overlong.map(soft -> soft.of(length, limit)).orElse(0.0);
        Measured known = measured.get(at++);
        Verdict verdict = draw.verdicts().get(g).get(r);
        double[] parts = byToken ? TokenRewards.of(verdict, length) : new double[length];
        ofGroup.add(
            new ResponseRewards(
                verdict.reward() - Arrays.stream(parts).sum() + penalty,
                dense(known, parts),
                known.values().map(RewardSettings::doubles),
                known.entropies().map(RewardSettings::doubles)));
      }
      rewards.add(new GroupRewards(ofGroup));
    }
    return rewards;
  }

  private double[] dense(Measured known, double[] parts) {
    int length = parts.length;
    double[] dense = known.flowRewards().map(double[]::clone).orElseGet(() -> new double[length]);
    for (int t = 0; t < length; t++) {
      dense[t] += parts[t];
    }
    if (kl > 0) {
      float[] old = known.oldLogProbs().orElseThrow();
      float[] ref = known.refLogProbs().orElseThrow();
      for (int t = 0; t < length; t++) {
        dense[t] -= kl * ((double) old[t] - ref[t]);
      }
    }
    return dense;
  }

  private static double[] doubles(float[] numbers) {
    double[] doubles = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      doubles[i] = numbers[i];
    }
    return doubles;
  }
}
