package io.braid.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.Default;
import io.braid.Doc;
import io.braid.SettingError;
import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RecipeTest {
  enum Average {
    TOKEN_MEAN,
    SEQUENCE_MEAN
  }

  sealed interface Objective {}

  record Grpo(@Default("0.2") double clip) implements Objective {}

  record FlowMatching(@Default("15") double beta, Optional<Path> head) implements Objective {}

  record Rollout(
      @Doc("Responses for each problem.") @Default("8") int samples,
      @Default("1.0") double temperature,
      @Default("[]") List<String> stopWords) {
    Rollout {
      if (samples < 1) {
        throw new SettingError("samples", "must be at least 1, is " + samples + "; raise it");
      }
    }
  }

  record Suite(String name, @Default("1") int k) {}

  record Training(
      @Doc("The model directory.") Path model,
      @Default("1e-6") double learningRate,
      @Default("sequence-mean") Average average,
      @Default("grpo") Objective objective,
      Rollout rollout,
      @Default("[]") List<Suite> suites,
      @Default("{}") Map<String, Double> rewardWeights,
      Optional<Long> seed,
      @Default("true") boolean shuffle) {
    Training {
      if (shuffle && rollout.samples() == 13) {
        throw new SettingError("rollout.samples", "13 brings bad luck when shuffled; take 12");
      }
    }
  }

  @TempDir Path dir;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }

  private Training read(String text, String... overrides) throws IOException {
    return Recipe.read(file("r.yaml", text), List.of(overrides), Training.class);
  }

  private void assertRefused(String text, String message, String... overrides) {
    assertThatThrownBy(() -> read(text, overrides))
        .isInstanceOf(UserError.class)
        .hasMessage(message.replace("r.yaml", dir.resolve("r.yaml").toString()));
  }

  @Test
  void aRecipeStatesOnlyTheDifferencesFromTheDefaults() throws IOException {
    Training recipe =
        read(
            """
            model: models/tiny
            average: token-mean
            rollout:
              stop_words: [stop, "no: more"]
            reward_weights: {correct: 1, format: 0.1}
            seed: 1_000_000
            """);

    assertThat(recipe)
        .isEqualTo(
            new Training(
                Path.of("models/tiny"),
                1e-6,
                Average.TOKEN_MEAN,
                new Grpo(0.2),
                new Rollout(8, 1.0, List.of("stop", "no: more")),
                List.of(),
                Map.of("correct", 1.0, "format", 0.1),
                Optional.of(1_000_000L),
                true));
  }

  @Test
  void aChoiceIsNamedByItsTypeOrByItsBareName() throws IOException {
    assertThat(read("{model: m, objective: {type: flow-matching, beta: 3}}").objective())
        .isEqualTo(new FlowMatching(3, Optional.empty()));
    assertThat(read("{model: m, objective: flow-matching}").objective())
        .isEqualTo(new FlowMatching(15, Optional.empty()));
  }

  @Test
  void overridesAreLaidOverTheFileInTheirOrder() throws IOException {
    Training recipe =
        read(
            "model: m\nrollout:\n  samples: 2\n  temperature: 0.5\nobjective: grpo\n",
            "rollout.samples=3",
            "rollout.samples=4",
            "rollout.stop_words=[a, b]",
            "objective.clip=0.3",
            "seed=7",
            "seed=");

    assertThat(recipe.rollout()).isEqualTo(new Rollout(4, 0.5, List.of("a", "b")));
    assertThat(recipe.objective()).isEqualTo(new Grpo(0.3));
    assertThat(recipe.seed()).isEmpty();
  }

  @Test
  void anotherTypeReplacesAChoiceWithItsKeys() throws IOException {
    assertThat(read("{model: m, objective: {clip: 0.5, type: grpo}}", "objective=flow-matching"))
        .extracting(Training::objective)
        .isEqualTo(new FlowMatching(15, Optional.empty()));
  }

  @Test
  void errorsSayFileLineColumnKeyAndRemedy() {
    String known = "samples, temperature, stop_words";
    assertRefused(
        "model: m\nrollout:\n  smaples: 3\n",
        "r.yaml:3:3: rollout.smaples: no such key; did you mean 'samples'? known: " + known);
    assertRefused(
        "model: m\nrollout:\n  colour: 3\n",
        "r.yaml:3:3: rollout.colour: no such key; known: " + known);
    assertRefused(
        "model: m\nrollout:\n  samples: lots\n",
        "r.yaml:3:12: rollout.samples: must be a whole number below 2^31, got 'lots'");
    assertRefused(
        "model: m\nrollout: 8\n",
        "r.yaml:2:10: rollout: must be 'key: value' lines below it, got '8'");
    assertRefused(
        "model: m\nsuites: [{name: a}, {name: b, k: x}]\n",
        "r.yaml:2:34: suites[1].k: must be a whole number below 2^31, got 'x'");
    assertRefused("model: [m]\n", "r.yaml:1:8: model: must be a path, got a list");
    assertRefused(
        "model: m\nmodel: n\n", "r.yaml:2:1: model: given twice, first at r.yaml:1:1; delete one");
    assertRefused("seed: 1\n", "r.yaml:1:1: model: missing; add 'model: …' (The model directory.)");
    assertRefused(
        "model: m\naverage: sequnce-mean\n",
        "r.yaml:2:10: average: no 'sequnce-mean'; did you mean 'sequence-mean'?"
            + " known: token-mean, sequence-mean");
    assertRefused(
        "model: m\nobjective: {type: grop}\n",
        "r.yaml:2:19: objective.type: no 'grop'; did you mean 'grpo'? known: flow-matching, grpo");
    assertRefused(
        "model: m\nobjective: {clip: 1}\n",
        "r.yaml:2:12: objective.type: missing; name one of flow-matching, grpo");
    assertRefused(
        "model: m\nshuffle: yes\n", "r.yaml:2:10: shuffle: must be true or false, got 'yes'");
  }

  @Test
  void aRecordsRefusalHasThePlaceOfItsKey() {
    assertRefused(
        "model: m\nrollout:\n  temperature: 1\n  samples: 0\n",
        "r.yaml:4:12: rollout.samples: must be at least 1, is 0; raise it");
    assertRefused(
        "model: m\nrollout:\n  samples: 13\n",
        "r.yaml:3:12: rollout.samples: 13 brings bad luck when shuffled; take 12");
    assertRefused(
        "model: m\n",
        "command line 'rollout.samples=0': rollout.samples: must be at least 1, is 0; raise it",
        "rollout.samples=0");
  }

  @Test
  void errorsOnTheCommandLineQuoteIt() {
    assertRefused(
        "model: m\n",
        "command line 'rollout.sample=3': rollout.sample: no such key;"
            + " did you mean 'samples'? known: samples, temperature, stop_words",
        "rollout.sample=3");
    assertRefused(
        "model: m\n",
        "command line 'samples': must have the form key.path=value, such as rollout.samples=8",
        "samples");
    assertRefused(
        "model: m\n",
        "command line 'rollout.samples.x=3': rollout.samples: must be a whole number below 2^31,"
            + " got a mapping",
        "rollout.samples.x=3");
  }

  @Test
  void whatIsNotARecipeIsRefused() {
    assertRefused("", "r.yaml:1:1: is empty; a recipe is lines of 'key: value'");
    assertRefused("# nothing\n", "r.yaml:1:1: is empty; a recipe is lines of 'key: value'");
    assertRefused("- a\n", "r.yaml:1:1: holds a list; a recipe is lines of 'key: value'");
    assertRefused(
        "model: m\nrollout:\n\tsamples: 3\n",
        "r.yaml:3:1: a tab indents this line; indent with spaces");
    assertRefused(
        "model: &m x\nseed: *m\n",
        "r.yaml:2:7: aliases (*) and tags (!) are not supported; write the value out");
    assertRefused(
        "model: !!int 5\n",
        "r.yaml:1:8: aliases (*) and tags (!) are not supported; write the value out");
    assertRefused(
        "model: m\n---\nmodel: n\n",
        "r.yaml:3:1: a second document begins; a recipe is a single document, so remove '---'");
    assertThatThrownBy(() -> read("model: m\nseed: [1\n"))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith(dir.resolve("r.yaml") + ":3:1: not YAML: ");
    assertThatThrownBy(() -> read("model: " + "[".repeat(5000)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("nested deeper than 32 levels");
    assertThatThrownBy(() -> Recipe.read(dir.resolve("none.yaml"), List.of(), Training.class))
        .isInstanceOf(UserError.class)
        .hasMessage(dir.resolve("none.yaml") + ": no such recipe; check the path");
  }

  @ParameterizedTest
  @CsvSource({"1e3, 1000", "1_000, 1000", "8.0, 8"})
  void wholeNumbersMayBeWrittenAsPeopleWriteThem(String text, long number) throws IOException {
    assertThat(read("model: m\nseed: " + text + "\n").seed()).contains(number);
  }

  @ParameterizedTest
  @CsvSource({"1.5", "1e999999999", "9223372036854775808", "0x10", "''"})
  void aNumberThatIsNotWholeIsRefused(String text) {
    assertRefused(
        "model: m\nseed: '" + text + "'\n",
        "r.yaml:2:7: seed: must be a whole number, got '" + text + "'");
  }

  @Test
  void anExtendingRecipeIsMergedDeepAndErrorsNameTheRightFile() throws IOException {
    Files.createDirectories(dir.resolve("base"));
    file(
        "base/all.yaml",
        "model: m\nrollout:\n  samples: 2\n  temperature: 0.5\nsuites: [{name: a}]\n");
    file("base/mid.yaml", "extends: all.yaml\nrollout:\n  samples: 3\n");
    Training recipe = read("extends: base/mid.yaml\nsuites: []\n");

    assertThat(recipe.rollout()).isEqualTo(new Rollout(3, 0.5, List.of()));
    assertThat(recipe.suites()).isEmpty();

    file("base/mid.yaml", "extends: all.yaml\nrollout:\n  samples: none\n");
    assertThatThrownBy(() -> read("extends: base/mid.yaml\n"))
        .hasMessageStartingWith(dir.resolve("base/mid.yaml") + ":3:12: rollout.samples: ");
  }

  @Test
  void aCircularOrMissingExtendsIsRefused() throws IOException {
    file("other.yaml", "extends: r.yaml\n");
    assertThatThrownBy(() -> read("extends: other.yaml\n"))
        .hasMessage(
            "%s:1:10: extends: %s extends itself; remove one extends",
            dir.resolve("other.yaml"), dir.resolve("r.yaml"));
    assertRefused(
        "extends: gone.yaml\n",
        "r.yaml:1:10: extends: no recipe at "
            + dir.resolve("gone.yaml")
            + "; the path is relative to this file");
  }

  /**
   * An untrusted recipe cannot read a file that is not a recipe, nor make an error show its lines.
   */
  @Test
  void onlyRecipesAreExtended() throws IOException {
    file("secret", "root:x:0\n");
    Files.createSymbolicLink(dir.resolve("link.yaml"), dir.resolve("secret"));
    for (String other : List.of("/dev/zero", "secret", "link.yaml", "..")) {
      assertThatThrownBy(() -> read("extends: " + other + "\n"))
          .isInstanceOf(UserError.class)
          .hasMessageStartingWith(dir.resolve("r.yaml") + ":1:10: extends: ")
          .hasMessageEndingWith(" is not a recipe; name a file that ends in .yaml or .yml");
    }
  }

  @Test
  void aDeviceOrADirectoryIsNoRecipe() {
    assertThatThrownBy(() -> Recipe.read(Path.of("/dev/zero"), List.of(), Training.class))
        .isInstanceOf(UserError.class)
        .hasMessage("/dev/zero: larger than 1 MiB; is it a recipe?");
    assertThatThrownBy(() -> Recipe.read(dir, List.of(), Training.class))
        .isInstanceOf(UserError.class)
        .hasMessage(dir + ": is a directory; give a recipe, a file that ends in .yaml");
  }

  @Test
  void theSchemaKnowsTypesDefaultsNamesAndSentences() {
    JsonNode schema = new JsonMapper().readTree(RecipeSchema.of(Training.class));
    JsonNode rollout = schema.at("/properties/rollout/properties");

    assertThat(rollout.at("/samples").toString())
        .isEqualTo(
            """
            {"type":"integer","description":"Responses for each problem.","default":8}\
            """);
    assertThat(schema.at("/properties/average").toString())
        .isEqualTo(
            """
            {"enum":["token-mean","sequence-mean"],"default":"sequence-mean"}\
            """);
    assertThat(schema.at("/properties/learning_rate").toString())
        .isEqualTo("{\"type\":\"number\",\"default\":1.0E-6}");
    String objective = schema.at("/properties/objective/$ref").asString();
    assertThat(objective).startsWith("#/$defs/");
    assertThat(schema.at(objective.substring(1) + "/anyOf/2/properties/type/const").asString())
        .isEqualTo("grpo");
    assertThat(schema.at("/properties/extends/type").asString()).isEqualTo("string");
    assertThat(schema.at("/additionalProperties").asBoolean()).isFalse();
  }
}
