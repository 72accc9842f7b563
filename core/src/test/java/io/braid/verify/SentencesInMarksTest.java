package io.braid.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.SharedData;
import io.braid.math.MathAnswers;
import io.braid.math.Strictness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/**
 * A sentence with one number is correct in tags, in a box and after hashes if it is correct without
 * them. Every fifth of the ten thousand public sentences is checked; {@code -Dbraid.fresh=true}
 * checks all.
 */
class SentencesInMarksTest {
  private static final Map<String, UnaryOperator<String>> MARKS = marks();

  private static final Pattern NUMBER = Pattern.compile("\\d+(?:,\\d{3})*(?:\\.\\d+)?");
  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s+|\\n+");

  /** The number, and the sentence. */
  private record Said(String number, String sentence) {}

  private static final List<Said> OWN =
      List.of(
          new Said("60", "Bailey started with $60."),
          new Said("18", "So Mara picked 18 apples."),
          new Said("1250", "The school ordered 1,250 pencils in all!"),
          new Said("7.5", "It takes her 7.5 hours"),
          new Said("40", "Altogether 40 % of the seats stay empty."),
          new Said("30", "30% of the seats are taken."),
          new Said("12", "Therefore, there are 12 more girls than boys in the class."),
          new Said("3", "He needs at least 3 boxes to pack everything."),
          new Said("9", "After lunch, nine children left and 9 stayed."),
          new Said("25", "But the twins are only 25 years old."),
          new Said("150", "The train covers 150km each day."),
          new Said("84", "Thus the price of the coat was $84 before the sale."),
          new Said("5", "Ben cannot buy more than 5 tickets."),
          new Said("36", "The number of pupils who do not play chess is 36."),
          new Said("2", "Since the rope was cut in half, each piece is 2 meters long."),
          new Said("14", "In 14 days the plant will be ripe."),
          new Said("480", "Lena verdient 480 Euro im Monat."),
          new Said("16", "Il reste 16 pommes dans le panier."),
          new Said("21", "Al final quedan 21 libros."),
          new Said("8", "所以小红还有8个苹果。"));

  private static Map<String, UnaryOperator<String>> marks() {
    Map<String, UnaryOperator<String>> marks = new LinkedHashMap<>();
    marks.put("bare", s -> s);
    marks.put("tags", s -> "<think>Let me see.</think>\n<answer> " + s + " </answer>");
    marks.put("box", s -> "\\boxed{" + s + "}");
    marks.put("text in a box", s -> "\\boxed{\\text{" + s + "}}");
    marks.put("hashes", s -> "We count.\n#### " + s);
    return marks;
  }

  private static boolean right(Said said, String mark, Strictness strictness) {
    String response = MARKS.getOrDefault(mark, s -> s).apply(said.sentence);
    return MathAnswers.compare(said.number, response, strictness).equal();
  }

  @ParameterizedTest
  @EnumSource
  void anOwnSentenceIsRightInEveryMark(Strictness strictness) {
    for (Said said : OWN) {
      for (String mark : MARKS.keySet()) {
        assertThat(right(said, mark, strictness)).as("%s: %s", mark, said).isTrue();
      }
    }
  }

  @Test
  void strictWantsOneNumberInAMark() {
    Said said = new Said("50", "Rosie can run 50 miles in 7 hours.");
    for (String mark : MARKS.keySet()) {
      assertThat(right(said, mark, Strictness.LENIENT)).as(mark).isTrue();
      assertThat(right(said, mark, Strictness.STRICT)).as(mark).isEqualTo(mark.equals("bare"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void asManyAnswersAreCorrectInMarksAsWithout(Strictness strictness) throws IOException {
    List<Said> whole = sentences();
    assertThat(whole.size()).isGreaterThan(9000);
    int step = Boolean.getBoolean("braid.fresh") ? 1 : 5;
    List<Said> all =
        IntStream.range(0, whole.size() / step).mapToObj(i -> whole.get(i * step)).toList();
    Map<String, Integer> right = new LinkedHashMap<>();
    List<String> lost = new ArrayList<>();
    for (Said said : all) {
      boolean bare = right(said, "bare", strictness);
      for (String mark : MARKS.keySet()) {
        boolean marked = mark.equals("bare") ? bare : right(said, mark, strictness);
        right.merge(mark, marked ? 1 : 0, Integer::sum);
        if (bare && !marked) {
          lost.add(mark + ": " + said);
        }
      }
    }
    System.out.printf("%s, of %d sentences right: %s%n", strictness, all.size(), right);
    lost.stream().limit(40).forEach(System.out::println);
    right.forEach(
        (mark, count) -> assertThat(count).as(mark).isGreaterThanOrEqualTo(right.get("bare")));
    assertThat(right.get("bare")).isGreaterThan(all.size() * 98 / 100);
  }

  /** The sentences of GSM8K's solutions, and the last one of each gathered response. */
  private static List<Said> sentences() throws IOException {
    Set<Said> found = new LinkedHashSet<>();
    for (String file : List.of("gsm8k_test.jsonl", "gsm8k_train.jsonl")) {
      for (String line : Files.readAllLines(SharedData.file(file))) {
        String solution =
            JsonMapper.shared()
                .readTree(line)
                .path("answer")
                .asString()
                .replaceAll("[-+*/(). $%\\d]*= *<<[^>]*>>", " ")
                .replaceAll("<<[^>]*>>", "");
        String[] parts = SENTENCE_END.split(solution.replaceAll("\\s*####.*", ""));
        for (String part : parts) {
          said(part).ifPresent(found::add);
        }
      }
    }
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(
                    Files.newInputStream(SharedData.file("verifier_fresh.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
      for (String line : reader.lines().toList()) {
        String response = JsonMapper.shared().readTree(line).path("prediction").asString().strip();
        String[] parts = SENTENCE_END.split(response);
        said(parts[parts.length - 1]).ifPresent(found::add);
      }
    }
    return List.copyOf(found);
  }

  /** A sentence of words with one number, without braces or marks. */
  private static Optional<Said> said(String sentence) {
    Matcher number = NUMBER.matcher(sentence);
    boolean plain =
        sentence.chars().noneMatch(c -> "{}\\<>#=+*/^_|[]".indexOf(c) >= 0)
            && sentence.split(" ").length > 3
            && sentence.length() < 300;
    if (!plain || !number.find()) {
      return Optional.empty();
    }
    String value = number.group();
    return number.find() ? Optional.empty() : Optional.of(new Said(value, sentence.strip()));
  }
}
