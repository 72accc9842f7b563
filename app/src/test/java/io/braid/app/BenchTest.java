package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Each measurement runs at a setting too small to mean anything, and answers with its keys. */
class BenchTest {
  @TempDir private static Path directory = Path.of("");

  @Test
  void rolloutsOfManyRows() {
    JsonNode answer = bench("rollout --prompts 3 --samples 2 --new 5 --runs 2 --inexact");
    assertThat(answer.get("what").asString()).isEqualTo("rollout");
    assertThat(answer.get("size").asString()).isEqualTo("tiny");
    assertThat(answer.get("dtype").asString()).isEqualTo("float32");
    assertThat(answer.get("exact").asBoolean()).isFalse();
    assertThat(answer.get("threads").asInt()).isPositive();
    assertThat(positive(answer.get("tokens_per_s"))).hasSize(2);
    assertThat(positive(answer.get("tokens"))).hasSize(2).allMatch(count -> count <= 30);
    assertThat(answer.get("peak_mb").asInt()).isPositive();
    assertThat(answer.has("bandwidth_utilisation")).isFalse();
  }

  @Test
  void aRolloutOfOneRowReportsTheBytesItReads() {
    JsonNode answer = bench("rollout --prompts 1 --samples 1 --full --new 4 --runs 1");
    assertThat(answer.get("exact").asBoolean()).isTrue();
    assertThat(positive(answer.get("tokens"))).containsExactly(4.0);
    // 315,936 weights, and keys and values of 10 tokens
    double read = 315_936 * 4 + 2 * 3 * 2 * 24 * 4 * 10;
    assertThat(answer.get("bytes_per_token").asDouble()).isEqualTo(read);
    double copy = answer.get("copy_gb_per_s").get(0).asDouble();
    double speed = answer.get("tokens_per_s").get(0).asDouble();
    assertThat(answer.get("bandwidth_utilisation").get(0).asDouble())
        .isEqualTo(speed * read / 1e9 / copy);
  }

  @Test
  void trainingSteps() {
    JsonNode answer =
        bench(
            "train --sequences 2 --longest 9 --runs 2 --warm-up 0 --dtype bfloat16"
                + " --checkpoint-layers");
    assertThat(answer.get("what").asString()).isEqualTo("train");
    assertThat(answer.get("dtype").asString()).isEqualTo("bfloat16");
    assertThat(positive(answer.get("step_ms"))).hasSize(2);
    assertThat(answer.get("tokens").asInt()).isEqualTo(2 * 16 + 1 + 4); // 1 + ⌊9 · 0.618²⌋
    assertThat(answer.get("response_tokens").asInt()).isEqualTo(1 + 4);
    assertThat(positive(answer.get("mfu"))).hasSize(2).allMatch(share -> share < 1);
    assertThat(positive(answer.get("matmul_gflops"))).hasSize(2);
    assertThat(answer.get("flops").asDouble()).isPositive();
    assertThat(answer.get("peak_mb").asInt()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"grpo", "flowrl"})
  void wholeSteps(String algorithm) {
    Path model = TinyModel.in(directory.resolve(algorithm));
    JsonNode answer =
        bench("step --runs 2 --warm-up 0 --algorithm " + algorithm + " --model " + model);
    assertThat(answer.get("what").asString()).isEqualTo("step");
    assertThat(answer.get("algorithm").asString()).isEqualTo(algorithm);
    for (String phase :
        List.of("rollout", "verify", "measure", "forward", "backward", "optimizer", "train")) {
      assertThat(answer.get(phase + "_ms")).as(phase).hasSize(2);
    }
    assertThat(positive(answer.get("step_ms"))).hasSize(2);
    assertThat(positive(answer.get("tokens"))).allMatch(count -> count <= 32 * 8 * 10);
    if (algorithm.equals("flowrl")) { // learns from every group
      assertThat(positive(answer.get("backward_ms"))).hasSize(2);
    }
  }

  @Test
  void withoutAModelOneIsFineTunedFirst() {
    JsonNode answer = bench("step --runs 1 --warm-up 0 --sft-steps 1");
    assertThat(positive(answer.get("step_ms"))).hasSize(1);
  }

  @Test
  void loadTellsTheMachine() {
    JsonNode answer = bench("load --concurrent 8,16 --new 3 --runs 1 --warm-up 0");
    assertThat(answer.get("what").asString()).isEqualTo("load");
    assertThat(positive(answer.get("concurrent"))).containsExactly(8.0, 16.0);
    for (String key : List.of("us_per_token", "tokens", "kv_cache_mb", "peak_mb", "grown_mb")) {
      assertThat(answer.get(key)).as(key).hasSize(2);
    }
    assertThat(positive(answer.get("us_per_token").get(1))).hasSize(1);
    JsonNode machine = answer.get("machine");
    for (String key :
        List.of(
            "matmul_float32_gflops",
            "matmul_bfloat16_gflops",
            "copy_engine_gb_per_s",
            "copy_jvm_gb_per_s",
            "cores")) {
      assertThat(machine.get(key).asDouble()).as(key).isPositive();
    }
    for (String key : List.of("cpu", "jdk", "engine", "blas")) {
      assertThat(machine.get(key).asString()).as(key).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rollout --size huge",
        "rollout --dtype int64",
        "rollout --prompts 0",
        "rollout --warm-up -1",
        "rollout --threads 0",
        "rollout --prompts 1 --samples 1 --new 5000",
        "train --sequences 0",
        "train --longest many",
        "step --runs 0",
        "step --algorithm ppo",
        "step --model nowhere",
        "load --concurrent 12",
        "load --concurrent 8 --runs 0",
        "load --concurrent 8 --warm-up -1",
        ""
      })
  void badOptionsGiveOneLine(String options) {
    Terminal.Ended ended = Terminal.here(("bench " + options).strip().split(" "));
    assertThat(ended.exit()).isEqualTo(2);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().strip().lines()).hasSize(1);
  }

  private static JsonNode bench(String options) {
    Terminal.Ended ended = Terminal.here(("bench " + options + " --json").split(" "));
    assertThat(ended.exit()).as(ended.err()).isZero();
    assertThat(ended.out().lines()).hasSize(1); // what is for people goes to the error stream
    return JsonMapper.shared().readTree(ended.lastLine());
  }

  private static List<Double> positive(JsonNode array) {
    List<Double> numbers = new ArrayList<>();
    array.forEach(number -> numbers.add(number.asDouble()));
    assertThat(numbers).isNotEmpty().allMatch(number -> number > 0);
    return numbers;
  }
}
