package io.braid.objective.advantage;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.objective.Estimate;
import io.braid.trajectory.Column;
import io.braid.trajectory.Trajectories;
import java.util.HashSet;
import java.util.Set;

/**
 * Entropy-based advantage shaping (Cheng et al. 2025, arXiv 2506.14758, eq. 5 and 6): tokens at
 * which the policy was uncertain get a bonus on another estimator's advantage. The bonus is a
 * constant, and too small to change an advantage's sign.
 *
 * <p>Â_t + min(α H_t, |Â_t| / κ)
 *
 * @param of the estimator whose advantage is shaped
 * @param alpha α, the bonus per nat of entropy
 * @param kappa κ: the bonus is at most |Â_t| / κ
 */
public record EntropyShaping(
    @Doc("The estimator whose advantage is shaped.") @Default("grpo") AdvantageEstimator of,
    @Doc("The bonus per nat of entropy.") @Default("0.4") double alpha,
    @Doc("The bonus is at most the advantage's absolute value divided by this.") @Default("2.0")
        double kappa)
    implements AdvantageEstimator {
  /** Checks that the bonus cannot change a sign. */
  public EntropyShaping {
    Check.above("alpha", alpha, 0);
    if (!(kappa > 1)) {
      throw new SettingError(
          "kappa",
          "must be above 1, got %s; at 1 the bonus could cancel an advantage".formatted(kappa));
    }
    if (of instanceof EntropyShaping) {
      throw new SettingError(
          "of", "entropy-shaping is applied twice; apply it once, to another estimator");
    }
  }

  @Override
  public Estimate estimate(Trajectories t) {
    Estimate plain = of.estimate(t);
    double[] shaped = plain.advantages().clone();
    float[] entropies = t.get(Column.ENTROPIES);
    for (int i = 0; i < shaped.length; i++) {
      double bonus = Math.min(alpha * entropies[i], Math.abs(shaped[i]) / kappa);
      shaped[i] = Scaled.finite(shaped[i] + bonus);
    }
    return new Estimate(shaped, plain.returns());
  }

  @Override
  public int smallestGroup() {
    return of.smallestGroup();
  }

  @Override
  public Set<Column<float[]>> needs() {
    Set<Column<float[]>> all = new HashSet<>(of.needs());
    all.add(Column.ENTROPIES);
    return Set.copyOf(all);
  }
}
