package io.braid.objective.advantage;

import io.braid.Default;
import io.braid.Doc;
import io.braid.objective.Advantages;
import io.braid.objective.EqualRewards;
import io.braid.objective.GroupRewards;
import io.braid.objective.ResponseRewards;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Generalised advantage estimation with a critic, PPO's advantage (Schulman et al. 2016, arXiv
 * 1506.02438, eq. 16):
 *
 * <pre>
 *   δ_t = r_t + γ V(s_{t+1}) − V(s_t) ,   V = 0 after the last token
 *   Â_t = δ_t + γλ Â_{t+1} ,   and the critic should have said Â_t + V(s_t)
 * </pre>
 *
 * @param gamma γ
 * @param lambda λ: 1 trusts the rewards alone, 0 the critic alone
 * @param whiten whether the batch's advantages get mean 0 and standard deviation 1
 */
public record Gae(
    @Doc("γ: what a reward one token later is worth.") @Default("1.0") double gamma,
    @Doc("1 trusts the rewards alone, 0 the critic alone.") @Default("1.0") double lambda,
    @Default("true") boolean whiten)
    implements AdvantageEstimator {
  /** Checks the discounts. */
  public Gae {
    Discounts.check("gamma", gamma);
    Discounts.check("lambda", lambda);
  }

  @Override
  public Advantages estimate(List<GroupRewards> groups) {
    List<List<double[]>> advantages = new ArrayList<>(groups.size());
    List<List<double[]>> returns = new ArrayList<>(groups.size());
    for (GroupRewards group : EqualRewards.merged(groups)) {
      List<double[]> ofGroup = new ArrayList<>(group.responses().size());
      List<double[]> returnsOfGroup = new ArrayList<>(group.responses().size());
      for (ResponseRewards response : group.responses()) {
        double[] values = response.values().orElseThrow();
        double[] advantage = advantage(response.perToken(), values);
        ofGroup.add(advantage);
        returnsOfGroup.add(sum(advantage, values));
      }
      advantages.add(ofGroup);
      returns.add(returnsOfGroup);
    }
    return new Advantages(whiten ? Whitening.of(advantages) : advantages, Optional.of(returns));
  }

  private double[] advantage(double[] rewards, double[] values) {
    double[] advantage = new double[rewards.length];
    double next = 0;
    double nextValue = 0;
    for (int t = rewards.length - 1; t >= 0; t--) {
      double delta = rewards[t] + gamma * nextValue - values[t];
      next = Scaled.finite(delta + gamma * lambda * next);
      nextValue = values[t];
      advantage[t] = next;
    }
    return advantage;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int t = 0; t < sum.length; t++) {
      sum[t] = Scaled.finite(sum[t] + b[t]);
    }
    return sum;
  }

  @Override
  public boolean keepsTokenRewards() {
    return true;
  }

  @Override
  public int smallestGroup() {
    return 1;
  }

  @Override
  public boolean usesValues() {
    return true;
  }
}
