package io.braid.eval.suite.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.braid.eval.suite.vision.VisionItem.Step;
import io.braid.task.Problem;
import io.braid.task.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** We-Math's four dimensions and its score on compositions made by hand. */
class WeMathScoresTest {
  private final List<VisionItem> items = new ArrayList<>();
  private final List<List<Boolean>> right = new ArrayList<>();

  /** Adds the parts of a composition: first the whole, then its steps; 1 is right. */
  private void add(String composition, String... samples) {
    for (int number = 0; number < samples.length; number++) {
      String id = composition + "/" + number;
      items.add(
          new VisionItem(
              new Problem(id, "q", new Reference.Text("A")),
              new Gold.Letters(Set.of("A"), Map.of()),
              List.of(),
              Optional.of(new Step(composition, samples.length - 1, number))));
      right.add(samples[number].chars().mapToObj(c -> c == '1').toList());
    }
  }

  private double mean(String score) {
    List<Double> values =
        Optional.ofNullable(new WeMathScores(items, right).byName().get(score)).orElseThrow();
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** 7 compositions: 1 IK and 1 more loosely the same, 1 IG, 2 CM, 2 RM, of which 1 loosely CM. */
  @Test
  void theScoresFollowThePublishedFormula() {
    add("a", "1", "1", "1"); // complete mastery
    add("b", "1", "1", "1", "1"); // complete mastery
    add("c", "1", "0", "1"); // rote memorization strictly, complete mastery loosely
    add("d", "1", "0", "0", "0"); // rote memorization
    add("e", "0", "1", "1"); // inadequate generalization
    add("f", "0", "0", "1"); // insufficient knowledge
    add("g", "0", "0", "0", "0"); // insufficient knowledge
    assertThat(new WeMathScores(items, right).compositions()).isEqualTo(7);
    assertThat(mean("score (strict)")).isCloseTo((7 - 0.5 * 1 - 2 - 2) / 7, within(1e-12));
    assertThat(mean("score (loose)")).isCloseTo((7 - 0.5 * 1 - 1 - 2) / 7, within(1e-12));
    assertThat(mean("complete mastery (strict)")).isCloseTo(2 / 7.0, within(1e-12));
    assertThat(mean("complete mastery (loose)")).isCloseTo(3 / 7.0, within(1e-12));
    assertThat(mean("rote memorization (strict)")).isCloseTo(2 / 7.0, within(1e-12));
    assertThat(mean("rote memorization (loose)")).isCloseTo(1 / 7.0, within(1e-12));
    assertThat(mean("insufficient knowledge")).isCloseTo(2 / 7.0, within(1e-12));
    assertThat(mean("inadequate generalization")).isCloseTo(1 / 7.0, within(1e-12));
  }

  @Test
  void severalSamplesAreAveraged() {
    add("a", "10", "11", "11"); // complete mastery, then inadequate generalization
    assertThat(mean("score (strict)")).isCloseTo((1 + 0.5) / 2, within(1e-12));
    assertThat(mean("inadequate generalization")).isEqualTo(0.5);
  }

  @Test
  void compositionsThatLackAProblemAreLeftOut() {
    add("a", "1", "1", "1");
    add("b", "1", "1", "1");
    items.removeLast();
    right.removeLast();
    WeMathScores scores = new WeMathScores(items, right);
    assertThat(scores.compositions()).isEqualTo(1);
    assertThat(WeMathScores.leftOut(items, scores.compositions())).isEqualTo(1);
    assertThat(new WeMathScores(List.of(), List.of()).byName()).isEmpty();
  }
}
