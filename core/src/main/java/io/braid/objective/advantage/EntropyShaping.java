package io.braid.objective.advantage;

import io.braid.Default;
import io.braid.Doc;
import io.braid.UserError;
import io.braid.objective.Advantages;
import io.braid.objective.GroupRewards;
import java.util.ArrayList;
import java.util.List;

/**
 * Entropy shaping (Cheng et al. 2025, arXiv 2506.14758, eq. 5 and 6): a token at which the policy
 * was undecided gets a bonus on another estimator's advantage. The bonus is a constant, and too
 * small to turn an advantage's sign.
 *
 * <p>Â_t + min(α H_t, |Â_t| / κ)
 *
 * @param of whose advantage is shaped
 * @param alpha α: the bonus of one nat
 * @param kappa κ: the bonus is at most the advantage's size over this
 */
public record EntropyShaping(
    @Doc("Whose advantage is shaped.") @Default("grpo") AdvantageEstimator of,
    @Doc("Bonus of one nat of entropy.") @Default("0.4") double alpha,
    @Doc("The bonus is at most the advantage's size over this.") @Default("2.0") double kappa)
    implements AdvantageEstimator {
  /** Checks that the bonus cannot turn a sign. */
  public EntropyShaping {
    if (!(alpha > 0)) {
      throw new UserError("alpha: must be above 0, here " + alpha);
    }
    if (!(kappa > 1)) {
      throw new UserError(
          "kappa: must be above 1, here %s; at 1 the bonus could cancel an advantage"
              .formatted(kappa));
    }
    if (of instanceof EntropyShaping) {
      throw new UserError("of: entropy-shaping twice; shape another estimator once");
    }
  }

  @Override
  public Advantages estimate(List<GroupRewards> groups) {
    Advantages plain = of.estimate(groups);
    List<List<double[]>> shaped = new ArrayList<>(groups.size());
    for (int g = 0; g < groups.size(); g++) {
      List<double[]> responses = new ArrayList<>();
      for (int r = 0; r < groups.get(g).responses().size(); r++) {
        responses.add(
            shaped(plain.of(g, r), groups.get(g).responses().get(r).entropies().orElseThrow()));
      }
      shaped.add(responses);
    }
    return new Advantages(shaped, plain.returns());
  }

  private double[] shaped(double[] advantages, double[] entropies) {
    double[] shaped = advantages.clone();
    for (int t = 0; t < shaped.length; t++) {
      double bonus = Math.min(alpha * entropies[t], Math.abs(advantages[t]) / kappa);
      shaped[t] = Scaled.finite(shaped[t] + bonus);
    }
    return shaped;
  }

  @Override
  public int smallestGroup() {
    return of.smallestGroup();
  }

  @Override
  public boolean usesValues() {
    return of.usesValues();
  }

  @Override
  public boolean usesEntropies() {
    return true;
  }
}
