package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.terminal.TextTable;
import io.braid.checkpoint.ModelDirectory;
import io.braid.model.InputTokens;
import io.braid.model.ModelConfig;
import io.braid.model.PackedAttention;
import io.braid.model.Transformer;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid logprobs}. */
@Command(
    name = "logprobs",
    description =
        "Prints the log-probability of each token of a sequence, given the tokens before it.")
public final class LogprobsCommand extends BraidCommand {
  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--ids",
      required = true,
      split = ",",
      paramLabel = "1,2,3",
      description = "The text, at least two tokens long.")
  private List<Long> ids = List.of();

  @Override
  public Integer call() {
    ModelDirectory directory = ModelDirectory.open(model.directory());
    check(directory.config());
    try (Transformer transformer = directory.load(Optional.empty());
        Gradients off = Gradients.off();
        Scope scope = Scope.open()) {
      int length = ids.size();
      Tensor sequence = Tensor.of(ids.stream().mapToLong(Long::longValue).toArray(), length);
      Tensor hidden =
          transformer.hidden(
              InputTokens.text(sequence),
              new PackedAttention(new int[] {length}),
              Transformer.LatentTap.NONE);
      float[] logProbs =
          transformer
              .logits(hidden.narrow(0, 0, length - 1L))
              .logSoftmax()
              .gather(1, sequence.narrow(0, 1, length - 1L).unsqueeze(1))
              .toFloats();
      show(logProbs);
      return 0;
    }
  }

  private void check(ModelConfig config) {
    if (ids.size() < 2 || ids.size() > config.maxPositions()) {
      throw new UserError(
          "--ids: %d tokens; give at least 2 and at most the model's context of %d"
              .formatted(ids.size(), config.maxPositions()));
    }
    for (long id : ids) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new UserError(
            "--ids: %d is outside the model's vocabulary, 0 to %d"
                .formatted(id, config.vocabSize() - 1));
      }
    }
  }

  private void show(float[] logProbs) {
    TextTable table = new TextTable("token", "log-probability");
    ObjectNode object = JsonMapper.shared().createObjectNode();
    ids.forEach(object.putArray("ids")::add);
    ArrayNode list = object.putArray("logprobs");
    for (int t = 0; t < logProbs.length; t++) {
      table.row(
          Arrays.asList(
              ids.get(t + 1).toString(), String.format(Locale.ROOT, "%.6f", logProbs[t])));
      list.add(logProbs[t]);
    }
    say(table.toString());
    answer(object);
  }
}
