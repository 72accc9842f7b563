package io.braid.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ShuffleTest {
  @Property(tries = 200, seed = "17")
  void everyEpochIsAPermutation(
      @ForAll @IntRange(min = 1, max = 50) int size,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 1000) int epoch) {
    Shuffle shuffle = new Shuffle(size, seed);
    int[] seen =
        LongStream.range((long) epoch * size, (epoch + 1L) * size)
            .mapToInt(shuffle::at)
            .sorted()
            .toArray();

    assertThat(seen).isEqualTo(IntStream.range(0, size).toArray());
  }

  @Property(tries = 100, seed = "17")
  void aPositionDoesNotDependOnEarlierLookups(
      @ForAll @IntRange(min = 1, max = 20) int size, @ForAll long seed) {
    int[] inOrder = places(new Shuffle(size, seed), 100);
    Shuffle asked = new Shuffle(size, seed);
    Random random = new Random(seed);
    for (int i = 0; i < 100; i++) {
      int place = random.nextInt(100);
      assertThat(asked.at(place)).isEqualTo(inOrder[place]);
    }
  }

  @Test
  void epochsAndSeedsHaveDifferentOrders() {
    Set<List<Integer>> orders = new HashSet<>();
    for (long seed = 0; seed < 5; seed++) {
      Shuffle shuffle = new Shuffle(20, seed);
      for (int epoch = 0; epoch < 5; epoch++) {
        orders.add(LongStream.range(20L * epoch, 20L * epoch + 20).mapToObj(shuffle::at).toList());
      }
    }

    assertThat(orders).hasSize(25);
  }

  @Test
  void everyIndexIsFirstEquallyOften() {
    Shuffle shuffle = new Shuffle(4, 1);
    int[] first = new int[4];
    for (long epoch = 0; epoch < 4000; epoch++) {
      first[shuffle.at(4 * epoch)]++;
    }

    assertThat(Arrays.stream(first).boxed()).allMatch(count -> Math.abs(count - 1000) < 150);
  }

  @Test
  void anEpochIsAsLongAsTheDataSet() {
    Shuffle shuffle = new Shuffle(3, 1);

    assertThat(LongStream.range(0, 7).map(shuffle::epoch).toArray())
        .containsExactly(0, 0, 0, 1, 1, 1, 2);
  }

  @Test
  void anEmptyDataSetIsRefused() {
    assertThatThrownBy(() -> new Shuffle(0, 1))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("the data set is empty");
  }

  private static int[] places(Shuffle shuffle, int places) {
    return IntStream.range(0, places).map(shuffle::at).toArray();
  }
}
