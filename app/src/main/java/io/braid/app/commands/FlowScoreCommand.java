package io.braid.app.commands;

import io.braid.app.terminal.TerminalListener;
import io.braid.checkpoint.AtomicFile;
import io.braid.run.eval.Answers.Answer;
import io.braid.run.eval.FlowReading;
import io.braid.train.LatentScores.OfResponse;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid flow score}. */
@Command(
    name = "score",
    description =
        "Computes the velocity deviation of every response token in a flow field and writes one"
            + " JSON object per response.")
final class FlowScoreCommand extends FlowReadingCommand {
  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The file to write (default: standard output).")
  private Optional<Path> out = Optional.empty();

  @Override
  public Integer call() {
    try (FlowReading reading = open();
        TerminalListener progress = new TerminalListener()) {
      if (out.isPresent()) {
        AtomicFile.write(out.get(), writer -> each(reading, writer, progress));
        say("%s responses, %s tokens → %s".formatted(reading.size(), reading.tokens(), out.get()));
      } else {
        each(reading, System.out::println, progress);
      }
      ObjectNode summary = JsonMapper.shared().createObjectNode();
      summary.put("responses", reading.size()).put("tokens", reading.tokens());
      answer(summary);
    }
    return 0;
  }

  private void each(FlowReading reading, Consumer<String> writer, TerminalListener progress) {
    reading.each(
        each -> writer.accept(JsonMapper.shared().writeValueAsString(json(each, reading))),
        progress);
  }

  private ObjectNode json(FlowReading.Reading each, FlowReading reading) {
    Answer answer = each.answer();
    ObjectNode node = JsonMapper.shared().createObjectNode();
    node.put("problem", answer.problem());
    node.put("prompt", answer.prompt());
    node.put("response", answer.response());
    answer.correct().ifPresent(correct -> node.put("correct", correct));
    answer.reward().ifPresent(reward -> node.put("reward", reward));
    reading.layers().forEach(node.putArray("layers")::add);
    timesteps().forEach(node.putArray("timesteps")::add);
    ArrayNode tokens = node.putArray("tokens");
    for (int t = 0; t < each.ids().length; t++) {
      token(tokens.addObject(), each, t);
    }
    return node;
  }

  /**
   * Adds the score and the deviations. A token that no context of the field can score has neither.
   */
  private static void token(ObjectNode node, FlowReading.Reading each, int t) {
    OfResponse numbers = each.numbers();
    node.put("text", each.pieces().get(t));
    node.put("id", each.ids()[t]);
    node.put("logprob", numbers.logProbs()[t]);
    node.put("entropy", numbers.entropies()[t]);
    if (!numbers.scored()[t]) {
      return;
    }
    node.put("score", (float) numbers.scores()[t]);
    node.put("flow_reward", numbers.rewards()[t]);
    ArrayNode layers = node.putArray("deviation");
    for (float[] layer : numbers.deviations()[t]) {
      ArrayNode times = layers.addArray();
      for (float deviation : layer) {
        times.add(deviation);
      }
    }
  }
}
