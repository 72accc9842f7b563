package io.braid.objective;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.objective.signal.EntropyBonus;
import io.braid.objective.signal.KlPenalty;
import io.braid.objective.signal.TokenSignal;
import io.braid.objective.signal.TokenSignalSettings;
import io.braid.trajectory.Column;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import io.braid.verify.PartRewards;
import io.braid.verify.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Terms that are added to a verifier's rewards before advantages are estimated.
 *
 * @param overlong the penalty of responses near the length limit
 * @param klCoef coefficient of the KL penalty at each token; 0 for none
 * @param entropyCoef coefficient of the entropy bonus at each token; 0 for none
 * @param signals further token signals
 */
public record RewardSettings(
    @Doc("The penalty of responses near the length limit.") Optional<OverlongPenalty> overlong,
    @Doc("Coefficient of the KL penalty at each token: log π_old − log π_ref (k1).") @Default("0.0")
        double klCoef,
    @Doc("Coefficient of the entropy bonus at each token, in nats.") @Default("0.0")
        double entropyCoef,
    @Doc("Further token rewards, by classes that implement TokenSignalSettings.") @Default("[]")
        List<TokenSignalSettings> signals) {
  /** Uses the verifier's rewards unchanged. */
  public static final RewardSettings PLAIN = new RewardSettings(Optional.empty(), 0);

  /** Checks the settings. */
  public RewardSettings {
    check("kl_coef", klCoef);
    check("entropy_coef", entropyCoef);
    signals = List.copyOf(signals);
  }

  /** Creates settings without an entropy bonus. */
  public RewardSettings(Optional<OverlongPenalty> overlong, double kl) {
    this(overlong, kl, 0, List.of());
  }

  private static void check(String key, double coefficient) {
    if (!(coefficient >= 0 && coefficient < Double.POSITIVE_INFINITY)) {
      throw new SettingError(key, "must be 0 or more, got " + coefficient);
    }
  }

  /** Returns the number of token signals that {@link #createSignals} creates. */
  public int signalCount() {
    return (klCoef > 0 ? 1 : 0) + (entropyCoef > 0 ? 1 : 0) + signals.size();
  }

  /**
   * Creates the token signals of these settings.
   *
   * @return the KL penalty, the entropy bonus and the further signals; the caller closes them
   */
  public List<TokenSignal> createSignals() {
    List<TokenSignal> created = new ArrayList<>();
    if (klCoef > 0) {
      created.add(new KlPenalty(klCoef));
    }
    if (entropyCoef > 0) {
      created.add(new EntropyBonus(entropyCoef));
    }
    try {
      signals.forEach(
          each -> created.add(Check.returned("rewards.signals", each, "create", each.create())));
    } catch (RuntimeException | Error e) {
      created.forEach(TokenSignal::close);
      throw e;
    }
    return created;
  }

  /**
   * Fills the rewards of responses and tokens from the verdicts.
   *
   * @param limit maximum length of a response, in tokens
   * @param byToken whether rewards that the verifier gave to tokens or steps stay at their tokens;
   *     otherwise they are summed per response
   * @return the table with {@link Column#REWARD} and {@link Column#TOKEN_REWARDS}
   */
  public Trajectories fill(Trajectories t, int limit, boolean byToken) {
    List<Verdict> verdicts = t.get(Column.VERDICT);
    double[] rewards = new double[t.rows()];
    double[] ofTokens = new double[t.tokens()];
    for (int row = 0; row < rewards.length; row++) {
      Verdict verdict = verdicts.get(row);
      double parts = 0;
      if (byToken && verdict.parts().isPresent()) {
        place(verdict.parts().get(), t.sequence(row), ofTokens, t.start(row));
        parts = Arrays.stream(ofTokens, t.start(row), t.start(row + 1)).sum();
      }
      int length = t.sequence(row).response().length;
      double penalty = overlong.map(soft -> soft.of(length, limit)).orElse(0.0);
      rewards[row] = verdict.reward() - parts + penalty;
    }
    return t.with(Column.REWARD, rewards).with(Column.TOKEN_REWARDS, ofTokens);
  }

  /**
   * Writes the rewards of a response's tokens into a column. The reward of a token outside the loss
   * mask is added to the trained token before it, or to the first trained token.
   */
  private static void place(PartRewards parts, Sequence sequence, double[] column, int start) {
    List<Double> numbers = parts.numbers();
    int at = start - 1;
    for (int i = 0; i < numbers.size(); i++) {
      at += sequence.lossMask()[i] ? 1 : 0;
      column[Math.max(start, at)] += numbers.get(i);
    }
  }
}
