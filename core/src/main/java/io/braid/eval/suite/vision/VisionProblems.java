package io.braid.eval.suite.vision;

import io.braid.Notices;
import io.braid.UserError;
import io.braid.eval.Outcome;
import io.braid.remote.ChatModel;
import io.braid.task.ImageFields;
import io.braid.task.Problem;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The problems of a benchmark with images, and what is needed to score responses to them. */
public final class VisionProblems {
  private static final int MOST_CATEGORIES = 200;

  private final VisionSuite suite;
  private final List<VisionItem> items;

  private VisionProblems(VisionSuite suite, List<VisionItem> items) {
    this.suite = suite;
    this.items = List.copyOf(items);
  }

  /**
   * Reads a benchmark's file.
   *
   * @param split the split of a data set that has several
   * @param fields the key of the images and the directory of their files
   * @param most number of problems to use, from the first
   * @throws UserError in one line that names the file and the row, if one cannot be used
   */
  public static VisionProblems read(
      VisionSuite suite,
      Path file,
      Optional<String> split,
      ImageFields fields,
      Optional<Integer> most) {
    List<VisionItem> all = VisionFile.read(suite, file, split, fields);
    long categories = all.stream().flatMap(item -> item.categories().stream()).distinct().count();
    if (categories > MOST_CATEGORIES) {
      throw new UserError(
          "%s: has %s categories, more than the %s allowed; give the suite's own file"
              .formatted(file, categories, MOST_CATEGORIES));
    }
    return new VisionProblems(
        suite, all.subList(0, Math.min(all.size(), most.orElse(Integer.MAX_VALUE))));
  }

  /** Returns the problems in the order of the file. */
  public List<Problem> problems() {
    return items.stream().map(VisionItem::problem).toList();
  }

  /**
   * Returns the verifier of responses; closing it leaves the judge open.
   *
   * @param judge the model that extracts answers; empty to leave those unjudged that need it
   */
  public Verifier verifier(Optional<ChatModel> judge) {
    return new VisionVerifier(suite, items, judge.map(AnswerJudge::new));
  }

  /**
   * Returns the scores besides the metrics of all suites: the accuracy in each category, in the
   * order of their names, and We-Math's dimensions.
   *
   * @param outcomes the judged problems, some of {@link #problems}
   * @return by name, a value from 0 to 1 for each problem of the category or each composition
   */
  public Map<String, List<Double>> scores(List<Outcome> outcomes) {
    Map<String, VisionItem> byId = new LinkedHashMap<>();
    items.forEach(item -> byId.put(item.problem().id(), item));
    List<VisionItem> judged = new ArrayList<>();
    List<List<Boolean>> right = new ArrayList<>();
    Map<String, List<Double>> categories = new TreeMap<>();
    for (Outcome outcome : outcomes) {
      VisionItem item = byId.get(outcome.problem().id());
      if (item == null) {
        throw new IllegalArgumentException("no problem of the suite: " + outcome.problem().id());
      }
      List<Boolean> samples = outcome.verdicts().stream().map(Verdict::correct).toList();
      judged.add(item);
      right.add(samples);
      double share = samples.stream().mapToInt(each -> each ? 1 : 0).average().orElseThrow();
      item.categories()
          .forEach(name -> categories.computeIfAbsent(name, _ -> new ArrayList<>()).add(share));
    }
    Map<String, List<Double>> scores = new LinkedHashMap<>();
    if (suite == VisionSuite.WEMATH) {
      WeMathScores weMath = new WeMathScores(judged, right);
      int leftOut = WeMathScores.leftOut(judged, weMath.compositions());
      if (leftOut > 0) {
        Notices.say(
            "wemath: %s of %s compositions lack a problem, and its scores leave them out"
                .formatted(leftOut, leftOut + weMath.compositions()));
      }
      scores.putAll(weMath.byName());
    }
    scores.putAll(categories);
    return scores;
  }
}
