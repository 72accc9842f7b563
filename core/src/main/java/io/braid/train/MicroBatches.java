package io.braid.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Splits an optimizer step's sequences into parts that fit the memory and cost about the same. */
final class MicroBatches {
  private MicroBatches() {}

  /**
   * As few parts as can be had, each with at most so many tokens (a longer sequence stands alone).
   * The order within a part is by falling length, and sequences of like length stand in one part
   * where that takes no more parts: packed attention likes both. The same sequences make the same
   * parts.
   */
  static <T> List<List<T>> split(List<T> sequences, ToIntFunction<T> length, int tokens) {
    List<T> sorted = new ArrayList<>(sequences);
    sorted.sort(Comparator.comparingInt(length).reversed());
    int parts = inTurn(sorted, length, tokens).size();
    for (int fewer = fewest(sorted, length, tokens); fewer < parts; fewer++) {
      Optional<List<List<T>>> dealt = dealt(sorted, length, tokens, fewer);
      if (dealt.isPresent()) {
        return dealt.get();
      }
    }
    return inTurn(sorted, length, smallestRoom(sorted, length, tokens, parts));
  }

  /** Fills one part after the other. Of parts of neighbours, none are fewer. */
  private static <T> List<List<T>> inTurn(List<T> sorted, ToIntFunction<T> length, int tokens) {
    List<List<T>> parts = new ArrayList<>();
    int room = 0;
    for (T sequence : sorted) {
      if (parts.isEmpty() || length.applyAsInt(sequence) > room) {
        parts.add(new ArrayList<>());
        room = tokens;
      }
      parts.getLast().add(sequence);
      room -= length.applyAsInt(sequence);
    }
    return parts;
  }

  /** How little room for each part makes no more parts: then the largest is as small as can be. */
  private static <T> int smallestRoom(
      List<T> sorted, ToIntFunction<T> length, int tokens, int parts) {
    int low = 1;
    int high = tokens;
    while (low < high) {
      int room = low + (high - low) / 2;
      if (inTurn(sorted, length, room).size() <= parts) {
        high = room;
      } else {
        low = room + 1;
      }
    }
    return low;
  }

  /** Fewer parts there cannot be. */
  private static <T> int fewest(List<T> sorted, ToIntFunction<T> length, int tokens) {
    long alone = sorted.stream().filter(each -> length.applyAsInt(each) > tokens).count();
    long together =
        sorted.stream().mapToInt(length).filter(each -> each <= tokens).asLongStream().sum();
    return (int) (alone + Math.ceilDiv(together, tokens));
  }

  /** Deals out so many parts, the longest first, each to whoever has least; nothing if too much. */
  private static <T> Optional<List<List<T>>> dealt(
      List<T> sorted, ToIntFunction<T> length, int tokens, int parts) {
    List<List<T>> dealt =
        Stream.generate(() -> (List<T>) new ArrayList<T>()).limit(parts).toList();
    long[] sums = new long[parts];
    for (T sequence : sorted) {
      int least =
          IntStream.range(0, parts)
              .boxed()
              .min(Comparator.comparingLong(part -> sums[part]))
              .orElseThrow();
      dealt.get(least).add(sequence);
      sums[least] += length.applyAsInt(sequence);
      if (sums[least] > tokens && dealt.get(least).size() > 1) {
        return Optional.empty();
      }
    }
    return Arrays.stream(sums).anyMatch(sum -> sum == 0) ? Optional.empty() : Optional.of(dealt);
  }
}
