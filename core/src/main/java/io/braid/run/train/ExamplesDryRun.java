package io.braid.run.train;

import io.braid.input.LoadedModel;
import io.braid.input.TokenizedExamples;
import io.braid.run.train.DryRun.Row;
import io.braid.trajectory.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Describes the examples of a run that learns from given responses. */
final class ExamplesDryRun {
  private static final int SHOWN = 3;
  private static final int MEASURED = 1_000;

  private final TokenizedExamples examples;
  private final List<Sequence> first;

  /**
   * Tokenizes the first examples.
   *
   * @param example returns an example by its place in the run's order
   */
  ExamplesDryRun(TokenizedExamples examples, IntFunction<Sequence> example) {
    this.examples = examples;
    this.first = new ArrayList<>();
    for (int place = 0; place < Math.min(MEASURED, examples.size()); place++) {
      first.add(example.apply(place));
    }
  }

  List<Row> rows(String data) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("examples", DryRun.format("%,d from %s", examples.size(), data)));
    if (examples.leftOut() > 0) {
      rows.add(
          new Row(
              "left out",
              DryRun.format("%,d, because their prompts are too long", examples.leftOut())));
    }
    String of =
        first.size() < examples.size()
            ? DryRun.format(" (of the first %,d examples)", first.size())
            : "";
    rows.add(
        new Row(
            "prompts",
            DryRun.lengths(first.stream().mapToInt(each -> each.prompt().length).toArray()) + of));
    rows.add(
        new Row(
            "responses",
            DryRun.lengths(first.stream().mapToInt(each -> each.response().length).toArray())
                + of));
    return rows;
  }

  /** Returns the first examples, with an arrow between prompt and response. */
  List<String> shown(LoadedModel model) {
    return first.stream()
        .limit(SHOWN)
        .map(each ->
            model.tokenizer().decodeRaw(each.prompt())
                + " → "
                + model.tokenizer().decodeRaw(each.response()))
        .toList();
  }

  List<Sequence> first(int count) {
    return first.subList(0, Math.min(count, first.size()));
  }

  /** Returns the mean number of tokens of an example. */
  double meanLength() {
    return first.stream().mapToInt(Sequence::length).average().orElse(0);
  }

  /** Returns the largest number of tokens of an example. */
  long longest() {
    return first.stream().mapToInt(Sequence::length).max().orElse(0);
  }
}
