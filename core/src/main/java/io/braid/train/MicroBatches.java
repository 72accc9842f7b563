package io.braid.train;

import io.braid.trajectory.Sequence;
import io.braid.trajectory.Trajectories;
import io.braid.vision.PromptTokens;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Splits an optimizer step's sequences into micro-batches that fit into memory. */
public final class MicroBatches {
  private MicroBatches() {}

  /**
   * Splits a table's rows into micro-batches.
   *
   * @param tokens maximum number of tokens in a micro-batch
   * @param wholeGroups whether a group's rows must stay together; a group with more tokens than the
   *     maximum is then a separate micro-batch
   */
  static List<Trajectories> of(Trajectories t, int tokens, boolean wholeGroups) {
    List<Integer> rows = IntStream.range(0, t.rows()).boxed().toList();
    List<List<Integer>> parts =
        wholeGroups
            ? new Parting<>(
                    t.groups().stream()
                        .map(group -> IntStream.of(group).boxed().toList())
                        .map(group -> inOrder(group, t::sequence))
                        .toList(),
                    t::sequence)
                .parts(tokens)
            : split(rows, t::sequence, tokens);
    return parts.stream()
        .map(part -> t.select(part.stream().mapToInt(row -> row).toArray()))
        .toList();
  }

  /**
   * Splits items into parts with at most {@code tokens} tokens each; a longer sequence is a
   * separate part. A prompt counts once for all its responses in a part. Parts consist of
   * neighbouring items. Their number is as small as possible, and then the largest part is as small
   * as possible.
   *
   * <p>The order of the items does not depend on the number of parts, so random numbers that are
   * generated in this order stay the same: responses to one prompt are adjacent, the longest first,
   * and prompts are ordered by their longest response.
   *
   * @param items the items to split
   * @param sequence returns the sequence of an item
   * @param tokens maximum number of tokens of a part
   */
  public static <T> List<List<T>> split(List<T> items, Function<T, Sequence> sequence, int tokens) {
    List<List<T>> alone = inOrder(items, sequence).stream().map(List::of).toList();
    return new Parting<>(alone, sequence).parts(tokens);
  }

  private static <T> List<T> inOrder(List<T> items, Function<T, Sequence> sequence) {
    Comparator<T> longestFirst =
        Comparator.comparingInt((T each) -> sequence.apply(each).length()).reversed();
    Map<PromptTokens, List<T>> byPrompt = new LinkedHashMap<>();
    items.stream()
        .sorted(longestFirst)
        .forEach(each ->
            byPrompt
                .computeIfAbsent(sequence.apply(each).promptTokens(), _ -> new ArrayList<>())
                .add(each));
    return byPrompt.values().stream().flatMap(List::stream).toList();
  }

  /** Splits a list of units into contiguous parts, keeping each unit whole. */
  private record Parting<T>(List<List<T>> units, Function<T, Sequence> sequence) {

    List<List<T>> parts(int tokens) {
      return inTurn(smallestBudget(tokens));
    }

    /** Fills one part after another, which gives the smallest number of parts. */
    private List<List<T>> inTurn(int tokens) {
      List<List<T>> parts = new ArrayList<>();
      Optional<PromptTokens> prompt = Optional.empty(); // of the last item
      int left = 0;
      for (List<T> unit : units) {
        int cost = cost(unit, prompt);
        if (parts.isEmpty() || cost > left) {
          parts.add(new ArrayList<>());
          left = tokens;
          cost = cost(unit, Optional.empty());
        }
        parts.getLast().addAll(unit);
        left -= cost;
        prompt = Optional.of(sequence.apply(unit.getLast()).promptTokens());
      }
      return parts;
    }

    /**
     * Returns the number of tokens that a unit adds to a part whose last prompt is {@code last}.
     */
    private int cost(List<T> unit, Optional<PromptTokens> last) {
      int cost = 0;
      Optional<PromptTokens> before = last;
      for (T item : unit) {
        Sequence own = sequence.apply(item);
        boolean shares = before.isPresent() && before.get().equals(own.promptTokens());
        cost += shares ? own.response().length : own.length();
        before = Optional.of(own.promptTokens());
      }
      return cost;
    }

    /**
     * Returns the smallest maximum number of tokens per part that gives the same number of parts.
     */
    private int smallestBudget(int tokens) {
      int parts = inTurn(tokens).size();
      int low = 1;
      int high = tokens;
      while (low < high) {
        int budget = low + (high - low) / 2;
        if (inTurn(budget).size() <= parts) {
          high = budget;
        } else {
          low = budget + 1;
        }
      }
      return low;
    }
  }
}
