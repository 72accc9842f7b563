package io.braid.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.rollout.Prompt;
import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
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
    List<Sequence> sequences = sequences(lengths);

    List<List<Sequence>> parts = MicroBatches.split(sequences, each -> each, tokens);

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
  void sequencesOfSimilarLengthAreAdjacentAndTheLongestComeFirst() {
    List<Sequence> sequences = sequences(List.of(2, 9, 3, 8, 2));

    assertThat(MicroBatches.split(sequences, each -> each, 10))
        .extracting(part -> part.stream().map(Sequence::length).toList())
        .containsExactly(List.of(9), List.of(8), List.of(3, 2, 2));
  }

  @Test
  void partsAreAboutEquallyLarge() {
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
  void noOtherSplitHasFewerOrSmallerParts(
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
  void theOrderDoesNotDependOnTheNumberOfParts(
      @ForAll @Size(max = 30) List<@IntRange(min = 1, max = 20) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 60) int tokens) {
    assertThat(lengths(lengths, tokens).stream().flatMap(List::stream))
        .containsExactlyElementsOf(lengths.stream().sorted(Comparator.reverseOrder()).toList());
  }

  /** Returns the sums of parts; bit i of {@code cuts} ends a part after item i. */
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
    return MicroBatches.split(sequences(lengths), each -> each, tokens).stream()
        .map(part -> part.stream().map(Sequence::length).toList())
        .toList();
  }

  @Test
  void aLongerSequenceIsASeparatePart() {
    assertThat(MicroBatches.split(sequences(List.of(50, 2)), each -> each, 10)).hasSize(2);
  }

  @Test
  void anEmptyListHasNoParts() {
    assertThat(MicroBatches.split(List.<Sequence>of(), each -> each, 10)).isEmpty();
  }

  @Test
  void responsesToOnePromptAreAdjacentAndCountItOnce() {
    Sequence a = new Sequence(new long[] {1, 2, 3}, new long[2]);
    Sequence b = new Sequence(new long[] {4, 5}, new long[4]);
    Sequence c = new Sequence(new long[] {1, 2, 3}, new long[3]);
    Sequence d = new Sequence(new long[] {4, 5}, new long[1]);
    List<Sequence> all = List.of(a, b, c, d);

    assertThat(MicroBatches.split(all, each -> each, 15)) // 3 + 3 + 2 and 2 + 4 + 1
        .containsExactly(List.of(b, d, c, a));
    assertThat(MicroBatches.split(all, each -> each, 14))
        .containsExactly(List.of(b, d), List.of(c, a));
    assertThat(MicroBatches.split(all, each -> each, 7))
        .containsExactly(List.of(b, d), List.of(c), List.of(a)); // the prompt counts again
  }

  /** Creates sequences with different prompts. */
  /** Groups of 5, 3 and 9 tokens including prompts, of which one exceeds the maximum of a part. */
  @Test
  void groupsStayWholeIfTheLossComparesTheirResponses() {
    long[] p = {1};
    List<Sequence> rows =
        List.of(
            new Sequence(p, new long[1]),
            new Sequence(p, new long[3]),
            new Sequence(new long[] {2}, new long[2]),
            new Sequence(new long[] {3}, new long[4]),
            new Sequence(new long[] {3}, new long[4]));
    Trajectories t =
        Trajectories.of(
            List.of(
                new Prompt("a", p),
                new Prompt("b", new long[] {2}),
                new Prompt("c", new long[] {3})),
            rows,
            new int[] {0, 0, 1, 2, 2});

    List<Trajectories> parts = MicroBatches.of(t, 8, /* wholeGroups= */ true);

    assertThat(parts).hasSize(2);
    assertThat(groups(parts.get(0))).containsExactly(0, 0, 1);
    assertThat(groups(parts.get(1))).containsExactly(2, 2);
    assertThat(MicroBatches.of(t, 100, true)).hasSize(1);
    assertThat(MicroBatches.of(t, 4, true)).hasSize(3);
    assertThat(MicroBatches.of(t, 4, false)).hasSizeGreaterThan(3);
  }

  private static List<Integer> groups(Trajectories t) {
    return IntStream.range(0, t.rows()).mapToObj(t::group).toList();
  }

  private static List<Sequence> sequences(List<Integer> lengths) {
    List<Sequence> sequences = new ArrayList<>();
    for (int length : lengths) {
      boolean longer = length > 1;
      sequences.add(
          new Sequence(
              longer ? new long[] {sequences.size()} : new long[0],
              new long[longer ? length - 1 : 1]));
    }
    return sequences;
  }
}
