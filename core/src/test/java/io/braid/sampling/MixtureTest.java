package io.braid.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.sampling.Mixture.Part;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MixtureTest {
  private static int source(List<Part> parts, int problem) {
    int source = 0;
    int rest = problem;
    while (rest >= parts.get(source).size()) {
      rest -= parts.get(source).size();
      source++;
    }
    return source;
  }

  private static List<Part> parts(List<Integer> weights) {
    return IntStream.range(0, weights.size())
        .mapToObj(i -> new Part(3 + i, weights.get(i)))
        .toList();
  }

  /** In every prefix of the order, each source has its share to within less than one problem. */
  @Property(seed = "17", tries = 200)
  void everyPrefixHoldsEachSourcesShare(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 50) Integer> weights) {
    List<Part> parts = parts(weights);
    double all = weights.stream().mapToInt(Integer::intValue).sum();
    Mixture mixture = new Mixture(parts, 5);
    int[] given = new int[parts.size()];
    for (int place = 0; place < 400; place++) {
      given[source(parts, mixture.at(place))]++;
      for (int s = 0; s < given.length; s++) {
        assertThat(Math.abs(given[s] - weights.get(s) / all * (place + 1))).isLessThan(1 + 1e-6);
      }
    }
  }

  @Property(seed = "17", tries = 100)
  void aPositionDoesNotDependOnEarlierLookups(
      @ForAll @Size(min = 2, max = 4) List<@IntRange(min = 1, max = 9) Integer> weights,
      @ForAll @IntRange(min = 0, max = 300) int place) {
    Mixture inOrder = new Mixture(parts(weights), 7);
    int[] expected = IntStream.rangeClosed(0, place).map(inOrder::at).toArray();
    assertThat(new Mixture(parts(weights), 7).at(place)).isEqualTo(expected[place]);
    Mixture back = new Mixture(parts(weights), 7);
    back.at(place + 50);
    assertThat(back.at(place)).isEqualTo(expected[place]);
  }

  @Test
  void eachSourceIsExhaustedBeforeItRepeats() {
    List<Part> parts = List.of(new Part(10, 3), new Part(5, 1));
    Mixture mixture = new Mixture(parts, 1);
    Set<Integer> seen = new HashSet<>();
    for (int place = 0; place < 20; place++) { // 15 of the first, 5 of the second
      seen.add(mixture.at(place));
    }
    assertThat(seen).hasSize(15);
    assertThat(IntStream.range(0, 20).map(new Mixture(parts, 2)::at).toArray())
        .isNotEqualTo(IntStream.range(0, 20).map(new Mixture(parts, 1)::at).toArray());
  }
}
