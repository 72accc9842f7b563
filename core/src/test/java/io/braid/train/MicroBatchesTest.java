package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class MicroBatchesTest {
  @Property(tries = 300, seed = "17")
  void everySequenceIsInOnePartAndNoPartHasTooManyTokens(
      @ForAll @Size(max = 30) List<@IntRange(min = 1, max = 20) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 60) int tokens) {
    List<Sequence> sequences = lengths.stream().map(MicroBatchesTest::sequence).toList();

    List<List<Sequence>> parts = MicroBatches.split(sequences, Sequence::length, tokens);

    Set<Sequence> all = Collections.newSetFromMap(new IdentityHashMap<>());
    for (List<Sequence> part : parts) {
      assertThat(part).isNotEmpty();
      assertThat(all.addAll(part)).isTrue();
      int sum = part.stream().mapToInt(Sequence::length).sum();
      assertThat(sum <= tokens || part.size() == 1).isTrue();
    }
    assertThat(parts.stream().mapToInt(List::size).sum()).isEqualTo(sequences.size());
    assertThat(all).containsAll(sequences);
  }

  @Test
  void sequencesOfLikeLengthStandTogetherTheLongestFirst() {
    List<Sequence> sequences =
        List.of(sequence(2), sequence(9), sequence(3), sequence(8), sequence(2));

    assertThat(MicroBatches.split(sequences, Sequence::length, 10))
        .extracting(part -> part.stream().map(Sequence::length).toList())
        .containsExactly(List.of(9), List.of(8), List.of(3, 2, 2));
  }

  @Test
  void aLongerSequenceStandsAlone() {
    assertThat(MicroBatches.split(List.of(sequence(50), sequence(2)), Sequence::length, 10))
        .hasSize(2);
  }

  @Test
  void nothingIsSplitIntoNothing() {
    assertThat(MicroBatches.split(List.of(), Sequence::length, 10)).isEmpty();
  }

  private static Sequence sequence(int length) {
    return new Sequence(new long[length - 1], new long[1]);
  }
}
