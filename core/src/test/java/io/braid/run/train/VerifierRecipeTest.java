package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.recipe.Overlay;
import io.braid.recipe.Recipe;
import io.braid.remote.CallSettings;
import io.braid.run.eval.EvaluationRecipe;
import io.braid.verify.Custom;
import io.braid.verify.Exact;
import io.braid.verify.Guarded;
import io.braid.verify.Http;
import io.braid.verify.Rule;
import io.braid.verify.Sum;
import io.braid.verify.VerifierSettings;
import io.braid.verify.guard.Boxes;
import io.braid.verify.guard.Unfinished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the verifier settings of a recipe. */
class VerifierRecipeTest {
  @TempDir Path directory;

  private static TrainRecipe recipe(String... overlays) {
    List<Overlay> all =
        new ArrayList<>(
            List.of(Overlay.of("model=m"), Overlay.of("data=d"), Overlay.of("steps=1")));
    for (String overlay : overlays) {
      all.add(Overlay.of(overlay));
    }
    return Recipe.of(all, TrainRecipe.class);
  }

  private static VerifierSettings verifier(String yaml) {
    return recipe("verifier=" + yaml).verifier();
  }

  @Test
  void rewardsAreStrictAndEvaluationsLenientByDefault() {
    assertThat(recipe().verifier()).isEqualTo(Rule.STRICT);
    assertThat(Recipe.of(List.of(Overlay.of("data=d")), EvaluationRecipe.class).verifier())
        .isEqualTo(Rule.LENIENT);
  }

  @Test
  void theCommandLineSelectsAVerifier() {
    assertThat(recipe("verifier.type=exact", "verifier.ignore_case=true").verifier())
        .isEqualTo(new Exact(Exact.Part.FINAL_ANSWER, true));
  }

  @Test
  void verifiersNest() {
    assertThat(
            verifier(
                "{type: guarded, reward: -1, guards: [unfinished, {type: boxes, min_boxes: 1}],"
                    + " verifier: {type: sum, parts: [{verifier: rule}, {weight: 0.5, verifier:"
                    + " exact}]}}"))
        .isEqualTo(
            new Guarded(
                List.of(new Unfinished(), new Boxes(1, 4)),
                -1,
                new Sum(
                    List.of(
                        new Sum.Part(1, false, Rule.STRICT),
                        new Sum.Part(0.5, false, new Exact(Exact.Part.FINAL_ANSWER, false))))));
  }

  @Test
  void customVerifiersAndServices() {
    assertThat(verifier("{type: custom, class: my.V, jar: v.jar, settings: {most: 4}}"))
        .isEqualTo(new Custom("my.V", Optional.of(Path.of("v.jar")), Map.of("most", "4")));
    assertThat(
            verifier("{type: http, url: 'http://h:1/x', token_env: T, calls: {max_attempts: 2}}"))
        .isEqualTo(
            new Http(
                "http://h:1/x",
                Optional.of("T"),
                "{prompt}{response}",
                "",
                64,
                1,
                new CallSettings(60, 2, 16, 0.5)));
  }

  @Test
  void theResolvedRecipeIsEquivalent() throws IOException {
    TrainRecipe recipe =
        recipe(
            "verifier={type: guarded, guards: [{type: length, max_length: 9}, repeated-words],"
                + " verifier: {type: sum, parts: [{verifier: gsm8k}, {verifier: {type: custom,"
                + " class: my.V}}, {weight: -2, verifier: {type: http, url: 'http://h:1/x'}}]}}");
    Path resolved = Files.writeString(directory.resolve("recipe.yaml"), Recipe.toYaml(recipe));

    assertThat(Recipe.read(resolved, List.of(), TrainRecipe.class)).isEqualTo(recipe);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gsm8                                            | verifier: no 'gsm8'; did you mean 'gsm8k'?
          {type: exakt}                                   | verifier.type: no 'exakt'; did you mean 'exact'?
          {type: exact, ignorecase: true}                 | verifier.ignorecase: no such key; did you mean 'ignore_case'?
          {type: guarded, guards: [lenght], verifier: rule} | verifier.guards[0]: no 'lenght'; did you mean 'length'?
          {type: guarded, guards: [], verifier: rule}     | verifier.guards: must have at least one guard
          {type: sum, parts: [{weight: .nan, verifier: rule}]} | weight: must be a finite number
          {type: custom}                                  | verifier.class: missing
          {type: http, url: 'http://x/', query: '{prompt}'} | verifier.query: must contain {response}
          {type: http, url: 'http://x/', calls: {max_attempts: 0}} | verifier.calls.max_attempts: must be at least 1
          """)
  void errorsNameTheKey(String yaml, String why) {
    assertThatThrownBy(() -> verifier(yaml))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("command line 'verifier=")
        .hasMessageContaining(why);
  }
}
