package io.braid.eval.suite.vision;

import io.braid.eval.suite.vision.VisionItem.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * We-Math's four dimensions (arXiv 2407.01284, section 3.3). A composition, of which the full suite
 * has 525, is a problem of two or three steps with a problem for each step. It shows
 *
 * <ul>
 *   <li>insufficient knowledge (IK) if the whole and some step are wrong;
 *   <li>inadequate generalization (IG) if the whole is wrong and all steps are right;
 *   <li>complete mastery (CM) if the whole and all steps are right; loosely, at least one step;
 *   <li>rote memorization (RM) if the whole is right otherwise.
 * </ul>
 *
 * <p>The score is (n − ½ IG − RM − IK) / n for n compositions: complete mastery counts 1 and
 * inadequate generalization ½.
 */
final class WeMathScores {
  private final List<List<Boolean>> whole = new ArrayList<>(); // by composition, then sample
  private final List<List<List<Boolean>>> steps = new ArrayList<>(); // by step before the sample

  /**
   * Collects the complete compositions.
   *
   * @param items the problems
   * @param right for each problem, whether each of its samples is right
   */
  WeMathScores(List<VisionItem> items, List<List<Boolean>> right) {
    Map<String, Map<Integer, List<Boolean>>> found = new LinkedHashMap<>();
    Map<String, Integer> sizes = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      List<Boolean> samples = right.get(i);
      items
          .get(i)
          .step()
          .ifPresent(step -> {
            found
                .computeIfAbsent(step.composition(), _ -> new TreeMap<>())
                .put(step.number(), samples);
            sizes.put(step.composition(), step.steps());
          });
    }
    found.forEach((composition, numbers) -> {
      if (numbers.size() == sizes.getOrDefault(composition, 0) + 1) {
        List<List<Boolean>> parts = new ArrayList<>(numbers.values());
        whole.add(parts.removeFirst());
        steps.add(parts);
      }
    });
  }

  /** Returns the number of complete compositions. */
  int compositions() {
    return whole.size();
  }

  /** Returns the number of compositions that are not complete. */
  static int leftOut(List<VisionItem> items, int compositions) {
    long all =
        items.stream()
            .flatMap(item -> item.step().stream())
            .map(Step::composition)
            .distinct()
            .count();
    return Math.toIntExact(all - compositions);
  }

  /** What a composition shows in a sample. */
  private enum Shown {
    IK,
    IG,
    CM,
    RM
  }

  private static Shown shown(boolean whole, List<Boolean> steps, boolean strict) {
    boolean all = steps.stream().allMatch(each -> each);
    if (!whole) {
      return all ? Shown.IG : Shown.IK;
    }
    boolean mastered = strict ? all : steps.stream().anyMatch(each -> each);
    return mastered ? Shown.CM : Shown.RM;
  }

  /** Returns the scores and the dimensions by name: a value for each composition, from 0 to 1. */
  Map<String, List<Double>> byName() {
    Map<String, List<Double>> scores = new LinkedHashMap<>();
    for (boolean strict : new boolean[] {true, false}) {
      String how = strict ? " (strict)" : " (loose)";
      for (int c = 0; c < whole.size(); c++) {
        int samples = whole.get(c).size();
        double[] counts = new double[Shown.values().length];
        for (int s = 0; s < samples; s++) {
          int sample = s;
          List<Boolean> parts = steps.get(c).stream().map(step -> step.get(sample)).toList();
          counts[shown(whole.get(c).get(s), parts, strict).ordinal()] += 1.0 / samples;
        }
        double ik = counts[Shown.IK.ordinal()];
        double ig = counts[Shown.IG.ordinal()];
        double cm = counts[Shown.CM.ordinal()];
        double rm = counts[Shown.RM.ordinal()];
        add(scores, "score" + how, 1 - ig / 2 - rm - ik);
        add(scores, "complete mastery" + how, cm);
        add(scores, "rote memorization" + how, rm);
        if (strict) { // both are the same loosely
          add(scores, "insufficient knowledge", ik);
          add(scores, "inadequate generalization", ig);
        }
      }
    }
    return scores;
  }

  private static void add(Map<String, List<Double>> scores, String name, double value) {
    scores.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }
}
