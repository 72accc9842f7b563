package io.braid.app.commands;

import io.braid.checkpoint.AtomicFile;
import io.braid.task.inspect.Decontamination;
import io.braid.task.inspect.Decontamination.Hit;
import io.braid.task.records.JsonText;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid data decontaminate}. */
@Command(
    name = "decontaminate",
    description = "Finds training problems that share an n-gram with evaluation problems.")
final class DataDecontaminateCommand extends BraidCommand {
  private static final int SHOWN = 20;

  @Option(
      names = "--train",
      required = true,
      paramLabel = "FILE",
      description = "The training data.")
  private Path train = Path.of("");

  @Option(
      names = "--against",
      required = true,
      arity = "1..*",
      paramLabel = "FILE",
      description = "The evaluation problems.")
  private List<Path> against = List.of();

  @Option(
      names = "--ngram",
      paramLabel = "N",
      defaultValue = "13",
      description = "The n of the n-grams, in words (default: ${DEFAULT-VALUE}).")
  private int ngram;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the records that do not overlap to this file, as JSONL.")
  private Optional<Path> out = Optional.empty();

  @Mixin private RecordOptions fields = new RecordOptions();

  @Override
  public Integer call() {
    Decontamination comparison = new Decontamination(ngram);
    against.forEach(comparison::against);
    Decontamination.Result result = run(comparison);
    for (Hit hit : result.hits().subList(0, Math.min(SHOWN, result.hits().size()))) {
      say("%s ~ %s (%s): %s".formatted(hit.id(), hit.with().id(), hit.with().file(), hit.gram()));
    }
    if (result.hits().size() > SHOWN) {
      say(
          String.format(
              Locale.ROOT, "… and %,d more; --json lists all", result.hits().size() - SHOWN));
    }
    say(
        String.format(
            Locale.ROOT,
            "%,d of %,d records share %d words in a row with one of %,d problems",
            result.overlapping(),
            result.rows(),
            ngram,
            comparison.compared()));
    if (result.unchecked() > 0) {
      say(
          String.format(
              Locale.ROOT, "%,d records have no question to compare", result.unchecked()));
    }
    out.ifPresent(file ->
        say(
            String.format(
                Locale.ROOT, "%,d records: %s", result.rows() - result.overlapping(), file)));
    answer(json(result, comparison.compared()));
    return 0;
  }

  private Decontamination.Result run(Decontamination comparison) {
    if (out.isEmpty()) {
      return comparison.train(train, fields.split(), fields.fields(), _ -> {});
    }
    Decontamination.Result[] result = new Decontamination.Result[1];
    AtomicFile.write(
        out.get(),
        lines ->
            result[0] =
                comparison.train(
                    train,
                    fields.split(),
                    fields.fields(),
                    values -> lines.accept(JsonText.line(values.values()))));
    return result[0];
  }

  private static ObjectNode json(Decontamination.Result result, long compared) {
    ObjectNode json =
        JsonMapper.shared()
            .createObjectNode()
            .put("rows", result.rows())
            .put("compared", compared)
            .put("overlapping", result.overlapping())
            .put("unchecked", result.unchecked());
    ArrayNode hits = json.putArray("hits");
    for (Hit hit : result.hits()) {
      hits.addObject()
          .put("row", hit.row())
          .put("id", hit.id())
          .put("against", hit.with().file().toString())
          .put("against_id", hit.with().id())
          .put("words", hit.gram());
    }
    return json;
  }
}
