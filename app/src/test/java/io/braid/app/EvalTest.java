package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code braid eval --suite} and {@code eval-compare}, of a model of one layer and of a service.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvalTest {
  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");
  private Path suites = Path.of("");

  @BeforeAll
  void make() throws IOException {
    model = TinyModel.in(directory);
    suites = Files.createDirectories(directory.resolve("data"));
    StringBuilder amc = new StringBuilder();
    StringBuilder gsm8k = new StringBuilder();
    for (int n = 0; n < 12; n++) {
      amc.append("{\"problem\":\"%d + 1 =\",\"answer\":%d}%n".formatted(n, n + 1));
      gsm8k.append("{\"question\":\"%d * 2 =\",\"answer\":\"so #### %d\"}%n".formatted(n, 2 * n));
    }
    Files.writeString(suites.resolve("amc.jsonl"), amc);
    Files.writeString(suites.resolve("gsm8k_test.jsonl"), gsm8k);
  }

  private String[] eval(String out, String... more) {
    return Stream.concat(
            Stream.of(
                "eval",
                "--model",
                model.toString(),
                "--suite",
                "amc,gsm8k",
                "--suites",
                suites.toString(),
                "--prompt",
                "none",
                "--max-new-tokens",
                "5",
                "--out",
                out(out).toString()),
            Arrays.stream(more))
        .toArray(String[]::new);
  }

  private static Path out(String name) {
    return directory.resolve(name);
  }

  @Test
  void suitesAreShownAndKept() throws IOException {
    Terminal.Ended ended = ran(eval("kept", "--json"));

    assertThat(ended.err())
        .contains("amc: 12 problems of ")
        .contains("prompt none, 16 samples each, temperature 0.6, top-p 0.95")
        .contains("gsm8k: 12 problems of ")
        .contains("1 sample each, greedy")
        .contains("gsm8k_test.jsonl has 12 problems, the published suite has 1319")
        .contains("suite   n   k  avg@k, %");
    JsonNode answer = JsonMapper.shared().readTree(ended.lastLine());
    assertThat(answer.at("/suites/amc/problems")).hasSize(12);
    assertThat(answer.at("/suites/amc/by_problem/avg@16")).hasSize(12);
    assertThat(answer.at("/suites/amc/intervals/maj@16")).hasSize(2);
    assertThat(answer.at("/suites/gsm8k/metrics/pass@1").isNumber()).isTrue();
    assertThat(answer.at("/suites/gsm8k/metrics/truncated").asDouble()).isBetween(0.0, 1.0);
    List<String> records = Files.readAllLines(out("kept").resolve("records.jsonl"));
    assertThat(records).hasSize(24);
    JsonNode first = JsonMapper.shared().readTree(records.getFirst());
    assertThat(first.get("question").asString()).isEqualTo("0 + 1 =");
    assertThat(first.get("reference").asString()).isEqualTo("1");
    assertThat(first.get("responses")).hasSize(16);
    assertThat(first.at("/responses/0/tokens").asInt()).isBetween(1, 5);
  }

  /** A model of random weights is never right, so the records are changed to say that it is. */
  @Test
  void rightResponsesBecomeExamplesForSftAndFlowTraining() throws IOException {
    ran(eval("sampled", "--samples", "2", "--temperature", "1"));
    Path records = out("sampled").resolve("records.jsonl");
    Files.writeString(
        records,
        Files.readString(records)
            .replace("\"correct\":false", "\"correct\":true")
            .replace("\"finished\":false", "\"finished\":true"));
    String examples = out("right.jsonl").toString();

    Terminal.Ended ended =
        ran("data", "from-eval", out("sampled").toString(), "--right", "--out", examples, "--json");

    JsonNode answer = JsonMapper.shared().readTree(ended.lastLine());
    assertThat(answer.get("problems").asInt()).isEqualTo(24);
    assertThat(answer.get("examples").asInt())
        .isEqualTo(Files.readAllLines(Path.of(examples)).size());
    assertThat(ended.err()).contains("amc, gsm8k: test problems");
    Files.writeString(
        out("sft.yaml"),
        "model: %s\ndata: %s\nsteps: 1\nbatch_size: 4\n".formatted(model, examples));
    Files.writeString(
        out("flow.yaml"),
        "model: %s\ndata: %s\nepochs: 1\nbatch_size: 8\nfield: {num_layers_flow: 1, hook_layers_percentile: [1.0]}\n"
            .formatted(model, examples));
    ran("sft", out("sft.yaml").toString(), "--out", out("learnt").toString());
    assertThat(out("learnt").resolve("model/model.safetensors")).exists();
    ran("flow", "train", out("flow.yaml").toString(), "--out", out("flow").toString());
    assertThat(out("flow").resolve("field")).isDirectory();
  }

  @Test
  void whatWasBrokenOffBecomesTheSame() throws IOException {
    ran(eval("whole", "--samples", "4"));
    Path broken = Files.createDirectories(out("broken"));
    List<String> lines = Files.readAllLines(out("whole").resolve("records.jsonl"));
    assertThat(lines).hasSize(24);
    Files.copy(out("whole").resolve("settings.yaml"), broken.resolve("settings.yaml"));
    Files.writeString(
        broken.resolve("records.jsonl"),
        String.join("\n", lines.subList(0, 14)) + "\n" + lines.get(14).substring(0, 100));

    ran(eval("broken", "--samples", "4", "--resume"));

    for (String file : List.of("records.jsonl", "evaluation.json")) {
      assertThat(broken.resolve(file)).hasSameTextualContentAs(out("whole").resolve(file));
    }
    assertThat(refused(eval("broken", "--samples", "4", "--resume", "--seed", "9")))
        .contains("settings.yaml")
        .contains("seed was 0 at the start and is 9 now");
    assertThat(refused(eval("broken", "--samples", "4"))).contains("--resume");
  }

  @Test
  void likelyTokensOnce() throws IOException {
    ran(eval("greedy", "--greedy"));
    ran(eval("again", "--greedy", "--seed", "4"));

    assertThat(out("again").resolve("records.jsonl"))
        .hasSameTextualContentAs(out("greedy").resolve("records.jsonl"));
  }

  @Test
  void otherDataIsKeptWhereItIsAsked() throws IOException {
    Path data = suites.resolve("amc.jsonl");
    String[] plain = {"eval", "--model", model.toString(), "--data", data.toString()};

    Terminal.Ended before =
        ran(Stream.concat(Stream.of(plain), Stream.of("--json")).toArray(String[]::new));
    Terminal.Ended kept =
        ran(
            Stream.concat(Stream.of(plain), Stream.of("--out", out("other").toString(), "--json"))
                .toArray(String[]::new));

    JsonNode metrics = JsonMapper.shared().readTree(before.lastLine()).at("/suites/amc/metrics");
    assertThat(before.err()).contains("avg@k, %");
    JsonNode same = JsonMapper.shared().readTree(kept.lastLine()).at("/suites/amc/metrics");
    assertThat(same.get("response_length").asDouble())
        .isEqualTo(metrics.get("response_length").asDouble());
    assertThat(same.get("avg@8").asDouble()).isEqualTo(metrics.get("avg@8").asDouble());
  }

  @Test
  void twoServedModelsAreCompared() throws IOException {
    try (Service service = new Service()) {
      for (String served : List.of("good", "bad")) {
        ran(
            "eval",
            "--endpoint",
            service.base(),
            "--endpoint-model",
            served,
            "--suite",
            "amc=" + suites.resolve("amc.jsonl"),
            "--greedy",
            "--out",
            out(served).toString());
      }
      assertThat(service.prompts)
          .contains(
              "3 + 1 = Let's think step by step and output the final answer within \\boxed{}.");
    }

    Terminal.Ended ended =
        ran("eval-compare", out("bad").toString(), out("good").toString(), "--json");

    JsonNode amc = JsonMapper.shared().readTree(ended.lastLine()).at("/suites/amc");
    assertThat(amc.get("a").asDouble()).isEqualTo(0.5); // the even ones
    assertThat(amc.get("b").asDouble()).isEqualTo(1);
    assertThat(amc.get("test").asString()).isEqualTo("mcnemar");
    assertThat(amc.get("p").asDouble()).isCloseTo(2 / 64.0, within(1e-12));
    assertThat(amc.get("better")).hasSize(6);
    assertThat(amc.get("worse")).isEmpty();
    assertThat(ended.err())
        .contains("+50.0")
        .contains("0.0313 *")
        .contains("amc better: #2 0.0>100.0, #4");
  }

  @Test
  void whatIsNotClearIsRefused() {
    String model = this.model.toString();
    assertThat(refused("eval", "--suite", "amc")).contains("--endpoint-model");
    assertThat(refused("eval", "--model", model)).contains("give either --suite");
    assertThat(refused("eval", "--model", model, "--suite", "amc", "--data", "x.jsonl"))
        .contains("give either --suite");
    assertThat(refused("eval", "--endpoint", "http://127.0.0.1:1/v1", "--suite", "amc"))
        .contains("--endpoint-model NAME");
    assertThat(refused("eval", "--model", model, "--suite", "amx")).contains("mean 'amc'");
    assertThat(
            refused(
                "eval",
                "--model",
                model,
                "--suite",
                "amc,amc=" + suites.resolve("amc.jsonl"),
                "--suites",
                suites.toString()))
        .contains("'amc' is given twice");
    assertThat(
            refused("eval", "--model", model, "--suite", "aime24", "--suites", suites.toString()))
        .contains("aime24.jsonl")
        .contains("HuggingFaceH4/aime_2024");
    assertThat(refused(eval("new", "--greedy", "--samples", "4"))).contains("--greedy is one");
    assertThat(refused(eval("new", "--resume"))).contains("no run to resume");
    assertThat(refused("eval-compare", suites.toString(), suites.toString()))
        .contains("has no evaluation.json");
    assertThat(out("new").resolve("settings.yaml")).doesNotExist();
  }

  // ---- a service ------------------------------------------------------------------------------

  /** The model {@code good} adds right; any other only where the first number is even. */
  private static final class Service implements AutoCloseable {
    private final HttpServer server;
    private final List<String> prompts = new ArrayList<>();

    Service() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext("/v1/chat/completions", this::answer);
      server.start();
    }

    String base() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    private void answer(HttpExchange exchange) throws IOException {
      try (exchange) {
        JsonNode request = JsonMapper.shared().readTree(exchange.getRequestBody());
        String prompt = request.at("/messages/0/content").asString();
        prompts.add(prompt);
        int number = Integer.parseInt(prompt.substring(0, prompt.indexOf(' ')));
        boolean right = request.get("model").asString().equals("good") || number % 2 == 0;
        byte[] body =
            JsonMapper.shared()
                .writeValueAsBytes(
                    Map.of(
                        "choices",
                        List.of(
                            Map.of(
                                "message",
                                Map.of("content", "\\boxed{%d}".formatted(right ? number + 1 : 99)),
                                "finish_reason",
                                "stop")),
                        "usage",
                        Map.of("completion_tokens", 5)));
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      }
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }

  // ---- running --------------------------------------------------------------------------------

  private static Terminal.Ended ran(String... arguments) {
    Terminal.Ended ended = Terminal.here(arguments);
    assertThat(ended.exit()).as(ended.err()).isZero();
    return ended;
  }

  private static String refused(String... arguments) {
    Terminal.Ended ended = Terminal.here(arguments);
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    assertThat(ended.err().strip().lines()).as("one line: " + ended.err()).hasSize(1);
    assertThat(ended.err()).startsWith("braid: ").doesNotContain("Exception");
    return ended.err();
  }
}
