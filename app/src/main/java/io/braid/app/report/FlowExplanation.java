package io.braid.app.report;

import io.braid.eval.FlowBehaviour;
import io.braid.eval.FlowBehaviour.Subset;
import io.braid.eval.FlowBehaviour.Tally;
import io.braid.run.eval.FlowReading;
import io.braid.run.eval.FlowReading.Reading;
import io.braid.train.LatentScores.OfResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Builds the page that shows which tokens a flow field rewards and punishes. */
public final class FlowExplanation {
  /** Highest number of shown tokens per response, to keep the page small. */
  private static final int MOST_TOKENS = 2000;

  private static final int ROWS = 15;

  /** Lowest number of occurrences for meaningful means of a token. */
  private static final long OFTEN = 5;

  private static final int BINS = 24;

  private final FlowReading reading;
  private final List<Double> timesteps;
  private final int shown;
  private final FlowBehaviour behaviour = new FlowBehaviour();
  private final List<Reading> correct = new ArrayList<>();
  private final List<Reading> wrong = new ArrayList<>(); // and responses of unknown correctness

  public FlowExplanation(FlowReading reading, List<Double> timesteps, int shown) {
    this.reading = reading;
    this.timesteps = timesteps;
    this.shown = shown;
  }

  public void add(Reading each) {
    behaviour.add(each.ids(), each.numbers(), each.answer().correct());
    List<Reading> subset = each.answer().correct().orElse(false) ? correct : wrong;
    if (subset.size() < shown) {
      subset.add(each);
    }
  }

  public FlowBehaviour behaviour() {
    return behaviour;
  }

  public TextPage page(String model, Map<String, String> settings) {
    List<Reading> chosen = chosen();
    return new TextPage(
        "What the flow field rewards",
        "%s responses with %s tokens, scored by a flow field over the latents of %s."
            .formatted(reading.size(), reading.tokens(), model),
        List.of(subsets()),
        List.of(
            new TextPage.Measure(
                "deviation score",
                "The darker a token, the further its velocity is from the field's prediction,"
                    + " between the lowest and the highest score of its response, as the reward"
                    + " normalises it.",
                false),
            new TextPage.Measure(
                "flow reward",
                "Red tokens are punished and green ones rewarded, relative to the largest reward on"
                    + " this page; most tokens have no reward.",
                true),
            new TextPage.Measure(
                "entropy",
                "The darker a token, the less certain the policy was when sampling it, relative to"
                    + " the largest entropy on this page.",
                false)),
        chosen.stream().map(each -> text(each, largest(chosen))).toList(),
        tables(),
        charts(),
        settings,
        notes());
  }

  /**
   * Chooses equal numbers of correct and wrong responses to show side by side; if there are none of
   * one kind, chooses only the other kind.
   */
  private List<Reading> chosen() {
    boolean both = !correct.isEmpty() && !wrong.isEmpty();
    int most = both ? (shown + 1) / 2 : shown;
    List<Reading> chosen = new ArrayList<>(correct.subList(0, Math.min(correct.size(), most)));
    chosen.addAll(wrong.subList(0, Math.min(wrong.size(), most)));
    return chosen;
  }

  // ---- coloured texts -------------------------------------------------------------------------

  /** The largest values; shades are relative to them. */
  private record Largest(double reward, double entropy) {}

  private static Largest largest(List<Reading> chosen) {
    double reward = Double.MIN_NORMAL;
    double entropy = Double.MIN_NORMAL;
    for (Reading each : chosen) {
      for (int t = 0; t < each.numbers().length(); t++) {
        reward = Math.max(reward, Math.abs(each.numbers().rewards()[t]));
        entropy = Math.max(entropy, each.numbers().entropies()[t]);
      }
    }
    return new Largest(reward, entropy);
  }

  private ColouredText text(Reading each, Largest largest) {
    OfResponse numbers = each.numbers();
    double[] scores = scores(numbers);
    double low = Arrays.stream(scores).min().orElse(0);
    double high = Math.max(Arrays.stream(scores).max().orElse(0), low + Double.MIN_NORMAL);
    List<ColouredText.Token> tokens = new ArrayList<>();
    for (int t = 0; t < Math.min(numbers.length(), MOST_TOKENS); t++) {
      double score = numbers.scored()[t] ? (numbers.scores()[t] - low) / (high - low) : 0;
      tokens.add(
          new ColouredText.Token(
              each.pieces().get(t),
              note(each, t),
              List.of(
                  score,
                  numbers.rewards()[t] / largest.reward,
                  numbers.entropies()[t] / largest.entropy)));
    }
    return new ColouredText(
        each.answer().problem(),
        each.answer().prompt(),
        each.answer()
            .correct()
            .map(is -> is ? ColouredText.Mark.CORRECT : ColouredText.Mark.WRONG)
            .orElse(ColouredText.Mark.UNKNOWN),
        tokens,
        numbers.length() - tokens.size());
  }

  private static double[] scores(OfResponse numbers) {
    return IntStream.range(0, numbers.length())
        .filter(t -> numbers.scored()[t])
        .mapToDouble(t -> numbers.scores()[t])
        .toArray();
  }

  private String note(Reading each, int t) {
    OfResponse numbers = each.numbers();
    StringBuilder note = new StringBuilder(named(each.pieces().get(t)));
    if (numbers.scored()[t]) {
      note.append(line("score", numbers.scores()[t]));
      for (int l = 0; l < reading.layers().size(); l++) {
        for (int at = 0; at < timesteps.size(); at++) {
          note.append(
              line(
                  "layer %s at t = %s".formatted(reading.layers().get(l), timesteps.get(at)),
                  numbers.deviations()[t][l][at]));
        }
      }
      note.append(line("reward", numbers.rewards()[t]));
    } else {
      note.append("\nno score: the condition lies outside the sequence");
    }
    note.append(line("entropy", numbers.entropies()[t]));
    return note.append(line("log-probability", numbers.logProbs()[t])).toString();
  }

  private static String line(String name, double number) {
    return String.format(Locale.ROOT, "%n%s %.5g", name, number);
  }

  private static String named(String text) {
    String shown = text.replace("\n", "↵").replace(" ", "␣").replace("\t", "⇥");
    return shown.isEmpty() ? "(part of a character)" : shown;
  }

  // ---- tables ---------------------------------------------------------------------------------

  private List<Table> tables() {
    List<Table> tables = new ArrayList<>();
    Map<Long, Tally> often = often();
    boolean anyRewarded = often.values().stream().anyMatch(tally -> tally.rewarded() > 0);
    tables.add(tokens("Most often punished", often, Tally::punished, Tally::score, anyRewarded));
    tables.add(
        anyRewarded
            ? tokens("Most often rewarded", often, Tally::rewarded, t -> -t.score(), true)
            : tokens("Lowest scores", often, tally -> -tally.score(), _ -> 0, false));
    tables.add(tokens("Highest entropy", often, Tally::entropy, _ -> 0, anyRewarded));
    return tables;
  }

  private Map<Long, Tally> often() {
    Map<Long, Tally> often = behaviour.tokens(OFTEN);
    return often.isEmpty() ? behaviour.tokens(1) : often;
  }

  private Table tokens(
      String caption,
      Map<Long, Tally> often,
      ToDoubleFunction<Tally> first,
      ToDoubleFunction<Tally> then,
      boolean anyRewarded) {
    List<Table.Column> columns =
        new ArrayList<>(
            List.of(
                column("count", Format.WHOLE),
                column("mean score", Format.NUMBER),
                column("mean reward", Format.SMALL),
                column("punished", Format.PERCENT)));
    if (anyRewarded) {
      columns.add(column("rewarded", Format.PERCENT));
    }
    columns.add(column("mean entropy", Format.NUMBER));
    List<Table.Row> rows =
        often.entrySet().stream()
            .sorted(
                Comparator.comparingDouble(
                        (Map.Entry<Long, Tally> each) -> -first.applyAsDouble(each.getValue()))
                    .thenComparingDouble(each -> -then.applyAsDouble(each.getValue()))
                    .thenComparingLong(Map.Entry::getKey))
            .limit(ROWS)
            .map(each ->
                new Table.Row(
                    named(reading.text(each.getKey())), numbers(each.getValue(), anyRewarded)))
            .toList();
    return new Table(caption, columns, rows);
  }

  private static List<Double> numbers(Tally tally, boolean anyRewarded) {
    List<Double> numbers =
        new ArrayList<>(
            List.of((double) tally.count(), tally.score(), tally.reward(), tally.punished()));
    if (anyRewarded) {
      numbers.add(tally.rewarded());
    }
    numbers.add(tally.entropy());
    return numbers;
  }

  private static Table.Column column(String name, Format format) {
    return new Table.Column(name, format, Table.Better.NEITHER);
  }

  /** Returns the correct and the wrong responses, or all if no correctness is known. */
  private Map<String, Subset> known() {
    Map<String, Subset> subsets = new LinkedHashMap<>();
    subsets.put("correct", behaviour.correct());
    subsets.put("wrong", behaviour.wrong());
    subsets.values().removeIf(subset -> subset.responses() == 0);
    if (subsets.isEmpty()) {
      subsets.put("all", behaviour.all());
    }
    return subsets;
  }

  private Table subsets() {
    Map<String, Subset> subsets = known();
    subsets.put("all", behaviour.all());
    List<Table.Row> rows = new ArrayList<>();
    subsets.forEach((name, subset) -> {
      double[] scores = subset.scores();
      rows.add(
          new Table.Row(
              name + " responses",
              List.of(
                  (double) subset.responses(),
                  (double) subset.tokens().count(),
                  subset.tokens().score(),
                  scores.length == 0 ? Double.NaN : scores[scores.length / 2],
                  subset.tokens().reward(),
                  subset.tokens().punished(),
                  subset.tokens().entropy())));
    });
    return new Table(
        "Correct and wrong responses",
        List.of(
            column("responses", Format.WHOLE),
            column("tokens", Format.WHOLE),
            column("mean score", Format.NUMBER),
            column("median score", Format.NUMBER),
            column("mean reward", Format.SMALL),
            column("punished", Format.PERCENT),
            column("mean entropy", Format.NUMBER)),
        rows);
  }

  // ---- curves ---------------------------------------------------------------------------------

  private List<Chart> charts() {
    return List.of(
        histogram(),
        byPart("Mean score along the response", Tally::score),
        byPart("Mean reward along the response", Tally::reward),
        byPart("Mean entropy along the response", Tally::entropy));
  }

  private Chart histogram() {
    double[] all = behaviour.all().scores();
    double low = all.length == 0 ? 0 : all[0];
    double high = all.length == 0 ? 1 : all[(int) (0.99 * (all.length - 1))];
    double width = Math.max(high - low, Double.MIN_NORMAL) / BINS;
    List<Chart.Series> series = new ArrayList<>();
    known()
        .forEach((name, subset) -> {
          double[] shares = new double[BINS];
          double[] scores = subset.scores();
          for (double score : scores) {
            shares[(int) Math.clamp((score - low) / width, 0, BINS - 1)] += 1.0 / scores.length;
          }
          List<Chart.Point> points = new ArrayList<>();
          for (int bin = 0; bin < BINS; bin++) {
            points.add(new Chart.Point(low + (bin + 0.5) * width, shares[bin]));
          }
          series.add(new Chart.Series(name, points));
        });
    return new Chart("Distribution of scores", "score", Format.PERCENT, series);
  }

  private Chart byPart(String title, ToDoubleFunction<Tally> measure) {
    List<Chart.Series> series = new ArrayList<>();
    known()
        .forEach((name, subset) -> {
          List<Chart.Point> points = new ArrayList<>();
          for (int part = 0; part < FlowBehaviour.PARTS; part++) {
            points.add(
                new Chart.Point(
                    (part + 0.5) * 100 / FlowBehaviour.PARTS,
                    measure.applyAsDouble(subset.parts().get(part))));
          }
          series.add(new Chart.Series(name, points));
        });
    return new Chart(title, "% of the response", Format.NUMBER, series);
  }

  // ---- notes ----------------------------------------------------------------------------------

  private List<String> notes() {
    double correlation = behaviour.scoreWithEntropy();
    return List.of(
        Double.isFinite(correlation)
            ? String.format(
                Locale.ROOT,
                "Spearman's rank correlation between a token's score and the policy's entropy when"
                    + " sampling it: %.3f, over %d tokens.",
                correlation,
                behaviour.all().tokens().count())
            : "Score or entropy does not vary, so their correlation is undefined.",
        "A score is the mean over layers and times of the squared deviation between the field's"
            + " predicted velocity of a token's latent and its actual velocity (arXiv"
            + " 2510.10201, section 3.3). Layers are numbered from 0.",
        "All responses share the noise of each position; more --noise-samples reduce its effect on"
            + " numbers and curves.",
        "Scores that are large within their response are punished; point at a token"
            + " to see its numbers.",
        behaviour.tokens(OFTEN).isEmpty()
            ? "Tables of tokens list every token, since none occurred %s times.".formatted(OFTEN)
            : "Tables of tokens list tokens that occurred at least %s times.".formatted(OFTEN),
        "The distribution's last point includes all scores above the 99th percentile. Along the"
            + " response, curves are means over ten equal parts of each response.",
        "Text that was not sampled here is tokenized again, perhaps differently from when"
            + " it was generated; a response that the model ended has an end token.");
  }
}
