package io.braid.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final Offset<Double> EXACT = Offset.offset(1e-12);

  /**
   * Both judges agree on 20 + 15 of 50 responses: p_o = 0.7, p_e = (25·30 + 25·20) / 2500 = 0.5, κ
   * = 0.4.
   */
  @Test
  void cohensKappa() {
    Agreement agreement = new Agreement(20, 5, 10, 15);
    assertThat(agreement.count()).isEqualTo(50);
    assertThat(agreement.share().orElseThrow()).isCloseTo(0.7, EXACT);
    assertThat(agreement.kappa().orElseThrow()).isCloseTo(0.4, EXACT);
  }

  @Test
  void perfectAndOppositeJudges() {
    assertThat(new Agreement(3, 0, 0, 4).kappa().orElseThrow()).isCloseTo(1, EXACT);
    assertThat(new Agreement(0, 3, 3, 0).kappa().orElseThrow()).isCloseTo(-1, EXACT);
  }

  @Test
  void independentJudgesHaveAKappaOfZero() {
    assertThat(new Agreement(1, 2, 3, 6).kappa().orElseThrow()).isCloseTo(0, EXACT);
  }

  @Test
  void kappaIsUndefinedIfChanceAlwaysAgrees() {
    assertThat(new Agreement(0, 0, 0, 9).kappa()).isEmpty();
    assertThat(new Agreement(9, 0, 0, 0).kappa()).isEmpty();
    assertThat(Agreement.NONE.kappa()).isEmpty();
    assertThat(Agreement.NONE.share()).isEmpty();
  }

  @Test
  void addsAResponse() {
    assertThat(
            Agreement.NONE
                .and(true, true)
                .and(true, false)
                .and(true, false)
                .and(false, true)
                .and(false, false))
        .isEqualTo(new Agreement(1, 2, 1, 1));
  }

  @Test
  void manyResponsesDoNotOverflow() {
    int many = 500_000_000;
    assertThat(new Agreement(many, 0, 0, many).kappa().orElseThrow()).isCloseTo(1, EXACT);
  }
}
