package io.braid.app.report;

import io.braid.FileError;
import io.braid.Metric;
import io.braid.checkpoint.AtomicFile;
import io.braid.objective.loss.Flowrl;
import io.braid.objective.loss.SurrogateLoss;
import io.braid.rollout.ResponseMetrics;
import io.braid.run.MetricsFile;
import io.braid.run.Sample;
import io.braid.run.Samples;
import io.braid.run.StepPhases;
import io.braid.train.StepMetrics;
import io.braid.verify.VerdictMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Builds the page of a training run from the files in its directory: the curves of its metrics,
 * where the time went, samples and settings.
 */
public final class RunReport {
  private static final String NAME = "report.html";
  private static final int POINTS = 60;
  private static final int WIDEST_WINDOW = 50;
  private static final int SHOWN_OF_A_STEP = 6;
  private static final int TENTHS = 10;

  /** A metric that is shown, with its title and format. */
  private record Shown(Metric metric, String title, Format format) {}

  private static final List<Shown> SHOWN =
      List.of(
          new Shown(VerdictMetrics.REWARD, "Reward", Format.NUMBER),
          new Shown(VerdictMetrics.ACCURACY, "Training accuracy", Format.PERCENT),
          new Shown(StepMetrics.LOSS, "Loss", Format.NUMBER),
          new Shown(StepMetrics.VALIDATION_LOSS, "Validation loss", Format.NUMBER),
          new Shown(SurrogateLoss.KL, "KL from the reference in nats", Format.NUMBER),
          new Shown(StepMetrics.ENTROPY, "Entropy per token in nats", Format.NUMBER),
          new Shown(Flowrl.LOG_Z, "log Z per token in nats", Format.NUMBER),
          new Shown(ResponseMetrics.RESPONSE_LENGTH, "Tokens per response", Format.NUMBER),
          new Shown(
              ResponseMetrics.TRUNCATED_FRAC, "Responses cut off at the limit", Format.PERCENT),
          new Shown(StepMetrics.VALUE_LOSS, "The critic's loss", Format.NUMBER),
          new Shown(StepMetrics.GRAD_NORM, "Norm of the gradient", Format.NUMBER),
          new Shown(StepMetrics.STEP_SECONDS, "Seconds per step", Format.NUMBER));

  private RunReport() {}

  /**
   * Writes the page of a run into its directory.
   *
   * @return the file; empty if the run has done no step
   * @throws io.braid.UserError if a file of the run cannot be read
   */
  public static Optional<Path> write(Path run) {
    Path metrics = run.resolve("metrics.jsonl");
    if (!Files.exists(metrics)) {
      return Optional.empty();
    }
    List<MetricsFile.Line> all = new ArrayList<>();
    MetricsFile.forEach(metrics, all::add);
    List<MetricsFile.Line> steps = all.stream().filter(line -> line.step() > 0).toList();
    if (steps.isEmpty()) {
      return Optional.empty();
    }
    Path page = run.resolve(NAME);
    AtomicFile.write(page, ReportPage.of(of(run, steps, new HeldOutCurves(all))));
    return Optional.of(page);
  }

  private static Report of(Path run, List<MetricsFile.Line> lines, HeldOutCurves heldOut) {
    List<Shown> measured =
        SHOWN.stream()
            .filter(
                each -> lines.stream().anyMatch(line -> Double.isFinite(line.get(each.metric()))))
            .filter(each -> !each.metric().equals(VerdictMetrics.REWARD) || !isAccuracy(lines))
            .toList();
    int window = Math.clamp(lines.size() / POINTS, 1, WIDEST_WINDOW);
    Map<String, String> settings = settings(run.resolve("recipe.yaml"));
    return new Report(
        String.valueOf(run.toAbsolutePath().normalize().getFileName()),
        "%s steps from %s on %s."
            .formatted(
                lines.size(),
                settings.getOrDefault("model", "a model"),
                settings.getOrDefault("data", "a mixture")),
        Stream.concat(heldOut.table(), Stream.of(change(lines, measured), time(lines))).toList(),
        List.of(),
        List.of(),
        Stream.concat(heldOut.chart(), measured.stream().map(each -> chart(each, lines, window)))
            .toList(),
        List.of(),
        samples(run.resolve("samples")),
        settings,
        notes(window));
  }

  /** Returns whether every reward is 1 for a correct response and 0 otherwise. */
  private static boolean isAccuracy(List<MetricsFile.Line> lines) {
    return lines.stream()
        .allMatch(line -> line.get(VerdictMetrics.REWARD) == line.get(VerdictMetrics.ACCURACY));
  }

  private static List<String> notes(int window) {
    List<String> notes = new ArrayList<>();
    notes.add("A metric that was not measured is absent. docs/metrics.md explains each of them.");
    if (window > 1) {
      notes.add("Curves are means over " + window + " steps.");
    }
    return notes;
  }

  /** Compares the first tenth of the steps with the last. */
  private static Table change(List<MetricsFile.Line> lines, List<Shown> measured) {
    int tenth = Math.max(1, lines.size() / TENTHS);
    List<Table.Row> rows = new ArrayList<>();
    rows.add(row(lines.subList(0, tenth), measured));
    if (lines.size() > 1) {
      rows.add(row(lines.subList(lines.size() - tenth, lines.size()), measured));
    }
    return new Table(
        tenth == 1 ? "The first step and the last" : "Means of the first and last steps",
        measured.stream()
            .map(
                each -> new Table.Column(each.metric().name(), each.format(), Table.Better.NEITHER))
            .toList(),
        rows);
  }

  private static Table.Row row(List<MetricsFile.Line> lines, List<Shown> measured) {
    int first = lines.getFirst().step();
    int last = lines.getLast().step();
    return new Table.Row(
        first == last ? "step " + first : "steps " + first + " to " + last,
        measured.stream()
            .map(each ->
                lines.stream()
                    .mapToDouble(line -> line.get(each.metric()))
                    .filter(Double::isFinite)
                    .average()
                    .orElse(Double.NaN))
            .toList());
  }

  private static Table time(List<MetricsFile.Line> lines) {
    Map<String, List<Double>> phases = new LinkedHashMap<>();
    for (MetricsFile.Line line : lines) {
      Map<String, Double> numbers = new LinkedHashMap<>();
      line.values()
          .properties()
          .forEach(each -> {
            if (each.getValue().isNumber()) {
              numbers.put(each.getKey(), each.getValue().doubleValue());
            }
          });
      StepPhases.of(numbers)
          .forEach(
              (name, seconds) -> phases.computeIfAbsent(name, _ -> new ArrayList<>()).add(seconds));
    }
    double all = phases.values().stream().mapToDouble(RunReport::sum).sum();
    return new Table(
        "Time by phase",
        List.of(
            new Table.Column("share", Format.PERCENT, Table.Better.NEITHER),
            new Table.Column("seconds", Format.NUMBER, Table.Better.NEITHER),
            new Table.Column("median of a step in seconds", Format.NUMBER, Table.Better.NEITHER)),
        phases.entrySet().stream()
            .sorted((a, b) -> Double.compare(sum(b.getValue()), sum(a.getValue())))
            .map(each ->
                new Table.Row(
                    each.getKey().replace('_', ' '),
                    List.of(
                        sum(each.getValue()) / all, sum(each.getValue()), median(each.getValue()))))
            .toList());
  }

  private static double sum(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).sum();
  }

  private static double median(List<Double> numbers) {
    List<Double> sorted = numbers.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  private static Chart chart(Shown shown, List<MetricsFile.Line> lines, int window) {
    Map<Integer, List<Double>> byStep = new TreeMap<>();
    lines.forEach(line -> byStep.put(line.step(), List.of(line.get(shown.metric()))));
    return new Chart(
        shown.title(),
        "step",
        shown.format(),
        List.of(new Chart.Series(shown.metric().name(), Curves.means(byStep, window))));
  }

  /** Returns samples of the last step that has some, of one in the middle, and of the first. */
  private static List<Report.Samples> samples(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    } catch (IOException e) {
      throw FileError.reading(directory, e);
    }
    int last = files.size() - 1;
    return IntStream.of(last, last / 2, 0)
        .filter(index -> index >= 0 && index <= last)
        .distinct()
        .mapToObj(files::get)
        .map(file -> new Report.Samples(title(file), some(Samples.read(file))))
        .toList();
  }

  private static String title(Path file) {
    String name = String.valueOf(file.getFileName());
    return "Step " + name.replaceAll("\\D", "").replaceFirst("^0+(?=\\d)", "");
  }

  /** Returns responses at equal distances, so that they belong to different problems. */
  private static List<Sample> some(List<Sample> all) {
    int shown = Math.min(SHOWN_OF_A_STEP, all.size());
    return IntStream.range(0, shown).mapToObj(i -> all.get(i * all.size() / shown)).toList();
  }

  private static Map<String, String> settings(Path recipe) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (Files.exists(recipe)) {
      flatten("", new YAMLMapper().readTree(recipe), settings);
    }
    return settings;
  }

  private static void flatten(String key, JsonNode node, Map<String, String> settings) {
    if (node.isObject()) {
      String prefix = key.isEmpty() ? "" : key + ".";
      node.properties().forEach(each -> flatten(prefix + each.getKey(), each.getValue(), settings));
    } else if (!node.isNull() && !(node.isArray() && node.isEmpty())) {
      settings.put(key, node.isString() ? node.stringValue() : node.toString());
    }
  }
}
