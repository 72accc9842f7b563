package io.braid.task.visual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.eval.Evaluation;
import io.braid.eval.Outcome;
import io.braid.eval.Reply;
import io.braid.image.ImageLimits;
import io.braid.image.ImageSource;
import io.braid.image.PixelImage;
import io.braid.task.CountdownSolver;
import io.braid.task.Names;
import io.braid.task.Problem;
import io.braid.task.ProblemSource;
import io.braid.task.Reference;
import io.braid.task.Split;
import io.braid.task.Tasks;
import io.braid.task.inspect.Guesses;
import io.braid.text.WordTokenizerFiles;
import io.braid.verify.RuleVerifier;
import io.braid.verify.Verdict;
import io.braid.verify.Verifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VisualTest {
  private static final int[] DIFFICULTIES = {1, 2, 3, 4};

  private static ProblemSource source(VisualKind kind, int difficulty) {
    return Tasks.named("visual:kind=%s,difficulty=%s".formatted(Names.of(kind), difficulty))
        .source();
  }

  private static List<Problem> problems(VisualKind kind, int difficulty, int count) {
    return source(kind, difficulty).problems(Split.TRAIN, count);
  }

  private static List<Problem> problems(String spec, int count) {
    return Tasks.named(spec).source().problems(Split.TRAIN, count);
  }

  private static PixelImage picture(Problem problem) {
    return problem.images().getFirst().decode(ImageLimits.STANDARD);
  }

  @Test
  void aProblemHasItsPictureFirst() {
    for (Problem problem : problems("visual", 20)) {
      assertThat(problem.question()).startsWith(ImageSource.PLACE + " ");
      assertThat(problem.images()).hasSize(1);
      assertThat(picture(problem).width()).isEqualTo(112);
      assertThat(problem).isEqualTo(problem.with(problem.images()));
    }
  }

  @Test
  void theSizeChangesThePixelsButNoProblem() {
    List<Problem> small = problems("visual", 14);
    List<Problem> large = problems("visual:size=336", 14);
    for (int i = 0; i < small.size(); i++) {
      assertThat(large.get(i).id()).isEqualTo(small.get(i).id());
      assertThat(large.get(i).question()).isEqualTo(small.get(i).question());
      assertThat(picture(large.get(i)).width()).isEqualTo(336);
      assertThat(large.get(i)).isNotEqualTo(small.get(i));
    }
  }

  @Test
  void kindsTakeTurnsAndMoreProblemsBeginLikeFewer() {
    List<Problem> all = problems("visual:kind=all", 210);
    assertThat(problems("visual", 100)).isEqualTo(all.subList(0, 100));
    for (VisualKind kind : VisualKind.values()) {
      assertThat(all).filteredOn(each -> each.id().contains(Names.of(kind))).hasSizeBetween(20, 40);
    }
    assertThat(problems("visual:kind=clock+bars", 50))
        .allMatch(problem -> problem.id().matches("visual:(clock|bars):1:[0-9a-f]{16}"));
  }

  @Test
  void splitsAndSeedsShareNoProblem() {
    Set<String> ids = new TreeSet<>();
    int count = 0;
    for (String seed : List.of("0", "1")) {
      ProblemSource source = Tasks.named("visual:seed=" + seed).source();
      for (Split split : Split.values()) {
        for (Problem problem : source.problems(split, 50)) {
          ids.add(problem.id());
          count++;
        }
      }
    }
    assertThat(ids).hasSize(count);
  }

  @ParameterizedTest
  @CsvSource({
    "COUNT, 1, c10b7a947ff60535", "COUNT, 4, 859486872ecb174a",
    "COMPARE, 1, 51cc0cf34b1e9440", "COMPARE, 4, 4402290ea0ed2693",
    "BARS, 1, 2eaa92503be876d1", "BARS, 4, f219f066ff1398a1",
    "PATH, 1, b3f86ed13d371932", "PATH, 4, 7e8f1b7523c55bfc",
    "CLOCK, 1, a606f9983f518753", "CLOCK, 4, 679fd6b846e48d3a",
    "GEOMETRY, 1, 2bdea3a5874ec5ac", "GEOMETRY, 4, 256ef1a0d1a06e8c",
    "SEVERAL, 1, fc39ba37e90c4b39", "SEVERAL, 4, 8a92fa5d5da894c1",
  })
  void aSeedGivesTheSameBytesOnEveryMachine(VisualKind kind, int difficulty, String golden)
      throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Problem problem : problems(kind, difficulty, 8)) {
      String text = problem.id() + problem.question() + problem.reference().shown();
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      digest.update(picture(problem).rgb());
    }
    assertThat(HexFormat.of().formatHex(digest.digest(), 0, 8)).isEqualTo(golden);
  }

  @ParameterizedTest
  @EnumSource(VisualKind.class)
  void everyResponseIsRightShortAndOfKnownWords(VisualKind kind) {
    Set<String> words = Set.copyOf(VisualWords.all());
    try (Verifier rule = new RuleVerifier()) {
      for (int difficulty : DIFFICULTIES) {
        ProblemSource source = source(kind, difficulty);
        for (Problem problem : source.problems(Split.TRAIN, 60)) {
          List<String> asked = words(problem.question().replace(ImageSource.PLACE, ""));
          List<String> said = words(source.randomSolution(problem, 5));
          assertThat(words).containsAll(asked).containsAll(said);
          assertThat(said.size()).isLessThanOrEqualTo(24);
          assertThat(rule.judge(problem, String.join(" ", said)).correct())
              .as("%s: %s", problem, said)
              .isTrue();
        }
      }
    }
  }

  /** Cuts a text as the tokenizer of these words does. */
  private static List<String> words(String text) {
    Matcher matcher = Pattern.compile("####|[0-9]+|\\p{L}+|[^\\s]").matcher(text);
    return matcher.results().map(each -> each.group()).toList();
  }

  @Test
  void theWordsMakeATokenizerAndEachIsUsed() {
    assertThat(WordTokenizerFiles.of(VisualWords.all()).tokenizer()).contains("\"####\"");
    Set<String> used = new TreeSet<>();
    for (int difficulty : DIFFICULTIES) {
      ProblemSource source = Tasks.named("visual:difficulty=" + difficulty).source();
      for (Problem problem : source.problems(Split.TRAIN, 2000)) {
        used.addAll(words(problem.question().replace(ImageSource.PLACE, "")));
        used.addAll(words(source.randomSolution(problem, 1)));
      }
    }
    assertThat(used).containsExactlyInAnyOrderElementsOf(VisualWords.all());
  }

  @Test
  void eachOfSeveralAnswersIsRightAndNoOtherWordIs() {
    try (Verifier rule = new RuleVerifier()) {
      Evaluation evaluation = new Evaluation(rule, new CountdownSolver());
      for (int difficulty : DIFFICULTIES) {
        for (Problem problem : problems(VisualKind.SEVERAL, difficulty, 4)) {
          List<String> answers = ((Reference.OneOf) problem.reference()).answers();
          List<Reply> replies = new ArrayList<>();
          List<Verdict> verdicts = new ArrayList<>();
          for (String word : VisualWords.all()) {
            Reply reply = new Reply("#### " + word, 2, true);
            Verdict verdict = rule.judge(problem, reply.text());
            assertThat(verdict.correct())
                .as("%s: %s", problem, word)
                .isEqualTo(answers.contains(word.replaceFirst("^0(?=.)", ""))); // 07 is 7
            replies.add(reply);
            verdicts.add(verdict);
          }
          assertThat(
                  rule.judge(problem, "#### " + answers.get(0) + ", " + answers.get(1)).correct())
              .isFalse();
          Outcome outcome = evaluation.outcome(problem, replies, verdicts);
          assertThat(outcome.solutions()).isEqualTo(Optional.of(Set.copyOf(answers)));
          assertThat(outcome.distinctCorrect(replies.size())).isEqualTo(Set.copyOf(answers));
          assertThat(outcome.metrics().byName()).containsEntry("coverage@" + replies.size(), 1.0);
        }
      }
    }
  }

  @Test
  void theResponsesToSeveralGiveEveryAnswer() {
    ProblemSource source = source(VisualKind.SEVERAL, 3);
    for (Problem problem : source.problems(Split.TRAIN, 20)) {
      Set<String> given = new TreeSet<>();
      for (int seed = 0; seed < 100; seed++) {
        String response = source.randomSolution(problem, seed);
        given.add(response.substring(response.indexOf("#### ") + 5));
      }
      assertThat(given).isEqualTo(new TreeSet<>(((Reference.OneOf) problem.reference()).answers()));
    }
  }

  @ParameterizedTest
  @EnumSource(VisualKind.class)
  void guessingIsNoWayToAnswer(VisualKind kind) {
    for (int difficulty : DIFFICULTIES) {
      Guesses guesses = Guesses.of(problems(kind, difficulty, 1500)).orElseThrow();
      assertThat(guesses.constant()).as("%s %s", kind, guesses).isLessThan(0.3);
      assertThat(guesses.byQuestion()).as("%s %s", kind, guesses).isLessThan(0.3);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"COUNT", "COMPARE", "BARS", "SEVERAL"})
  void harderPicturesHaveMoreThings(VisualKind kind) {
    double before = 0;
    for (int difficulty : DIFFICULTIES) {
      double things =
          problems(kind, difficulty, 60).stream()
              .mapToInt(problem -> Blobs.in(picture(problem)).size())
              .average()
              .orElseThrow();
      assertThat(things).as("difficulty %s", difficulty).isGreaterThan(before + 0.5);
      before = things;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "visual:kind=cout | task visual: kind is 'cout'; did you mean count? There are count,"
            + " compare, bars, path, clock, geometry, several, all",
        "visual:kind=count+ | task visual: kind is ''. There are count, compare, bars, path, clock,"
            + " geometry, several, all",
        "visual:size=100 | task visual: size is 100; give a multiple of 112 up to 896",
        "visual:difficulty=5 | task visual: difficulty is 5; give 1 to 4",
      })
  void badSettingsAreNamed(String spec, String message) {
    assertThatThrownBy(() -> Tasks.named(spec)).isInstanceOf(UserError.class).hasMessage(message);
  }

  @Test
  void aPictureRespectsTheLimits() {
    Problem problem = problems("visual:size=896", 1).getFirst();
    ImageLimits limits = new ImageLimits(1 << 20, 800 * 800, 1 << 24);
    assertThatThrownBy(() -> problem.images().getFirst().decode(limits))
        .isInstanceOf(UserError.class)
        .hasMessageMatching(
            "picture \\d+ of task visual:kind=\\w+,difficulty=1,seed=0: has 896 by 896 pixels, more"
                + " than allowed for an image; give a smaller size");
  }
}
