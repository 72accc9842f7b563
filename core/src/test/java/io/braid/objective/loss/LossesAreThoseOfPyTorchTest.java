package io.braid.objective.loss;

import static io.braid.objective.LossesGolden.elements;
import static io.braid.objective.LossesGolden.flat;
import static io.braid.objective.LossesGolden.numbers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.objective.LossesGolden;
import io.braid.objective.loss.Flowrl.Ratio;
import io.braid.objective.loss.Flowrl.Variant;
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

/** Compares values and gradients with autograd in double precision (parity/losses.py). */
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
          default ->
              new Aggregation.SequenceMeanTokenSumNorm(golden.required("lengthDivisor").asDouble());
        };

    compare(surrogate(golden, aggregation, Optional.empty()), ANSWERS, golden);
  }

  @Test
  void clippedSurrogateWithExtremeRatios() {
    JsonNode golden = golden("extreme.clipped.tokenMean");
    compare(surrogate(golden, new Aggregation.TokenMean(), Optional.empty()), extreme(), golden);
  }

  @ParameterizedTest
  @EnumSource(names = {"K2", "K3"})
  void theKlTermIsWeightedByTheRatioWithItsGradient(Estimator estimator) {
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
    try (FlowrlLoss loss =
        Packed.flowRl(golden.required("beta").asDouble(), golden.required("eps").asDouble())) {

      Outcome outcome = compare(loss::of, ANSWERS, golden);

      double[] byGroup = new double[3];
      for (int r = 0; r < outcome.byLogZ().length; r++) {
        byGroup[r / 4] += outcome.byLogZ()[r];
      }
      assertThat(byGroup).containsExactly(numbers(golden.required("gradLogZ")), CLOSE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flowrl.sequence.beta15",
        "flowrl.sequence-mean.beta1",
        "flowrl.none.beta1",
      })
  void flowRlsVariants(String name) {
    JsonNode golden = golden(name);
    try (FlowrlLoss loss =
        Packed.flowRl(balance(golden, new LogZ.Learned(/* dropout= */ 0, 1e-4)))) {
      compare(loss::of, ANSWERS, golden);
    }
  }

  /**
   * The mean of each micro-batch is scaled by 9 over the step's responses, so the split matters.
   */
  @ParameterizedTest
  @ValueSource(strings = {"flowrl.released.beta15.whole", "flowrl.released.beta15.parts"})
  void flowRlAsReleased(String name) {
    JsonNode golden = golden(name);
    List<List<Answer>> parts =
        golden
            .required("parts")
            .valueStream()
            .map(part -> part.valueStream().map(at -> ANSWERS.get(at.asInt())).toList())
            .toList();
    try (FlowrlLoss loss =
        Packed.flowRl(balance(golden, new LogZ.Learned(/* dropout= */ 0, 1e-4)))) {
      Outcome outcome = Packed.outcomeOfParts(loss::of, parts);

      compare(outcome, golden);
      double[] byGroup = new double[3];
      for (int r = 0; r < outcome.byLogZ().length; r++) {
        byGroup[r / 4] += outcome.byLogZ()[r];
      }
      assertThat(byGroup).containsExactly(numbers(golden.required("gradLogZ")), CLOSE);
    }
  }

  @Test
  void flowRlAsReleasedWithExtremeRatios() {
    JsonNode golden = golden("extreme.flowrl.sequence-unclipped.beta1");
    double[] logZ = numbers(LossesGolden.part("logZ"));
    List<Answer> extreme = new ArrayList<>();
    for (Answer answer : extreme()) {
      extreme.add(
          new Answer(
              answer.policy(),
              answer.old(),
              answer.ref(),
              answer.advantages()[0],
              logZ[extreme.size()]));
    }
    try (FlowrlLoss loss =
        Packed.flowRl(balance(golden, new LogZ.Learned(/* dropout= */ 0, 1e-4)))) {
      Outcome outcome = compare(loss::of, extreme, golden);

      assertThat(outcome.byLogZ()).containsExactly(numbers(golden.required("gradLogZ")), CLOSE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"groupMean", "batchMean"})
  void flowRlWithTheMeanResidualAsLogZ(String name) {
    LogZ logZ = name.equals("groupMean") ? new LogZ.GroupMean() : new LogZ.BatchMean();
    JsonNode golden = golden("flowrl.sequence.beta1." + name);
    try (FlowrlLoss loss = Packed.flowRl(balance(golden, logZ))) {
      Packed.prepare(loss, ANSWERS);
      compare((batch, given) -> loss.of(batch), ANSWERS, golden);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tokens.clipped.tokenMean",
        "clipped.dual1.4.tokenMean",
        "clipped.dual3.tokenMean",
        "tokens.clipped.dual1.4.tokenMean",
        "tokens.clipped.dual3.tokenMean",
        "extreme.clipped.dual3.tokenMean"
      })
  void dualClipAndTokenAdvantages(String name) {
    JsonNode golden = golden(name);

    compare(
        surrogate(golden, new Aggregation.TokenMean(), Optional.empty()), answers(name), golden);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cispo.tokenMean",
        "tokens.cispo.tokenMean",
        "cispo.boundedAbove.tokenMean",
        "cispo.sequenceMeanTokenMean"
      })
  void cispo(String name) {
    JsonNode golden = golden(name);
    Cispo loss =
        new Cispo(
            golden.required("epsLow").asDouble(),
            golden.required("epsHigh").asDouble(),
            name.endsWith(".tokenMean")
                ? new Aggregation.TokenMean()
                : new Aggregation.SequenceMeanTokenMean(),
            Optional.empty());

    compare((batch, logZ) -> loss.of(batch), answers(name), golden);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gspo", "gspo.tokenForm", "tokens.gspo.tokenForm"})
  void gspo(String name) {
    JsonNode golden = golden(name);
    Gspo loss =
        new Gspo(
            golden.required("epsLow").asDouble(),
            golden.required("epsHigh").asDouble(),
            new Aggregation.SequenceMeanTokenMean(),
            Optional.empty());

    compare((batch, logZ) -> loss.of(batch), answers(name), golden);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token.truncate",
        "token.mask",
        "token.reject",
        "sequence.truncate",
        "sequence.mask",
        "sequence.reject"
      })
  void theSurrogateWithRolloutCorrection(String weights) {
    JsonNode golden = golden("corrected." + weights);

    compare(
        surrogate(golden, new Aggregation.TokenMean(), Optional.empty()),
        corrected(weights),
        golden);
  }

  @Test
  void theRolloutCorrectionAppliesToTheKlTermToo() {
    JsonNode golden = golden("corrected.token.truncate.k3");
    KlTerm kl = new KlTerm(Estimator.K3, golden.required("coefficient").asDouble());

    compare(
        surrogate(golden, new Aggregation.TokenMean(), Optional.of(kl)),
        corrected("token.truncate"),
        golden);
  }

  private static Flowrl balance(JsonNode golden, LogZ logZ) {
    String ratio = golden.required("ratio").asString();
    boolean released = ratio.endsWith("-unclipped");
    return new Flowrl(
        Beta.of(golden.required("beta").asDouble()),
        golden.path("eps").asDouble(0.2),
        released ? Variant.RELEASED : Variant.PAPER,
        switch (ratio) {
          case "sequence-mean" -> Ratio.SEQUENCE_MEAN;
          case "none" -> Ratio.NONE;
          default -> Ratio.SEQUENCE;
        },
        logZ);
  }

  private static List<Answer> corrected(String weights) {
    List<JsonNode> rows = elements(LossesGolden.part("rolloutWeights").required(weights));
    List<Answer> corrected = new ArrayList<>();
    for (Answer answer : ANSWERS) {
      corrected.add(answer.corrected(numbers(rows.get(corrected.size()))));
    }
    return corrected;
  }

  /** Returns the responses of a named case. */
  private static List<Answer> answers(String name) {
    if (name.startsWith("extreme.")) {
      return extreme();
    }
    if (!name.startsWith("tokens.")) {
      return ANSWERS;
    }
    List<Answer> all = new ArrayList<>();
    for (JsonNode response : LossesGolden.responses()) {
      all.add(ANSWERS.get(all.size()).with(numbers(response.required("tokenAdvantage"))));
    }
    return all;
  }

  private static List<Answer> extreme() {
    return elements(LossesGolden.part("extreme")).stream()
        .map(r ->
            new Answer(
                numbers(r.required("policy")),
                numbers(r.required("old")),
                numbers(r.required("ref")),
                r.required("advantage").asDouble(),
                0))
        .toList();
  }

  private static Packed.Loss surrogate(
      JsonNode golden, Aggregation aggregation, Optional<KlTerm> kl) {
    PpoClip loss =
        new PpoClip(
            golden.required("epsLow").asDouble(),
            golden.required("epsHigh").asDouble(),
            golden.has("dualClip")
                ? Optional.of(golden.required("dualClip").asDouble())
                : Optional.empty(),
            aggregation,
            kl);
    return (batch, logZ) -> loss.of(batch);
  }

  private static Outcome compare(Packed.Loss loss, List<Answer> answers, JsonNode golden) {
    Outcome outcome = Packed.outcome(loss, answers);
    compare(outcome, golden);
    return outcome;
  }

  private static void compare(Outcome outcome, JsonNode golden) {
    assertThat(outcome.loss()).isCloseTo(golden.required("loss").asDouble(), CLOSE);
    assertThat(outcome.byToken()).containsExactly(flat(golden.required("gradPolicy")), CLOSE);
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
                  logZ[response.required("group").asInt()])
              .of(response.required("group").asInt()));
    }
    return answers;
  }
}
