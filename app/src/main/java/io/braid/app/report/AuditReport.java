package io.braid.app.report;

import io.braid.experiment.audit.Audit;
import io.braid.experiment.audit.ModesTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Builds the audit's page, which compares each algorithm's distribution with the target. */
public final class AuditReport {
  /** Explains the columns, for the terminal and the page. */
  public static final String LEGEND =
      """
      KL(policy ‖ target)  in nats; large if the policy puts mass where the target has little
      KL(target ‖ policy)  in nats; large if the policy misses mass of the target
      modes                modes with at least half of the target's mass on the mode and the strings one letter from it
      reward               expected reward
      log Z                at the last step, and for the target the exact value, log(Σ π_ref exp(L β r)) / L\
      """;

  /**
   * Relative width of the group of strings near no mode; there are many of them, but they say
   * little.
   */
  private static final double WIDTH_OF_THE_REST = 1.5;

  private AuditReport() {}

  public static Report of(Audit audit, Audit.Shape shape, long seed, List<Audit.Result> results) {
    return new Report(
        "Braid audit",
        "What each algorithm converges to, exactly: a small transformer over all %s strings of %s letters from an alphabet of %s, and a reward with %s peaks."
            .formatted(
                audit.task().strings(),
                audit.task().length(),
                audit.task().letters(),
                audit.task().modes().size()),
        List.of(table(audit, results)),
        List.of(),
        List.of(distributions(audit, results)),
        List.of(course(results)),
        List.of(),
        settings(audit, shape, seed),
        List.of(
            "The target is the fixed point of FlowRL's loss: π_ref(y) · exp(L (β r(y) −"
                + " log Z)), π_ref being the policy before training, r the reward, L the length."
                + " Divergences, masses and rewards are sums over all strings; nothing in them is"
                + " sampled.",
            "A mode counts as covered if the policy has at least half of the target's mass on the"
                + " mode and the strings one letter from it.",
            "Reward maximisers do not aim at this target; their divergence shows how"
                + " far maximisation is from matching. One seed."));
  }

  private static Table table(Audit audit, List<Audit.Result> results) {
    List<Table.Row> rows = new ArrayList<>();
    for (Audit.Result result : results) {
      rows.add(
          new Table.Row(
              result.algorithm(),
              List.of(
                  result.kl(),
                  result.klReverse(),
                  (double) result.modes(),
                  result.reward(),
                  result.logZ().orElse(Double.NaN))));
    }
    rows.add(
        new Table.Row(
            "target",
            List.of(
                Double.NaN,
                Double.NaN,
                (double) audit.task().modes().size(),
                audit.targetReward(),
                audit.target().logZ())));
    return new Table(
        "",
        List.of(
            new Table.Column("KL(policy ‖ target)", Format.NUMBER, Table.Better.LOWER),
            new Table.Column("KL(target ‖ policy)", Format.NUMBER, Table.Better.LOWER),
            new Table.Column("modes", Format.WHOLE, Table.Better.NEITHER),
            new Table.Column("expected reward", Format.NUMBER, Table.Better.NEITHER),
            new Table.Column("log Z", Format.NUMBER, Table.Better.NEITHER)),
        rows);
  }

  /**
   * Returns the strings grouped by mode, most probable first, followed by the strings near no mode.
   */
  public static Distributions distributions(Audit audit, List<Audit.Result> results) {
    ModesTask task = audit.task();
    double[] target = audit.target().logProbs();
    List<List<Integer>> members = new ArrayList<>();
    for (int m = 0; m <= task.modes().size(); m++) {
      members.add(new ArrayList<>());
    }
    IntStream.range(0, task.strings())
        .boxed()
        .sorted(Comparator.comparingDouble(string -> -target[string]))
        .forEach(string ->
            members.get(task.modeNear(task.text(string)).orElse(task.modes().size())).add(string));
    List<Distributions.Group> groups = new ArrayList<>();
    for (int m = 0; m < task.modes().size(); m++) {
      ModesTask.Mode mode = task.modes().get(m);
      groups.add(
          new Distributions.Group(
              "near " + mode.text(),
              String.format(Locale.ROOT, "reward %.2f", mode.height()),
              members.get(m).size(),
              1));
    }
    groups.add(
        new Distributions.Group(
            "all others", "reward 0", members.getLast().size(), WIDTH_OF_THE_REST));
    List<Integer> order = members.stream().flatMap(List::stream).toList();
    return new Distributions(
        "The probability of each string, after training",
        groups,
        probabilities(order, target),
        results.stream()
            .map(result ->
                new Distributions.Panel(
                    result.algorithm(),
                    String.format(
                        Locale.ROOT,
                        "KL(policy ‖ target) %.2f · %d of %d modes · reward %.2f",
                        result.kl(),
                        result.modes(),
                        task.modes().size(),
                        result.reward()),
                    probabilities(order, result.logProbs())))
            .toList());
  }

  private static List<Double> probabilities(List<Integer> order, double[] logProbs) {
    return order.stream().map(string -> Math.exp(logProbs[string])).toList();
  }

  private static Chart course(List<Audit.Result> results) {
    return new Chart(
        "KL(policy ‖ target) while training",
        "step",
        Format.NUMBER,
        results.stream()
            .map(result ->
                new Chart.Series(
                    result.algorithm(),
                    result.course().stream()
                        .map(moment -> new Chart.Point(moment.step(), moment.kl()))
                        .toList()))
            .toList());
  }

  private static Map<String, String> settings(Audit audit, Audit.Shape shape, long seed) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("seed", Long.toString(seed));
    settings.put("beta", Double.toString(shape.beta()));
    settings.put("samples per step", Integer.toString(shape.samples()));
    settings.put("policy", shape.layers() + " layers, width " + shape.width());
    settings.put(
        "modes",
        audit.task().modes().stream()
            .map(mode -> mode.text() + " " + mode.height())
            .collect(Collectors.joining(", ")));
    return settings;
  }
}
