package io.braid.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.flow.FlowContext.Mode;
import io.braid.model.PackedSequence;
import io.braid.tensor.DType;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LatentRowsTest {
  /** Two sequences: prompt 0 1 with response 2 3 4, and prompt 5 with response 6 7. */
  private static final int[] PROMPTS = {2, 1};

  private static final int[] RESPONSES = {3, 2};

  private static final List<Mode> MODES = List.of(Mode.values());

  private final Scope scope = Scope.open();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void aConditionOneTokenEarlier() {
    LatentRows rows = rows(new FlowContext(Mode.TOKEN_POST, 1));

    assertThat(rows.kept().toLongs()).containsExactly(1, 2, 3, 4, 5, 6, 7);
    isPairs(rows, 0, "2<1 3<2 4<3 6<5 7<6");
    assertThat(rows.positions()).containsExactly(0, 1, 2, 0, 1);
    assertThat(rows.scored()).containsExactly(1, 1, 1, 1, 1);
  }

  @Test
  void aConditionTwoTokensEarlierIsNotInThePreviousSequence() {
    LatentRows rows = rows(new FlowContext(Mode.TOKEN_POST, 2));

    assertThat(rows.kept().toLongs()).containsExactly(0, 1, 2, 3, 4, 5, 7);
    isPairs(rows, 0, "2<0 3<1 4<2 7<5");
    assertThat(rows.scored()).containsExactly(1, 1, 1, 0, 1);
  }

  @Test
  void aLaterConditionIsNotInTheNextSequence() {
    LatentRows one = rows(new FlowContext(Mode.TOKEN_PRE, 1));
    LatentRows two = rows(new FlowContext(Mode.TOKEN_PRE, 2));

    assertThat(one.kept().toLongs()).containsExactly(2, 3, 4, 6, 7);
    isPairs(one, 0, "2<3 3<4 6<7");
    assertThat(one.scored()).containsExactly(1, 1, 0, 1, 0);
    assertThat(two.kept().toLongs()).containsExactly(2, 4);
    isPairs(two, 0, "2<4");
  }

  @Test
  void aTokenMayBeItsOwnCondition() {
    LatentRows rows = rows(new FlowContext(Mode.IDENTITY, 1));

    assertThat(rows.kept().toLongs()).containsExactly(2, 3, 4, 6, 7);
    isPairs(rows, 0, "2<2 3<3 4<4 6<6 7<7");
  }

  @Test
  void severalContextsShareRows() {
    LatentRows rows = rows(new FlowContext(Mode.TOKEN_POST, 2), new FlowContext(Mode.TOKEN_PRE, 1));

    assertThat(rows.kept().toLongs()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    isPairs(rows, 0, "2<0 3<1 4<2 7<5");
    isPairs(rows, 1, "2<3 3<4 6<7");
    assertThat(rows.scored()).containsExactly(2, 2, 1, 1, 1);
  }

  @Test
  void supportsPromptsAndResponsesOfOneToken() {
    int[] one = {1};

    LatentRows behind =
        LatentRows.of(Fields.packed(one, one), List.of(new FlowContext(Mode.TOKEN_POST, 1)));
    LatentRows far =
        LatentRows.of(
            Fields.packed(one, one), List.of(new FlowContext(Mode.TOKEN_POST, Integer.MAX_VALUE)));
    LatentRows before =
        LatentRows.of(
            Fields.packed(one, one), List.of(new FlowContext(Mode.TOKEN_PRE, Integer.MAX_VALUE)));

    isPairs(behind, 0, "1<0");
    assertThat(far.kept().toLongs()).isEmpty();
    assertThat(far.scored()).containsExactly(0);
    assertThat(before.kept().toLongs()).isEmpty();
    assertThat(before.scored()).containsExactly(0);
  }

  @Test
  void responsesToOnePromptShareThePromptsRows() {
    List<PackedSequence> sequences =
        List.of(new PackedSequence(0, 2, 2, 2), new PackedSequence(0, 2, 4, 1));

    LatentRows rows = LatentRows.of(sequences, List.of(new FlowContext(Mode.TOKEN_POST, 2)));

    assertThat(rows.kept().toLongs()).containsExactly(0, 1, 2, 3, 4);
    isPairs(rows, 0, "2<0 3<1 4<0");
    assertThat(rows.pairs().getFirst().positions().toLongs()).containsExactly(0, 1, 0);
  }

  @Property(tries = 300, seed = "17")
  void matchesABruteForceSearch(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int sequences) {
    Random random = new Random(seed);
    int[] prompts = random.ints(sequences, 1, 4).toArray();
    int[] responses = random.ints(sequences, 1, 6).toArray();
    List<FlowContext> contexts = new ArrayList<>();
    for (int c = 0; c < 1 + random.nextInt(3); c++) {
      contexts.add(new FlowContext(MODES.get(random.nextInt(3)), 1 + random.nextInt(4)));
    }

    try (Scope own = Scope.open()) {
      LatentRows rows = LatentRows.of(Fields.packed(prompts, responses), contexts);
      TreeSet<Long> kept = new TreeSet<>();
      int n = rows.tokens();
      int[] scored = new int[n];
      for (int c = 0; c < contexts.size(); c++) {
        List<String> expected = new ArrayList<>();
        int begin = 0;
        int number = 0;
        for (int s = 0; s < sequences; s++) {
          int end = begin + prompts[s] + responses[s];
          for (int at = begin + prompts[s]; at < end; at++, number++) {
            for (int condition = begin; condition < end; condition++) {
              FlowContext context = contexts.get(c);
              boolean fits =
                  switch (context.mode()) {
                    case TOKEN_POST -> at - condition == context.shift();
                    case TOKEN_PRE -> condition - at == context.shift();
                    case IDENTITY -> condition == at;
                  };
              if (fits) {
                kept.add((long) at);
                kept.add((long) condition);
                scored[number]++;
                expected.add(at + "<" + condition);
              }
            }
          }
          begin = end;
        }
        isPairs(rows, c, String.join(" ", expected));
      }
      assertThat(rows.scored()).isEqualTo(scored);
      assertThat(rows.kept().toLongs())
          .isEqualTo(kept.stream().mapToLong(Long::longValue).toArray());
    }
  }

  @Test
  void keepsOnlyTheNeededRowsAndLayersWithoutGradients() {
    Latents latents =
        new Latents(List.of(0, 2), rows(new FlowContext(Mode.TOKEN_PRE, 2))); // rows 2 and 4
    Tensor numbers = Tensor.arange(8).to(DType.BFLOAT16).unsqueeze(1).requiresGrad(true); // [8, 1]
    for (int layer = 0; layer <= 2; layer++) {
      latents.see(layer, numbers.plus(10.0 * layer));
    }

    assertThat(latents.depth()).isEqualTo(3);
    assertThat(latents.at(0).toFloats()).containsExactly(12, 14); // after decoder layer 0
    assertThat(latents.at(0).shape()).containsExactly(2, 1);
    assertThat(latents.at(0).dtype()).isEqualTo(DType.FLOAT32);
    assertThat(latents.at(0).requiresGrad()).isFalse();
    assertThatThrownBy(() -> latents.at(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("layer 2 has not been computed");
    assertThat(latents.tokens()).isEqualTo(5);
    assertThat(latents.scored(0)).isTrue();
    assertThat(latents.scored(1)).isFalse();
  }

  private static LatentRows rows(FlowContext... contexts) {
    return LatentRows.of(Fields.packed(PROMPTS, RESPONSES), List.of(contexts));
  }

  /** Checks pairs of targets and conditions as tokens of the whole batch. */
  private static void isPairs(LatentRows rows, int context, String expected) {
    LatentRows.Pairs pairs = rows.pairs().get(context);
    long[] kept = rows.kept().toLongs();
    long[] targets = pairs.targets().toLongs();
    long[] conditions = pairs.conditions().toLongs();
    long[] places = pairs.positions().toLongs();
    long[] tokens = pairs.tokens().toLongs();
    List<String> found = new ArrayList<>();
    for (int i = 0; i < targets.length; i++) {
      found.add(kept[(int) targets[i]] + "<" + kept[(int) conditions[i]]);
      assertThat(tokens[i]).isEqualTo(pairs.numbers()[i]);
      assertThat(places[i]).isEqualTo(rows.positions()[pairs.numbers()[i]]);
    }
    assertThat(String.join(" ", found)).isEqualTo(expected);
  }
}
