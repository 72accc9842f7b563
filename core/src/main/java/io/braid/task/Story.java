package io.braid.task;

import io.braid.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A sum in words: someone has some things, gets more and gives some away.
 *
 * <p>The numbers determine the words, so that two problems never differ only in their words.
 *
 * @param start the number of things at the start
 * @param changes what is added to it, one after another; negative for what is taken away
 */
record Story(int start, List<Integer> changes) {
  /** The smallest number in a story. */
  static final int SMALLEST = 2;

  private static final List<String> NAMES =
      List.of("Anna", "Ben", "Clara", "David", "Emma", "Frank", "Grace", "Henry", "Lucy", "Tom");
  private static final List<String> THINGS =
      List.of("apples", "books", "coins", "marbles", "pencils", "shells", "stamps", "stickers");
  private static final List<String> GAINS =
      List.of("buys %d more", "finds %d more", "gets %d more from a friend", "wins %d more");
  private static final List<String> LOSSES =
      List.of("gives away %d", "loses %d", "sells %d", "gives %d to a friend");
  private static final String PREFIX = "stories:";

  Story {
    changes = List.copyOf(changes);
  }

  /** Returns this story as a problem. */
  Problem asked() {
    return new Problem(PREFIX + sum(), question(), new Reference.Text(String.valueOf(answer())));
  }

  /**
   * Returns the story of a problem.
   *
   * @throws IllegalArgumentException if the problem is not a story
   */
  static Story of(Problem problem) {
    String id = problem.id();
    if (!id.matches(PREFIX + "\\d+([+-]\\d+)+")) {
      throw new IllegalArgumentException(id + " is not a sum in words");
    }
    String[] numbers = id.substring(PREFIX.length()).split("(?=[+-])");
    List<Integer> changes = new ArrayList<>();
    for (int i = 1; i < numbers.length; i++) {
      changes.add(Integer.parseInt(numbers[i]));
    }
    return new Story(Integer.parseInt(numbers[0]), changes);
  }

  /** Returns the numbers, as in {@code 12+7-4}. */
  private String sum() {
    StringBuilder sum = new StringBuilder().append(start);
    changes.forEach(change -> sum.append(change < 0 ? "" : "+").append(change));
    return sum.toString();
  }

  int answer() {
    return start + changes.stream().mapToInt(Integer::intValue).sum();
  }

  /** Returns whether each intermediate result is in 1..max. */
  boolean staysWithin(int max) {
    int now = start;
    for (int change : changes) {
      now += change;
      if (now < 1 || now > max) {
        return false;
      }
    }
    return true;
  }

  private String question() {
    Random words = new Random(Seeds.hash(sum()));
    String name = drawn(NAMES, words);
    String things = drawn(THINGS, words);
    StringBuilder text = new StringBuilder(name + " has " + start + " " + things);
    for (int i = 0; i < changes.size(); i++) {
      int change = changes.get(i);
      String does = drawn(change < 0 ? LOSSES : GAINS, words);
      text.append(i == 0 ? " and " : ". Then " + name + " ")
          .append(does.replace("%d", String.valueOf(Math.abs(change))));
    }
    return text + ". How many " + things + " does " + name + " have now?";
  }

  private static String drawn(List<String> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }

  /** Returns a correct response: one equation, or one for each step, with the answer after ####. */
  String solution(Random random) {
    StringBuilder text = new StringBuilder();
    if (random.nextBoolean()) {
      text.append(start);
      changes.forEach(change -> text.append(change < 0 ? " - " : " + ").append(Math.abs(change)));
      text.append(" = ").append(answer()).append('\n');
    } else {
      int now = start;
      for (int change : changes) {
        boolean swap = change > 0 && random.nextBoolean();
        text.append(swap ? change : now)
            .append(change < 0 ? " - " : " + ")
            .append(swap ? now : Math.abs(change));
        now += change;
        text.append(" = ").append(now).append('\n');
      }
    }
    return text.append("#### ").append(answer()).toString();
  }
}
