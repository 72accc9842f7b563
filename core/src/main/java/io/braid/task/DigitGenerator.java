package io.braid.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Generates digit sequences to continue. */
public final class DigitGenerator implements ProblemSource {
  private final List<Problem> shuffled;

  /** Creates a generator with these settings. */
  public DigitGenerator(DigitSettings settings) {
    List<Problem> all = new ArrayList<>();
    for (int modulus = settings.modulusMin(); modulus <= settings.modulusMax(); modulus++) {
      for (int first = 0; first < modulus; first++) {
        for (int second = 0; second < modulus; second++) {
          all.add(new DigitSequence(first, second, modulus, settings.terms()).asked());
        }
      }
    }
    Collections.shuffle(all, new Random(settings.seed()));
    this.shuffled = List.copyOf(all);
  }

  @Override
  public String name() {
    return "digits";
  }

  @Override
  public List<Problem> upTo(Split split, int most) {
    return shuffled.stream()
        .filter(problem -> Split.of(problem.id()) == split)
        .limit(most)
        .toList();
  }

  @Override
  public String randomSolution(Problem problem, long seed) {
    if (!(problem.reference() instanceof DigitSequence sequence)) {
      throw new IllegalArgumentException(problem.id() + " is not a digit sequence");
    }
    return sequence.answer();
  }
}
