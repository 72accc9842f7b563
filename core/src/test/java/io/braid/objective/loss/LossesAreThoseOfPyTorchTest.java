package io.braid.objective.loss;

import static io.braid.objective.LossesGolden.elements;
import static io.braid.objective.LossesGolden.flat;
import static io.braid.objective.LossesGolden.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.LossesGolden;
import io.braid.objective.loss.KlTerm.Estimator;
import io.braid.objective.loss.Packed.Answer;
import io.braid.objective.loss.Packed.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Values and gradients against autograd's in double precision (parity/losses.py). */
class LossesAreThoseOfPyTorchTest {
  private static final Offset<Double> CLOSE = within(1e-6);
  private static final List<Answer> ANSWERS = answers();

  @ParameterizedTest
  @ValueSource(strings = {"tokenMean", "sequenceMeanTokenMean", "constant"})
  void clippedSurrogate(String name) {
    JsonNode golden = golden("clipped." + name);
    Aggregation aggregation =
        switch (name) {
          case "tokenMean" -> new Aggregation.TokenMean();
          case "sequenceMeanTokenMean" -> new Aggregation.SequenceMeanTokenMean();
          default -> new Aggregation.Constant(golden.required("lengthDivisor").asDouble());
        };

    compare(surrogate(golden, aggregation, Optional.empty()), ANSWERS, golden);
  }

  @Test
  void clippedSurrogateOfRatiosBeyondTheirBound() {
    JsonNode golden = golden("extreme.clipped.tokenMean");
    List<Answer> extreme =
        elements(LossesGolden.part("extreme")).stream()
            .map(r ->
                new Answer(
                    numbers(r.required("policy")),
                    numbers(r.required("old")),
                    numbers(r.required("policy")),
                    r.required("advantage").asDouble(),
                    0))
            .toList();

    compare(surrogate(golden, new Aggregation.TokenMean(), Optional.empty()), extreme, golden);
  }

  @ParameterizedTest
  @EnumSource(names = {"K2", "K3"})
  void theKlTermIsWeightedByTheRatioWhoseGradientCounts(Estimator estimator) {
    JsonNode clipped = golden("clipped.tokenMean");
    JsonNode kl = golden(estimator.name().toLowerCase(java.util.Locale.ROOT) + ".differentiated");
    double coefficient = 0.25;

    Outcome outcome =
        Packed.outcome(
            surrogate(
                clipped,
                new Aggregation.TokenMean(),
                Optional.of(new KlTerm(estimator, coefficient))),
            ANSWERS);

    assertThat(outcome.loss())
        .isCloseTo(
            clipped.required("loss").asDouble() + coefficient * kl.required("loss").asDouble(),
            CLOSE);
    double[] expected = flat(clipped.required("gradPolicy"));
    double[] ofKl = flat(kl.required("gradPolicy"));
    for (int i = 0; i < expected.length; i++) {
      expected[i] += coefficient * ofKl[i];
    }
    assertThat(outcome.byToken()).containsExactly(expected, CLOSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flowrl.sequence.beta15", "flowrl.sequence.beta1"})
  void flowRl(String name) {
    JsonNode golden = golden(name);
    try (FlowRl loss =
        Packed.flowRl(golden.required("beta").asDouble(), golden.required("eps").asDouble())) {

      Outcome outcome = compare(loss::of, ANSWERS, golden);

      double[] byGroup = new double[3];
      for (int r = 0; r < outcome.byLogZ().length; r++) {
        byGroup[r / 4] += outcome.byLogZ()[r];
      }
      assertThat(byGroup).containsExactly(numbers(golden.required("gradLogZ")), CLOSE);
    }
  }

  private static Packed.Loss surrogate(
      JsonNode golden, Aggregation aggregation, Optional<KlTerm> kl) {
    ClippedSurrogate loss =
        new ClippedSurrogate(
            golden.required("epsLow").asDouble(),
            golden.required("epsHigh").asDouble(),
            Optional.empty(),
            aggregation,
            kl);
    return (batch, logZ) -> loss.of(batch);
  }

  private static Outcome compare(Packed.Loss loss, List<Answer> answers, JsonNode golden) {
    Outcome outcome = Packed.outcome(loss, answers);
    assertThat(outcome.loss()).isCloseTo(golden.required("loss").asDouble(), CLOSE);
    assertThat(outcome.byToken()).containsExactly(flat(golden.required("gradPolicy")), CLOSE);
    return outcome;
  }

  private static JsonNode golden(String name) {
    return LossesGolden.part("losses").required(name);
  }

  private static List<Answer> answers() {
    double[] advantages = numbers(LossesGolden.part("advantages").required("groupNormalised"));
    double[] logZ = numbers(LossesGolden.part("logZ"));
    List<Answer> answers = new ArrayList<>();
    for (JsonNode response : LossesGolden.responses()) {
      answers.add(
          new Answer(
              numbers(response.required("policy")),
              numbers(response.required("old")),
              numbers(response.required("ref")),
              advantages[answers.size()],
              logZ[response.required("group").asInt()]));
    }
    return answers;
  }
}
