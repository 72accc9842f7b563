package io.braid.app.commands;

import io.braid.app.terminal.Interrupts;
import io.braid.app.terminal.StandardStream;
import io.braid.input.ChatSession;
import io.braid.input.LoadedModel;
import io.braid.input.Prompting;
import io.braid.tensor.Backend;
import io.braid.text.PromptFormat;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid chat}. */
@Command(
    name = "chat",
    description =
        "Talks with a model through its chat template. A line is a message; /help lists what else a"
            + " line can be.")
public final class ChatCommand extends BraidCommand {
  @Mixin private PolicyOption model = new PolicyOption();

  @Mixin private TemplateOptions template = new TemplateOptions();

  @Mixin private SamplingOptions sampling = new SamplingOptions();

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "1024",
      description =
          "The longest reply, in tokens; the context may leave less (default: ${DEFAULT-VALUE}).")
  private int maxNewTokens;

  @Mixin private SeedOption seed = new SeedOption();

  @Override
  public Integer call() {
    boolean terminal = StandardStream.INPUT.isTerminal();
    PrintStream out = json() ? System.err : System.out;
    try (LoadedModel loaded = model.load();
        ChatSession session = session(loaded);
        Interrupts interrupts =
            Interrupts.listen(() -> System.err.print("\n(/exit or Ctrl-D ends)\n> "))) {
      System.err.println("computing on " + Backend.current().line());
      if (terminal) {
        System.err.println("/help lists the commands; Ctrl-C stops a reply, Ctrl-D ends");
      }
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      new ChatLoop(
              session, system -> prompting(system, loaded), template.system(), in, out, interrupts)
          .run(terminal);
      answer(json(session));
      return 0;
    }
  }

  private ChatSession session(LoadedModel loaded) {
    return new ChatSession(
        loaded,
        prompting(template.system(), loaded),
        most ->
            sampling.settings(
                loaded.directory().generation(), 1, most, loaded.stopIds(), List.of()),
        maxNewTokens,
        seed.value());
  }

  private Prompting prompting(Optional<String> system, LoadedModel loaded) {
    return template.chat(system).with(PromptFormat.named("chat")).today(loaded.chatTemplate());
  }

  private static ObjectNode json(ChatSession session) {
    ObjectNode object = JsonMapper.shared().createObjectNode();
    ArrayNode list = object.putArray("messages");
    session
        .messages()
        .forEach(each ->
            list.addObject().put("role", each.role()).put("content", each.content().orElse("")));
    return object;
  }
}
