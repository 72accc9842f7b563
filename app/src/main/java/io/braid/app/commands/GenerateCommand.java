package io.braid.app.commands;

import io.braid.UserError;
import io.braid.app.terminal.ResponseStream;
import io.braid.app.terminal.StandardStream;
import io.braid.input.LoadedModel;
import io.braid.input.Prompting;
import io.braid.input.QuestionPrompt;
import io.braid.model.Exactness;
import io.braid.model.Transformer;
import io.braid.rollout.Response;
import io.braid.rollout.Rollout;
import io.braid.task.AskedQuestion;
import io.braid.task.ProblemFields;
import io.braid.tensor.Backend;
import io.braid.text.PromptFormat;
import io.braid.text.TextStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code braid generate}. */
@Command(name = "generate", description = "Generates responses to prompts.")
public final class GenerateCommand extends BraidCommand {
  private static final int USUAL_TOKENS = 256;
  private static final int SHOWN_OF_PROMPT = 60;

  @Mixin private PolicyOption model = new PolicyOption();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "A prompt; may be repeated. Several prompts are sampled together.")
  private List<String> prompts = List.of();

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "Prompts of a file: the lines of a .txt file, or the questions of a data file, which may"
              + " be chats (messages).")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--question",
      paramLabel = "KEY",
      description =
          "The field of --prompts that holds the question (default: found automatically).")
  private Optional<String> question = Optional.empty();

  @Mixin private ImageOptions images = new ImageOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "The prompt format, with the same names as prompt in a recipe: chat, qwen_box … (default:"
              + " none).")
  private Optional<String> format = Optional.empty();

  @Option(
      names = "--chat",
      description = "Use the model's chat template; the same as --format chat.")
  private boolean chat;

  @Mixin private AskingOptions asking = new AskingOptions();

  @Mixin private SpecialTokensOption specialTokens = new SpecialTokensOption();

  @Option(
      names = "--samples",
      defaultValue = "1",
      description = "How many responses to sample to each prompt (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Mixin private SamplingOptions sampling = new SamplingOptions();

  @Option(
      names = "--max-new-tokens",
      description =
          "The longest response, in tokens (default: what the context leaves, at most 256).")
  private Optional<Integer> maxNewTokens = Optional.empty();

  @Mixin private SeedOption seed = new SeedOption();

  @Option(
      names = "--exact",
      description =
          "Compute every response with the same bits whichever prompts are sampled with it; takes"
              + " about twice as long.")
  private boolean exact;

  @Option(
      names = "--stream",
      negatable = true,
      description =
          "Print each token when it is drawn (default: if the output is a terminal and --json is"
              + " not given).")
  private Optional<Boolean> stream = Optional.empty();

  @Override
  public Integer call() {
    PromptFormat form = form();
    Prompting prompting = asking.asking().with(form);
    List<AskedQuestion> questions = questions();
    try (LoadedModel loaded = model.load().addingSpecialTokens(specialTokens.added())) {
      System.err.println("computing on " + Backend.current().line());
      computeExactly(loaded.transformer());
      List<QuestionPrompt> asked =
          loaded.prompts(questions, prompting.today(loaded.chatTemplate()), maxNewTokens.orElse(1));
      List<List<Response>> responses = sample(loaded, asked, form.stop().stream().toList());
      ObjectNode object = JsonMapper.shared().createObjectNode();
      if (file.isEmpty() && prompts.size() == 1) {
        describe(object, asked.getFirst(), responses.getFirst());
      } else {
        ArrayNode list = object.putArray("prompts");
        for (int p = 0; p < asked.size(); p++) {
          describe(list.addObject(), asked.get(p), responses.get(p));
        }
      }
      answer(object);
      return 0;
    }
  }

  private void computeExactly(Transformer transformer) {
    if (exact) {
      transformer.attendExactly();
      Exactness.obstacle(transformer)
          .ifPresent(reason -> {
            throw new UserError("--exact is not possible with this model: " + reason);
          });
    }
  }

  private PromptFormat form() {
    if (chat && !format.orElse("chat").equals("chat")) {
      throw new UserError("--chat is --format chat; omit one of them");
    }
    return PromptFormat.named(format.orElse(chat ? "chat" : "none"));
  }

  /** Returns the prompts of the options and of the file, in this order. */
  private List<AskedQuestion> questions() {
    List<AskedQuestion> all = new ArrayList<>();
    for (String prompt : prompts) {
      all.add(new AskedQuestion(prompt, "--prompt " + (all.size() + 1)));
    }
    file.ifPresent(path ->
        all.addAll(
            AskedQuestion.read(
                path,
                asking.split(),
                new ProblemFields(question, Optional.empty(), Optional.empty())
                    .showing(images.fields())
                    .worded(asking.asking().wording()))));
    if (all.isEmpty()) {
      throw new UserError("no prompt; give --prompt TEXT or --prompts FILE");
    }
    return all;
  }

  /**
   * Samples and prints the responses to every prompt. Prompts are sampled together, unless the
   * context leaves them different lengths.
   */
  private List<List<Response>> sample(
      LoadedModel loaded, List<QuestionPrompt> asked, List<String> stops) {
    int context = loaded.transformer().config().maxPositions();
    Map<Integer, List<Integer>> byLimit = new LinkedHashMap<>();
    for (int p = 0; p < asked.size(); p++) {
      int room = context - asked.get(p).prompt().ids().length;
      int limit = maxNewTokens.orElse(Math.clamp(room, 1, USUAL_TOKENS));
      byLimit.computeIfAbsent(limit, _ -> new ArrayList<>()).add(p);
    }
    Shown shown = new Shown(loaded, asked, stops);
    List<List<Response>> responses = new ArrayList<>();
    asked.forEach(_ -> responses.add(List.of()));
    byLimit.forEach((limit, places) ->
        new Rollout(
                loaded.transformer(),
                sampling.settings(
                    loaded.directory().generation(), samples, limit, loaded.stopIds(), stops),
                loaded.tokenizer()::decode,
                Defaults.CACHE_BYTES)
            .sample(
                places.stream().map(p -> asked.get(p).prompt()).toList(),
                seed.value(),
                (place, sample, id) -> shown.drawn(places.get(place), sample, id),
                done -> {
                  int place = places.get(done.place());
                  responses.set(place, done.group().responses());
                  shown.ended(place, done.group().responses());
                }));
    return responses;
  }

  /** Prints the responses, token by token or each as a whole. */
  private final class Shown {
    private final boolean streams =
        stream.orElseGet(() -> !json() && StandardStream.OUTPUT.isTerminal());
    private final ResponseStream printed;
    private final TextStream[] texts;

    Shown(LoadedModel loaded, List<QuestionPrompt> asked, List<String> stops) {
      printed =
          new ResponseStream(
              json() ? System.err : System.out,
              asked.size(),
              samples,
              p -> asked.size() == 1 ? "" : heading(p + 1, asked.get(p).question().question()));
      texts =
          IntStream.range(0, asked.size() * samples)
              .mapToObj(_ -> new TextStream(loaded.tokenizer()::decode, stops))
              .toArray(TextStream[]::new);
    }

    void drawn(int place, int sample, long id) {
      if (streams) {
        printed.text(place, sample, texts[place * samples + sample].add(id));
      }
    }

    void ended(int place, List<Response> responses) {
      for (int sample = 0; sample < samples; sample++) {
        TextStream text = texts[place * samples + sample];
        String whole = responses.get(sample).text();
        if (!streams) {
          printed.text(place, sample, whole);
        } else {
          printed.text(place, sample, text.end());
        }
        printed.end(place, sample);
      }
    }
  }

  private static String heading(int number, String prompt) {
    String line = prompt.strip().replaceAll("\\s+", " ");
    return "prompt %s: %s"
        .formatted(
            number,
            line.length() <= SHOWN_OF_PROMPT ? line : line.substring(0, SHOWN_OF_PROMPT) + "…");
  }

  private static void describe(ObjectNode node, QuestionPrompt asked, List<Response> responses) {
    node.put("prompt", asked.question().question());
    ArrayNode promptIds = node.putArray("prompt_ids");
    Arrays.stream(asked.prompt().ids()).forEach(promptIds::add);
    ArrayNode list = node.putArray("responses");
    for (Response response : responses) {
      ObjectNode each = list.addObject();
      each.put("text", response.text());
      each.put("finish", response.finish().name().toLowerCase(Locale.ROOT));
      ArrayNode ids = each.putArray("ids");
      ArrayNode logProbs = each.putArray("logprobs");
      for (int t = 0; t < response.length(); t++) {
        ids.add(response.ids()[t]);
        logProbs.add(response.logProbs()[t]);
      }
    }
  }
}
