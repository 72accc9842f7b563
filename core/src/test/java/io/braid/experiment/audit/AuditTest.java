package io.braid.experiment.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.experiment.audit.Audit.Moment;
import io.braid.experiment.audit.Audit.Result;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditTest {
  private static final double BETA = 1.5;

  private static Audit audit() {
    ModesTask task = ModesTask.planted(4, 3, List.of(1.0, 0.8, 0.7), 1);
    return new Audit(task, new Audit.Shape(32, 1, 0.08, BETA, 128), 1);
  }

  private static Result run(Audit audit, Algorithm algorithm) {
    return audit.run(algorithm, (done, kl) -> {});
  }

  @Test
  void flowRlApproachesTheTargetAndGrpoDoesNot() {
    try (Audit audit = audit()) {
      Result flowRl = run(audit, Algorithm.flowRl(BETA, 200));
      Result grpo = run(audit, Algorithm.grpo(100));

      Moment first = flowRl.course().getFirst();
      assertThat(first.step()).isZero();
      assertThat(flowRl.kl()).isLessThan(0.1).isLessThan(first.kl() / 4);
      assertThat(flowRl.modes()).isEqualTo(3);
      assertThat(flowRl.reward()).isCloseTo(audit.targetReward(), within(0.05));
      assertThat(flowRl.logZ().orElseThrow()).isCloseTo(audit.target().logZ(), within(0.1));

      assertThat(grpo.kl()).isGreaterThan(1);
      assertThat(grpo.modes()).isEqualTo(1);
      assertThat(grpo.reward()).isGreaterThan(audit.targetReward());
      assertThat(grpo.logZ()).isEmpty();
    }
  }

  @Test
  void everySourceOfLogZLeadsToTheTarget() {
    try (Audit audit = audit()) {
      double exact = audit.target().logZ();
      for (Algorithm algorithm : Algorithm.logZ(BETA, exact, 200)) {
        Result result = run(audit, algorithm);

        assertThat(result.kl())
            .as(algorithm.name())
            .isLessThan(result.course().getFirst().kl() / 2);
        if (algorithm.name().startsWith("disa, 1024")) {
          assertThat(result.logZ().orElseThrow()).isCloseTo(exact, within(0.05));
        }
        if (algorithm.name().equals("constant, exact")) {
          assertThat(result.logZ().orElseThrow()).isCloseTo(exact, within(1e-6));
        }
      }
    }
  }

  /** exp(L (estimate − log Z)) is a mean over proposals, so it is 1 on average. */
  @Test
  void disaEstimatesZWithoutBias() {
    int audits = 60;
    double sum = 0;
    double squares = 0;
    for (int seed = 1; seed <= audits; seed++) {
      ModesTask task = ModesTask.planted(4, 3, List.of(1.0, 0.8, 0.7), seed);
      try (Audit audit = new Audit(task, new Audit.Shape(32, 1, 0.08, BETA, 4), seed)) {
        Algorithm disa = Algorithm.logZ(BETA, audit.target().logZ(), 1).get(1);
        assertThat(disa.name()).isEqualTo("disa, 64");
        double estimate = run(audit, disa).logZ().orElseThrow();
        double ratio = Math.exp(task.length() * (estimate - audit.target().logZ()));
        sum += ratio;
        squares += ratio * ratio;
      }
    }
    double mean = sum / audits;
    double error = Math.sqrt((squares / audits - mean * mean) / (audits - 1));
    assertThat(error).isLessThan(0.05); // so that the comparison is meaningful
    assertThat(mean).isCloseTo(1, within(3 * error));
  }

  @Test
  void everyAlgorithmStartsAtTheReferenceAndEndsWithADistribution() {
    try (Audit audit = audit()) {
      double before = run(audit, Algorithm.grpo(1)).course().getFirst().kl();
      for (Algorithm algorithm :
          List.of(
              Algorithm.flowRl(BETA, 3),
              Algorithm.grpo(3),
              Algorithm.ppo(3),
              Algorithm.reinforcePlusPlus(3))) {
        Result result = run(audit, algorithm);

        assertThat(result.course()).as(algorithm.name()).hasSize(4);
        assertThat(result.course().getFirst().kl()).isEqualTo(before);
        assertThat(result.kl()).isNotEqualTo(before);
        assertThat(Arrays.stream(result.logProbs()).map(Math::exp).sum())
            .isCloseTo(1, within(1e-12));
      }
    }
  }

  @Test
  void theSameSeedGivesTheSameNumbers() {
    try (Audit one = audit();
        Audit other = audit()) {
      assertThat(run(one, Algorithm.ppo(3)).logProbs())
          .containsExactly(run(other, Algorithm.ppo(3)).logProbs());
    }
  }

  @Test
  void aModeIsCoveredAtHalfOfTheTargetsMassAroundIt() {
    try (Audit audit = audit()) {
      double[] target = audit.target().logProbs();
      assertThat(audit.covered(target)).isEqualTo(3);

      double[] mass = audit.massByMode(target);
      assertThat(Arrays.stream(mass).sum()).isBetween(0.5, 1.0);
      assertThat(audit.covered(scaledAroundMode(audit, target, 0.51))).isEqualTo(3);
      assertThat(audit.covered(scaledAroundMode(audit, target, 0.49))).isEqualTo(2);
    }
  }

  /** Returns the target with a reduced mass around the first mode. */
  private static double[] scaledAroundMode(Audit audit, double[] target, double share) {
    double[] scaled = target.clone();
    for (int string = 0; string < scaled.length; string++) {
      if (audit.task().modeNear(audit.task().text(string)).orElse(-1) == 0) {
        scaled[string] += Math.log(share);
      }
    }
    return scaled;
  }
}
