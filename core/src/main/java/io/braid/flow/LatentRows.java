package io.braid.flow;

import io.braid.model.PackedSequence;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Which of the N tokens of a packed batch a field looks at: the n response tokens, and the
 * neighbours that are their conditions. Nothing crosses from one sequence into another.
 *
 * @param kept [m] INT64: the tokens whose latents are needed
 * @param pairs targets with their conditions, for each context
 * @param places of each of the n response tokens in its response, from 0
 * @param scored for each of the n, by how many contexts it can be judged
 */
record LatentRows(Tensor kept, List<Pairs> pairs, int[] places, int[] scored) {

  /**
   * The k tokens that a context can judge. A response's first or last ones lack a neighbour when it
   * would stand outside of the sequence.
   *
   * @param targets [k] INT64, among the m kept
   * @param conditions [k] INT64, among the m kept
   * @param places [k] INT64, of the targets in their responses
   * @param tokens [k] INT64, the targets' numbers among the n response tokens
   * @param numbers the same as {@code tokens}
   */
  record Pairs(Tensor targets, Tensor conditions, Tensor places, Tensor tokens, int[] numbers) {}

  /** Response tokens. */
  int tokens() {
    return places.length;
  }

  /** The same conditions, each with the target of another token. */
  LatentRows shuffled(long seed) {
    List<Pairs> other =
        pairs.stream()
            .map(each -> {
              long[] targets = each.targets.toLongs();
              shuffle(targets, new Random(seed));
              return new Pairs(
                  Tensor.of(targets, targets.length),
                  each.conditions,
                  each.places,
                  each.tokens,
                  each.numbers);
            })
            .toList();
    return new LatentRows(kept, other, places, scored);
  }

  private static void shuffle(long[] numbers, Random random) {
    for (int i = numbers.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      long moved = numbers[i];
      numbers[i] = numbers[other];
      numbers[other] = moved;
    }
  }

  /**
   * The rows of packed sequences.
   *
   * @param sequences a prompt and a response each
   */
  static LatentRows of(List<PackedSequence> sequences, List<FlowContext> contexts) {
    int n = sequences.stream().mapToInt(PackedSequence::rest).sum();
    int all =
        sequences.stream()
            .mapToInt(
                each -> Math.max(each.prefixAt() + each.prefix(), each.restAt() + each.rest()))
            .max()
            .orElse(0);
    boolean[] needed = new boolean[all];
    List<Found> found = new ArrayList<>();
    for (FlowContext context : contexts) {
      found.add(find(sequences, context, needed));
    }
    int[] places = new int[n];
    int i = 0;
    for (PackedSequence sequence : sequences) {
      for (int t = 0; t < sequence.rest(); t++, i++) {
        places[i] = t;
      }
    }
    long[] rowOf = new long[all];
    long[] kept = new long[all];
    int m = 0;
    for (int token = 0; token < all; token++) {
      rowOf[token] = m;
      if (needed[token]) {
        kept[m++] = token;
      }
    }
    int[] scored = new int[n];
    List<Pairs> pairs = new ArrayList<>();
    for (Found each : found) {
      each.numbers.forEach(number -> scored[number]++);
      pairs.add(each.pairs(rowOf, places));
    }
    return new LatentRows(Tensor.of(Arrays.copyOf(kept, m), m), List.copyOf(pairs), places, scored);
  }

  /** Targets and conditions among the packed tokens, and the targets' numbers. */
  private record Found(List<Integer> targets, List<Integer> conditions, List<Integer> numbers) {
    Pairs pairs(long[] rowOf, int[] places) {
      int k = numbers.size();
      return new Pairs(
          Tensor.of(targets.stream().mapToLong(at -> rowOf[at]).toArray(), k),
          Tensor.of(conditions.stream().mapToLong(at -> rowOf[at]).toArray(), k),
          Tensor.of(numbers.stream().mapToLong(i -> places[i]).toArray(), k),
          Tensor.of(numbers.stream().mapToLong(i -> i).toArray(), k),
          numbers.stream().mapToInt(i -> i).toArray());
    }
  }

  private static Found find(List<PackedSequence> sequences, FlowContext context, boolean[] needed) {
    Found found = new Found(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    int number = 0;
    for (PackedSequence sequence : sequences) {
      for (int t = sequence.prefix(); t < sequence.length(); t++, number++) {
        int condition = t + context.offset();
        if (condition >= 0 && condition < sequence.length()) {
          needed[sequence.token(t)] = true;
          needed[sequence.token(condition)] = true;
          found.targets.add(sequence.token(t));
          found.conditions.add(sequence.token(condition));
          found.numbers.add(number);
        }
      }
    }
    return found;
  }
}
