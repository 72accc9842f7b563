package io.braid.eval.suite.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.eval.suite.vision.VisionItem.Step;
import io.braid.image.ImageLimits;
import io.braid.image.ImageSource;
import io.braid.task.ImageFields;
import io.braid.task.Problem;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records of the public files' forms, made by hand. */
class VisionFileTest {
  @TempDir Path folder;

  /** Writes rows of cells, as pandas writes a TSV file: quoted where that is necessary. */
  private Path tsv(String... rows) throws IOException {
    String text =
        Arrays.stream(rows)
            .map(row ->
                Arrays.stream(row.split("\\|", -1))
                    .map(cell ->
                        cell.matches("(?s).*[\"\n\t].*")
                            ? "\"" + cell.replace("\"", "\"\"") + "\""
                            : cell)
                    .collect(Collectors.joining("\t")))
            .collect(Collectors.joining("\n"));
    return Files.writeString(folder.resolve("suite.tsv"), text + "\n");
  }

  private static List<VisionItem> read(VisionSuite suite, Path file) {
    return VisionFile.read(suite, file, Optional.empty(), ImageFields.AUTO);
  }

  private static int width(VisionItem item) {
    List<ImageSource> images = item.problem().images();
    assertThat(images).hasSize(1);
    return images.getFirst().size(ImageLimits.STANDARD).width();
  }

  private void refuses(VisionSuite suite, Path file, String... words) {
    assertThatThrownBy(() -> read(suite, file))
        .isInstanceOf(UserError.class)
        .hasMessageContainingAll(words)
        .message()
        .doesNotContain("\n")
        .hasSizeLessThan(600);
  }

  @Test
  void mathVistasColumnsGiveTheKindOfTheAnswer() throws IOException {
    Path file =
        tsv(
            "index|image|question|choices|answer|answer_option|question_type|answer_type|precision|task|skills",
            "1|%s|Which?\n\"Choices\":\n(A) 2\n(B) 5|['2', '5']|5|B|multi_choice|text||figure question answering|['algebraic reasoning', 'numeric commonsense']"
                .formatted(Pictures.base64(3)),
            "2|1|How many?|[]|7||free_form|integer||math word problem|['arithmetic reasoning']",
            "3|1|How long?|[]|1.25||free_form|float|2|math word problem|[]",
            "4|1|Which years?|[]|[2019, 2020]||free_form|list||figure question answering|[]");
    List<VisionItem> items = read(VisionSuite.MATHVISTA, file);
    assertThat(items).hasSize(4);
    assertThat(items.get(0).problem().question()).isEqualTo("Which?\n\"Choices\":\n(A) 2\n(B) 5");
    assertThat(items.get(0).problem().id()).isEqualTo("mathvista/1");
    assertThat(items.get(0).gold())
        .isEqualTo(new Gold.Letters(Set.of("B"), ((Gold.Letters) items.get(0).gold()).options()));
    assertThat(((Gold.Letters) items.get(0).gold()).options())
        .containsEntry("A", "2")
        .containsEntry("B", "5");
    assertThat(items.get(0).categories())
        .containsExactly(
            "task: figure question answering",
            "skill: algebraic reasoning",
            "skill: numeric commonsense");
    assertThat(items.get(1).gold())
        .isEqualTo(new Gold.Number(new BigDecimal("7"), OptionalInt.of(0)));
    assertThat(items.get(2).gold())
        .isEqualTo(new Gold.Number(new BigDecimal("1.25"), OptionalInt.of(2)));
    assertThat(items.get(3).gold()).isEqualTo(new Gold.Words("[2019, 2020]"));
    assertThat(items).allMatch(item -> width(item) == 3);
    assertThat(items.get(3).problem().where()).endsWith("suite.tsv line 8");
  }

  @Test
  void mathVistaOnTheHubHasTheTextOfTheRightChoice() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.jsonl"),
            "{\"pid\": \"9\", \"question\": \"Which?\", \"query\": \"Hint: choose.\\nQuestion:"
                + " Which?\\nChoices:\\n(A) two\\n(B) five\", \"image\": \"images/9.jpg\","
                + " \"decoded_image\": {\"bytes\": \"%s\", \"path\": null}, \"choices\": [\"two\","
                    .formatted(Pictures.base64(2))
                + " \"five\"], \"answer\": \"five\", \"question_type\": \"multi_choice\","
                + " \"metadata\": {\"task\": \"t\", \"skills\": [\"s\"]}}\n");
    VisionItem item = read(VisionSuite.MATHVISTA, file).getFirst();
    assertThat(item.problem().question()).startsWith("Hint: choose.").endsWith("(B) five");
    assertThat(item.gold().shown()).isEqualTo("B");
    assertThat(item.categories()).containsExactly("task: t", "skill: s");
    assertThat(width(item)).isEqualTo(2);
  }

  @Test
  void optionsAreAddedUnlessTheQuestionHasThem() throws IOException {
    String image = Pictures.base64(1);
    Path file =
        tsv(
            "index|image|question|A|B|C|answer|category",
            "1|" + image + "|Which?|one|two||B|algebra",
            "2|" + image + "|Which?\nA. one\nB. two|one|two||A|algebra",
            "3|" + image + "|x = ?||||\\frac{1}{2}|geometry");
    List<VisionItem> items = read(VisionSuite.MATHVISION, file);
    assertThat(items)
        .extracting(item -> item.problem().question())
        .containsExactly("Which?\nOptions:\nA. one\nB. two", "Which?\nA. one\nB. two", "x = ?");
    assertThat(items.get(2).gold()).isEqualTo(new Gold.Formula("\\frac{1}{2}"));
    assertThat(items.get(2).categories()).containsExactly("subject: geometry");
  }

  @Test
  void mathVersesVersionsAreCategoriesAndMayHaveNoText() throws IOException {
    Path file =
        tsv(
            "index|image|question|answer|question_type|problem_version",
            "1|" + Pictures.base64(1) + "|Find x.\nChoices:\nA:1\nB:2|B|multi-choice|Text Dominant",
            "2|" + Pictures.base64(2) + "||B|multi-choice|Vision Only",
            "3|1|Find y.|5|free-form|Text Lite");
    List<VisionItem> items = read(VisionSuite.MATHVERSE, file);
    assertThat(items.get(1).problem().question()).isEmpty();
    assertThat(items.get(1).gold().shown()).isEqualTo("B");
    assertThat(items)
        .extracting(VisionItem::categories)
        .containsExactly(
            List.of("version: Text Dominant"),
            List.of("version: Vision Only"),
            List.of("version: Text Lite"));
    assertThat(items.get(2).gold()).isEqualTo(new Gold.Formula("5"));
    assertThat(width(items.get(2))).isEqualTo(1);
  }

  @Test
  void weMathsStepsBelongToCompositions() throws IOException {
    String image = Pictures.base64(1);
    Path file =
        tsv(
            "index|image|question|option|answer|ID|key",
            "1|" + image + "|How long?|A. 5 cm; B. 6 cm; C. No correct answer|C|7|2steps_1",
            "2|" + image + "|How wide?|A. 5 cm; B. 6 cm|A|7|2steps_multi",
            "3|" + image + "|How deep?|A. 5 cm; B. 6 cm|A|7|3steps_3");
    List<VisionItem> items = read(VisionSuite.WEMATH, file);
    assertThat(items.getFirst().problem().question())
        .isEqualTo("How long?\nOptions:\nA. 5 cm\nB. 6 cm\nC. No correct answer");
    assertThat(items)
        .extracting(item -> item.step().orElseThrow())
        .containsExactly(new Step("2/7", 2, 1), new Step("2/7", 2, 0), new Step("3/7", 3, 3));
    assertThat(items)
        .extracting(VisionItem::categories)
        .containsExactly(List.of("one step"), List.of("two steps"), List.of("one step"));
    refuses(
        VisionSuite.WEMATH,
        tsv("index|image|question|answer", "1|" + image + "|q|A"),
        "suite.tsv line 2",
        "'ID' and 'key'");
  }

  @Test
  void logicVistaMayHaveSeveralLettersAndSkills() throws IOException {
    String image = Pictures.base64(1);
    Path file =
        tsv(
            "index|image|question|answer|skill",
            "1|" + image + "|Which?|b, A|inductive, spatial",
            "2|" + image + "|Which?|BD|['deductive']",
            "3|" + image + "|Which?|3|mechanical");
    List<VisionItem> items = read(VisionSuite.LOGICVISTA, file);
    assertThat(items).extracting(item -> item.gold().shown()).containsExactly("A, B", "B, D", "3");
    assertThat(items.getFirst().categories()).containsExactly("skill: inductive", "skill: spatial");
    assertThat(items.get(1).categories()).containsExactly("skill: deductive");
  }

  @Test
  void visuLogicOnTheHubHasPathsAndTags() throws IOException {
    Files.createDirectories(folder.resolve("images"));
    Files.write(folder.resolve("images/00000.png"), Base64.getDecoder().decode(Pictures.base64(4)));
    Path file =
        Files.writeString(
            folder.resolve("data.jsonl"),
            "{\"image_path\": \"images/00000.png\", \"question\": \"A, B, C or D?\", \"label\":"
                + " \"D\", \"id\": \"00000\", \"tag\": \"Spatial Reasoning\"}\n");
    VisionItem item = read(VisionSuite.VISULOGIC, file).getFirst();
    assertThat(item.gold().shown()).isEqualTo("D");
    assertThat(item.categories()).containsExactly("category: Spatial Reasoning");
    assertThat(width(item)).isEqualTo(4);
  }

  @Test
  void aRowMayShowTheImageOfALaterRow() throws IOException {
    Path file =
        tsv(
            "index|image|question|answer",
            "7|12|q|A",
            "12|" + Pictures.base64(5) + "|r|B",
            "13|7|s|C");
    refuses(
        VisionSuite.VISULOGIC,
        file,
        "suite.tsv line 4",
        "that of row 7, which has none of its own");
    Path good = tsv("index|image|question|answer", "7|12|q|A", "12|" + Pictures.base64(5) + "|r|B");
    assertThat(width(read(VisionSuite.VISULOGIC, good).getFirst())).isEqualTo(5);
  }

  @Test
  void oddRowsAreRefusedInOneLine() throws IOException {
    String head = "index|image|question|answer";
    String image = Pictures.base64(1);
    refuses(VisionSuite.VISULOGIC, tsv(head, "1||q|A"), "suite.tsv line 2", "has no image");
    refuses(
        VisionSuite.VISULOGIC,
        tsv(head, "1|" + image + "|q|A", "2|%s|q|A".formatted("iVBORw0KGgo" + "*".repeat(60))),
        "suite.tsv line 3, image 1",
        "there is no file");
    refuses(
        VisionSuite.VISULOGIC,
        tsv(head, "1|%s|q|A".formatted("Z".repeat(6000))),
        "line 2, image 1",
        "is not a PNG");
    refuses(
        VisionSuite.VISULOGIC,
        tsv(head, "1|" + image + "|q|"),
        "suite.tsv line 2",
        "has no answer");
    refuses(
        VisionSuite.VISULOGIC,
        tsv(head, "1|" + image + "|q|seven"),
        "'seven' is none of its options");
    refuses(
        VisionSuite.MATHVISION,
        tsv("index|image|question|choices|answer", "1|" + image + "|q|['1', '2']|C"),
        "'C' is none of its options (A, B)");
    refuses(
        VisionSuite.MATHVISTA,
        tsv("index|image|question|answer|answer_type", "1|" + image + "|q|many|integer"),
        "'many' is no number");
    refuses(
        VisionSuite.WEMATH,
        tsv("index|image|question|option|answer", "1|" + image + "|q|one or two|A"),
        "'\"one or two\"' are neither a list");
    refuses(VisionSuite.VISULOGIC, tsv("index|image|text|answer", "1|x|q|A"), "keys question");
  }

  @Test
  void idsAreUnique() throws IOException {
    String image = Pictures.base64(1);
    Path file = tsv("index|image|question|answer", "1|" + image + "|q|A", "1|" + image + "|r|B");
    assertThat(read(VisionSuite.VISULOGIC, file))
        .extracting(VisionItem::problem)
        .extracting(Problem::id)
        .containsExactly("visulogic/1", "visulogic/1~2");
  }
}
