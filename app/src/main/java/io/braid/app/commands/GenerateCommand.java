package io.braid.app.commands;

import io.braid.input.LoadedModel;
import io.braid.rollout.Prompt;
import io.braid.rollout.Response;
import io.braid.rollout.Rollout;
import io.braid.rollout.SamplingSettings;
import io.braid.tensor.Backend;
import io.braid.text.PromptFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid generate}. */
@Command(name = "generate", description = "Generates a response to a prompt.")
public final class GenerateCommand extends BraidCommand {
  @Mixin private ModelOption model = new ModelOption();

  @Option(names = "--prompt", required = true, paramLabel = "TEXT", description = "The prompt.")
  private String prompt = "";

  @Option(names = "--chat", description = "Put the prompt into the model's chat template.")
  private boolean chat;

  @Mixin private SpecialTokensOption specialTokens = new SpecialTokensOption();

  @Option(
      names = "--samples",
      defaultValue = "1",
      description = "How many responses to sample (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(names = "--temperature", description = "0 is greedy (default: the model's own, else 1).")
  private Optional<Double> temperature = Optional.empty();

  @Option(names = "--top-p", description = "Default: the model's own, else 1.")
  private Optional<Double> topP = Optional.empty();

  @Option(names = "--top-k", description = "Default: the model's own, else all.")
  private Optional<Integer> topK = Optional.empty();

  @Option(
      names = "--max-new-tokens",
      description =
          "The longest response, in tokens (default: what the context leaves, at most 256).")
  private Optional<Integer> maxNewTokens = Optional.empty();

  @Mixin private SeedOption seed = new SeedOption();

  @Override
  public Integer call() {
    try (LoadedModel loaded =
        LoadedModel.load(model.directory(), Optional.empty())
            .addingSpecialTokens(specialTokens.added())) {
      System.err.println("computing on " + Backend.current().line());
      PromptFormat format = PromptFormat.named(chat ? "chat" : "none");
      long[] ids = loaded.promptIds(format.render(prompt, loaded.chatTemplate()), format.raw());
      var own = loaded.directory().generation();
      int room = loaded.transformer().config().maxPositions() - ids.length;
      SamplingSettings settings =
          new SamplingSettings(
              samples,
              temperature.orElse(own.temperature().orElse(1)),
              topP.orElse(own.topP().orElse(1)),
              topK.orElse(own.topK().orElse(0)),
              0,
              maxNewTokens.orElse(Math.clamp(room, 1, 256)),
              loaded.stopIds(),
              List.of());
      Rollout rollout =
          new Rollout(
              loaded.transformer(), settings, loaded.tokenizer()::decode, Defaults.CACHE_BYTES);
      List<Response> responses =
          rollout.sample(List.of(new Prompt("prompt", ids)), seed.value()).getFirst().responses();
      ObjectNode object = JsonMapper.shared().createObjectNode();
      ArrayNode idNode = object.putArray("prompt_ids");
      for (long id : ids) {
        idNode.add(id);
      }
      ArrayNode list = object.putArray("responses");
      for (Response response : responses) {
        say(response.text());
        list.add(describe(response));
      }
      answer(object);
      return 0;
    }
  }

  private static ObjectNode describe(Response response) {
    ObjectNode node = JsonMapper.shared().createObjectNode();
    node.put("text", response.text());
    node.put("finish", response.finish().name().toLowerCase(Locale.ROOT));
    ArrayNode ids = node.putArray("ids");
    ArrayNode logProbs = node.putArray("logprobs");
    for (int t = 0; t < response.length(); t++) {
      ids.add(response.ids()[t]);
      logProbs.add(response.logProbs()[t]);
    }
    return node;
  }
}
