package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
  void partsAreAboutEqualInsteadOfALittleRest() {
    assertThat(lengths(Collections.nCopies(10, 10), 40))
        .extracting(List::size)
        .containsExactly(4, 4, 2);
    assertThat(lengths(Collections.nCopies(9, 10), 40))
        .extracting(List::size)
        .containsExactly(3, 3, 3);
    assertThat(lengths(List.of(9, 7, 5, 3, 1), 20))
        .containsExactly(List.of(9, 7), List.of(5, 3, 1));
  }

  @Property(tries = 300, seed = "17")
  void noOtherPartsOfNeighboursAreFewerOrHaveASmallerLargest(
      @ForAll @Size(min = 1, max = 9) List<@IntRange(min = 1, max = 20) Integer> lengths,
      @ForAll @IntRange(min = 20, max = 60) int tokens) {
    List<List<Integer>> parts = lengths(lengths, tokens);
    List<Integer> sorted = lengths.stream().sorted(Comparator.reverseOrder()).toList();
    for (int cuts = 0; cuts < 1 << (sorted.size() - 1); cuts++) {
      List<Integer> sums = sumsBetween(sorted, cuts);
      if (Collections.max(sums) <= tokens) {
        assertThat(parts.size()).isLessThanOrEqualTo(sums.size());
        if (parts.size() == sums.size()) {
          assertThat(largest(parts)).isLessThanOrEqualTo(Collections.max(sums));
        }
      }
    }
  }

  @Property(tries = 100, seed = "17")
  void theOrderIsTheSameHoweverManyPartsThereAre(
      @ForAll @Size(max = 30) List<@IntRange(min = 1, max = 20) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 60) int tokens) {
    assertThat(lengths(lengths, tokens).stream().flatMap(List::stream))
        .containsExactlyElementsOf(lengths.stream().sorted(Comparator.reverseOrder()).toList());
  }

  /** Bit i cuts behind the i-th. */
  private static List<Integer> sumsBetween(List<Integer> sorted, int cuts) {
    List<Integer> sums = new ArrayList<>();
    int sum = 0;
    for (int i = 0; i < sorted.size(); i++) {
      sum += sorted.get(i);
      if (i == sorted.size() - 1 || (cuts >> i & 1) == 1) {
        sums.add(sum);
        sum = 0;
      }
    }
    return sums;
  }

  private static int largest(List<List<Integer>> parts) {
    return parts.stream()
        .mapToInt(part -> part.stream().mapToInt(length -> length).sum())
        .max()
        .orElseThrow();
  }

  private static List<List<Integer>> lengths(List<Integer> lengths, int tokens) {
    return MicroBatches.split(lengths, length -> length, tokens);
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
