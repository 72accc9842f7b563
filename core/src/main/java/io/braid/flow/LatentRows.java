package io.braid.flow;

import io.braid.model.PackedSequence;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The tokens of a packed batch of N tokens that a field uses: the n response tokens and the
 * neighbours that are their conditions. A condition is always in the same sequence as its target.
 *
 * @param kept [m] INT64: indices of the tokens whose latents are needed
 * @param pairs targets and their conditions, one entry per context
 * @param positions [n] position of each response token in its response, from 0
 * @param scored [n] number of contexts that can score each response token
 */
record LatentRows(Tensor kept, List<Pairs> pairs, int[] positions, int[] scored) {

  /**
   * The k tokens that a context can score. The first or last tokens of a response are missing if
   * their condition would lie outside the sequence.
   *
   * @param targets [k] INT64, indices among the m kept tokens
   * @param conditions [k] INT64, indices among the m kept tokens
   * @param positions [k] INT64, positions of the targets in their responses
   * @param tokens [k] INT64, indices of the targets among the n response tokens
   * @param numbers {@code tokens} as an array
   */
  record Pairs(Tensor targets, Tensor conditions, Tensor positions, Tensor tokens, int[] numbers) {}

  /** Returns the number of response tokens. */
  int tokens() {
    return positions.length;
  }

  /** Returns the rows with targets permuted among tokens, while the conditions stay in place. */
  LatentRows shuffled(long seed) {
    List<Pairs> other =
        pairs.stream()
            .map(each -> {
              long[] targets = each.targets.toLongs();
              shuffle(targets, new Random(seed));
              return new Pairs(
                  Tensor.of(targets, targets.length),
                  each.conditions,
                  each.positions,
                  each.tokens,
                  each.numbers);
            })
            .toList();
    return new LatentRows(kept, other, positions, scored);
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
   * Finds the rows of packed sequences.
   *
   * @param sequences sequences of a prompt and a response each
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
    int[] positions = new int[n];
    int i = 0;
    for (PackedSequence sequence : sequences) {
      for (int t = 0; t < sequence.rest(); t++, i++) {
        positions[i] = t;
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
      pairs.add(each.pairs(rowOf, positions));
    }
    return new LatentRows(
        Tensor.of(Arrays.copyOf(kept, m), m), List.copyOf(pairs), positions, scored);
  }

  /**
   * Targets and conditions as indices of packed tokens, and the targets' response-token indices.
   */
  private record Found(List<Integer> targets, List<Integer> conditions, List<Integer> numbers) {
    Pairs pairs(long[] rowOf, int[] positions) {
      int k = numbers.size();
      return new Pairs(
          Tensor.of(targets.stream().mapToLong(at -> rowOf[at]).toArray(), k),
          Tensor.of(conditions.stream().mapToLong(at -> rowOf[at]).toArray(), k),
          Tensor.of(numbers.stream().mapToLong(i -> positions[i]).toArray(), k),
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
