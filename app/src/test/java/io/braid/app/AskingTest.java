package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.run.Sample;
import io.braid.run.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a run asks its model, and what becomes of data that it must not or cannot ask. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AskingTest {
  private static final String TEMPLATE =
      "{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if enable_thinking is"
          + " defined and not enable_thinking %}<nothink>{% endif %}<assistant>";

  @TempDir private static Path directory = Path.of("");
  private Path model = Path.of("");
  private Path dated = Path.of("");

  @BeforeAll
  void make() throws IOException {
    model = ByteModel.in(directory);
    Files.writeString(model.resolve("chat_template.jinja"), TEMPLATE);
    dated = ByteModel.in(Files.createDirectories(directory.resolve("other")));
    Files.writeString(
        dated.resolve("chat_template.jinja"), "{{ strftime_now('%Y-%m-%d') }}:" + TEMPLATE);
    write(
        "sys.jsonl",
        "{\"prompt\": [{\"role\": \"system\", \"content\": \"S\"}, {\"role\": \"user\","
            + " \"content\": \"7+8?\"}], \"answer\": \"15\", \"level\": 3}\n");
    write(
        "turns.jsonl",
        "{\"prompt\": [{\"role\": \"user\", \"content\": \"1+1?\"}, {\"role\": \"assistant\","
            + " \"content\": \"2\"}, {\"role\": \"user\", \"content\": \"7+8?\"}], \"answer\":"
            + " \"15\"}\n");
    write(
        "long.jsonl",
        "{\"question\": \"7+8?\", \"answer\": \"15\"}\n{\"question\": \"%s\", \"answer\": \"2\"}\n"
            .formatted("x".repeat(5000)));
    write("few_test.jsonl", "{\"question\": \"7+8?\", \"answer\": \"15\"}\n");
    write("hub/data/train-00000-of-00001.jsonl", "{\"question\": \"a\", \"answer\": \"1\"}\n");
    write("hub/data/test-00000-of-00001.jsonl", "{\"question\": \"t\", \"answer\": \"1\"}\n");
  }

  private static void write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private Terminal.Ended train(String out, String data, String... more) {
    return train(model, out, data, more);
  }

  private static Terminal.Ended train(Path model, String out, String data, String... more) {
    try {
      Path recipe = directory.resolve("r.yaml");
      Files.writeString(
          recipe,
          """
          model: %s
          data: %s
          prompt: chat
          steps: 2
          prompts_per_step: 1
          rollout: {samples: 2, max_new_tokens: 4}
          saving: {checkpoint_every_steps: 1, keep: 3, samples_every_steps: 1}
          """
              .formatted(model, directory.resolve(data)));
      List<String> command =
          new ArrayList<>(
              List.of("train", recipe.toString(), "--out", directory.resolve(out).toString()));
      command.addAll(Arrays.asList(more));
      return Terminal.here(command.toArray(String[]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> prompts(String out, int step) {
    return Samples.read(directory.resolve(out).resolve("samples/step-%06d.jsonl".formatted(step)))
        .stream()
        .map(Sample::prompt)
        .distinct()
        .toList();
  }

  private String asked(String out, String data, String... more) {
    Terminal.Ended ended = train(out, data, more);
    assertThat(ended.exit()).as(ended.err()).isZero();
    return prompts(out, 1).getFirst();
  }

  private static String refused(Terminal.Ended ended) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(2);
    return ended.err();
  }

  @Test
  void promptsAreWhatTheTemplateMakesOfAllMessages() {
    assertThat(asked("a1", "sys.jsonl")).isEqualTo("<system>S<user>7+8?<assistant>");
    assertThat(asked("a2", "turns.jsonl")).isEqualTo("<user>1+1?<assistant>2<user>7+8?<assistant>");
    assertThat(
            asked(
                "a3",
                "sys.jsonl",
                "asking.system=T",
                "asking.template='[{{ level }}] {{ question }}'",
                "asking.variables={enable_thinking: false}"))
        .isEqualTo("<system>T<user>[3] 7+8?<nothink><assistant>");
    assertThat(asked("a4", "sys.jsonl", "asking.system=''", "prompt=none")).isEqualTo("7+8?");
    assertThat(asked("a5", "turns.jsonl", "prompt=chat_box"))
        .isEqualTo(
            "<user>1+1?<assistant>2<user>7+8? Let's think step by step and output the final answer"
                + " within \\boxed{}.<assistant>");
  }

  @Test
  void aFormatWithoutAPlaceForThemRefusesMessagesByTheirLine() {
    assertThat(refused(train("b1", "sys.jsonl", "prompt=none")))
        .contains(
            "sys.jsonl line 1: the prompt format 'none' asks one question", "asking.system: ''");
    assertThat(refused(train("b2", "sys.jsonl", "prompt=none", "asking.system=T")))
        .contains("asking.system: the prompt format 'none' does not support a system message");
  }

  @Test
  void longPromptsAreRefusedByTheirLineOrLeftOutWithACount() {
    assertThat(refused(train("c1", "long.jsonl")))
        .contains(
            "long.jsonl line 2: its prompt has 5,017 tokens, but the model's context leaves"
                + " 4,092 in addition to the response");
    Terminal.Ended dropped = train("c2", "long.jsonl", "asking.long_prompts=drop");
    assertThat(dropped.exit()).as(dropped.err()).isZero();
    assertThat(dropped.err())
        .contains("dropped 1 of 2 problems: their prompts have more than 4092 tokens");
    assertThat(refused(train("c3", "long.jsonl", "asking.max_prompt_tokens=10")))
        .contains(
            "long.jsonl line 1: its prompt has 21 tokens, but asking.max_prompt_tokens is 10");
    Terminal.Ended measured =
        Terminal.here(
            "eval",
            "--model",
            model.toString(),
            "--data",
            directory.resolve("long.jsonl").toString(),
            "--long-prompts",
            "drop",
            "--max-new-tokens",
            "2",
            "--samples",
            "1");
    assertThat(measured.exit()).as(measured.err()).isZero();
    assertThat(measured.out()).containsPattern("long +1 +1 ");
  }

  @Test
  void trainingRefusesATestSetUnlessTheRecipeAsksForIt() {
    assertThat(refused(train("d1", "few_test.jsonl")))
        .contains(
            "few_test.jsonl says that it is a test set, which must not be trained on",
            "split: test");
    assertThat(asked("d2", "few_test.jsonl", "split=test")).contains("7+8?");
    assertThat(refused(train("d3", "hub")))
        .contains("hub has the splits test, train; choose one with split: train");
    assertThat(asked("d4", "hub", "split=train")).isEqualTo("<user>a<assistant>");
    assertThat(refused(train("d5", "hub/data/test-00000-of-00001.jsonl")))
        .contains("says that it is a test set");
    assertThat(
            refused(
                Terminal.here(
                    "eval",
                    "--model",
                    model.toString(),
                    "--data",
                    directory.resolve("hub").toString())))
        .contains("hub has the splits test, train");
    Terminal.Ended measured =
        Terminal.here(
            "eval",
            "--model",
            model.toString(),
            "--data",
            directory.resolve("few_test.jsonl").toString(),
            "--max-new-tokens",
            "2",
            "--samples",
            "1");
    assertThat(measured.exit()).as(measured.err()).isZero();
  }

  @Test
  void aResumedRunUsesTheDateOfItsFirstDay() throws IOException {
    Terminal.Ended begun = train(dated, "e1", "few_test.jsonl", "split=test");
    assertThat(begun.exit()).as(begun.err()).isZero();
    String today = LocalDate.now(ZoneId.systemDefault()).toString();
    Path recipe = directory.resolve("e1/recipe.yaml");
    assertThat(Files.readString(recipe)).contains("  date: \"" + today + "\"");
    assertThat(begun.err()).contains("the chat template contains the date: " + today);

    Files.writeString(recipe, Files.readString(recipe).replace(today, "2020-01-31"));
    delete(directory.resolve("e1/checkpoints/step-000002"));
    Terminal.Ended resumed = train(dated, "e1", "few_test.jsonl", "split=test", "--resume");
    assertThat(resumed.exit()).as(resumed.err()).isZero();
    assertThat(prompts("e1", 2)).containsExactly("2020-01-31:<user>7+8?<assistant>");
    assertThat(Files.readString(recipe)).contains("  date: \"2020-01-31\"");

    assertThat(asked("e2", "sys.jsonl", "asking.date=2021-02-03")).startsWith("<system>");
    Terminal.Ended said =
        train(dated, "e3", "few_test.jsonl", "split=test", "asking.date=2021-02-03");
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(prompts("e3", 1)).containsExactly("2021-02-03:<user>7+8?<assistant>");
    assertThat(refused(train("e4", "sys.jsonl", "asking.date=tomorrow")))
        .contains("asking.date: must be a day such as 2026-01-31, got 'tomorrow'");
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
