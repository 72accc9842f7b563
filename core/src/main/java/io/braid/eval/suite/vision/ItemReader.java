package io.braid.eval.suite.vision;

import io.braid.UserError;
import io.braid.eval.suite.vision.VisionItem.Step;
import io.braid.task.Problem;
import io.braid.task.Reference;
import io.braid.task.records.DataRecord;
import io.braid.task.records.JsonText;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Makes a benchmark's problem of a record, without its images. */
final class ItemReader {
  private static final List<String> OPTION_LISTS = List.of("choices", "options", "option");
  private static final List<String> ANSWERS = List.of("answer_option", "answer", "label");
  private static final Pattern LABEL = Pattern.compile("\\(?([A-Za-z0-9])\\)?\\.?");
  private static final Pattern LABELS = Pattern.compile("[A-Za-z0-9](?:[\\s,;]*[A-Za-z0-9]){0,9}");

  /** {@code A. first; B. second} in one string. */
  private static final Pattern IN_A_ROW =
      Pattern.compile("(?:^|[;\\n])\\s*\\(?([A-Z])[.):]\\s*([^;\\n]*)");

  private static final Pattern STEP = Pattern.compile("([23])steps_(1|2|3|multi)");
  private static final int LONGEST_CATEGORY = 60;

  private final VisionSuite suite;

  ItemReader(VisionSuite suite) {
    this.suite = suite;
  }

  /**
   * Returns the problem of a record.
   *
   * @param id its id
   * @throws UserError if it has no question or no answer that can be read
   */
  VisionItem item(DataRecord values, String id) {
    String question =
        suite.questions().stream()
            .filter(values::isFilled)
            .findFirst()
            .flatMap(values::text)
            .orElse("");
    if (question.isEmpty() && suite.questions().stream().noneMatch(values::has)) {
      throw new UserError(
          "%s: has none of the keys %s of this suite's question; give the suite's own file"
              .formatted(values.where(), String.join(", ", suite.questions())));
    }
    Map<String, String> options = options(values);
    Gold gold = gold(values, options);
    Problem problem =
        new Problem(
            id,
            withOptions(question, options),
            new Reference.Text(gold.shown()),
            List.of(),
            values.where());
    Optional<Step> step = suite == VisionSuite.WEMATH ? step(values) : Optional.empty();
    return new VisionItem(problem, gold, categories(values, step), step);
  }

  // ---- options --------------------------------------------------------------------------------

  /** Returns the options' texts by their letters. */
  private static Map<String, String> options(DataRecord values) {
    Map<String, String> options = new LinkedHashMap<>();
    Optional<JsonNode> list =
        OPTION_LISTS.stream().filter(values::isFilled).findFirst().flatMap(values::at);
    if (list.isPresent()) {
      JsonNode value = list.get();
      JsonNode meant =
          value.isString() ? JsonText.container(value.stringValue()).orElse(value) : value;
      if (meant.isArray()) {
        for (JsonNode each : meant) {
          options.put(letter(options.size()), bare(DataRecord.written(each), options.size()));
        }
        return options;
      }
      Matcher matcher = IN_A_ROW.matcher(meant.asString(""));
      while (matcher.find()) {
        options.put(matcher.group(1), matcher.group(2).strip());
      }
      if (options.isEmpty()) {
        throw new UserError(
            "%s: its options '%s' are neither a list nor of the form A. first; B. second"
                .formatted(values.where(), shown(meant.toString())));
      }
      return options;
    }
    for (int i = 0; i < 26 && isOption(values, letter(i)); i++) {
      options.put(letter(i), values.text(letter(i)).orElseThrow());
    }
    return options;
  }

  /** A column is looked up exactly, since other columns may differ from it only in case. */
  private static boolean isOption(DataRecord values, String letter) {
    return values.values().has(letter) && values.isFilled(letter);
  }

  private static String letter(int index) {
    return String.valueOf((char) ('A' + Math.min(index, 25)));
  }

  /** Returns an option's text without its own letter. */
  private static String bare(String option, int index) {
    return option
        .strip()
        .replaceFirst("^(?:\\(" + letter(index) + "\\)|" + letter(index) + "[.):])\\s+", "");
  }

  /** Adds the options as lines, unless the question has them. */
  private static String withOptions(String question, Map<String, String> options) {
    boolean areThere =
        options.keySet().stream()
            .allMatch(label ->
                Pattern.compile("(?m)^[ \\t]*\\(?" + label + "[.):]").matcher(question).find());
    if (options.isEmpty() || areThere) {
      return question;
    }
    return question
        + "\nOptions:\n"
        + options.entrySet().stream()
            .map(option -> option.getKey() + ". " + option.getValue())
            .collect(Collectors.joining("\n"));
  }

  // ---- answers --------------------------------------------------------------------------------

  private Gold gold(DataRecord values, Map<String, String> options) {
    String answer =
        ANSWERS.stream()
            .filter(values::isFilled)
            .findFirst()
            .flatMap(values::text)
            .orElseThrow(() ->
                new UserError(
                    "%s: has no answer; a suite without answers, such as a test set, cannot be scored"
                        .formatted(values.where())));
    String type = values.text("question_type").orElse("").toLowerCase(Locale.ROOT);
    if (suite.hasLettersOnly() || !options.isEmpty() || type.startsWith("multi")) {
      return letters(values, answer, options);
    }
    return switch (values.text("answer_type").orElse("")) {
      case "integer" -> new Gold.Number(number(values, answer), OptionalInt.of(0));
      case "float" -> new Gold.Number(number(values, answer), decimals(values));
      case "text", "list" -> new Gold.Words(answer);
      default -> new Gold.Formula(answer);
    };
  }

  private static BigDecimal number(DataRecord values, String answer) {
    return Gold.Number.read(answer)
        .orElseThrow(() ->
            new UserError(
                "%s: its answer '%s' is no number, although its answer_type says so; correct the file"
                    .formatted(values.where(), shown(answer))));
  }

  private static OptionalInt decimals(DataRecord values) {
    return values.text("precision").flatMap(Gold.Number::read).stream()
        .mapToInt(BigDecimal::intValue)
        .filter(places -> places >= 0 && places <= 20)
        .findFirst();
  }

  private Gold letters(DataRecord values, String answer, Map<String, String> options) {
    Matcher one = LABEL.matcher(answer);
    if (one.matches()) {
      String label = one.group(1).toUpperCase(Locale.ROOT);
      if (options.isEmpty() || options.containsKey(label)) {
        return new Gold.Letters(Set.of(label), options);
      }
    }
    List<String> named =
        options.entrySet().stream()
            .filter(option -> Gold.plain(option.getValue()).equals(Gold.plain(answer)))
            .map(Map.Entry::getKey)
            .toList();
    if (named.size() == 1) {
      return new Gold.Letters(Set.of(named.getFirst()), options);
    }
    if (suite == VisionSuite.LOGICVISTA && LABELS.matcher(answer).matches()) {
      Set<String> labels = new TreeSet<>();
      answer
          .toUpperCase(Locale.ROOT)
          .chars()
          .filter(Character::isLetterOrDigit)
          .forEach(label -> labels.add(String.valueOf((char) label)));
      return new Gold.Letters(labels, options);
    }
    throw new UserError(
        "%s: its answer '%s' is none of its options%s; correct the file"
            .formatted(
                values.where(),
                shown(answer),
                options.isEmpty() ? "" : " (" + String.join(", ", options.keySet()) + ")"));
  }

  // ---- categories -----------------------------------------------------------------------------

  private List<String> categories(DataRecord values, Optional<Step> step) {
    if (step.isPresent()) {
      return List.of(
          switch (step.get().number() > 0 ? 1 : step.get().steps()) {
            case 1 -> "one step";
            case 2 -> "two steps";
            default -> "three steps";
          });
    }
    List<String> categories = new ArrayList<>();
    for (VisionSuite.Axis axis : suite.axes()) {
      axis.keys().stream()
          .filter(values::isFilled)
          .findFirst()
          .flatMap(values::at)
          .ifPresent(value ->
              each(value).stream()
                  .map(name -> axis.name() + ": " + name)
                  .filter(name -> !categories.contains(name))
                  .forEach(categories::add));
    }
    return categories;
  }

  private List<String> each(JsonNode value) {
    JsonNode meant =
        value.isString() ? JsonText.container(value.stringValue()).orElse(value) : value;
    if (meant.isArray()) {
      return meant.valueStream().map(DataRecord::written).map(ItemReader::name).toList();
    }
    String text = DataRecord.written(meant);
    return suite == VisionSuite.LOGICVISTA // which lists them without brackets
        ? List.of(text.split("\\s*[,;]\\s*")).stream().map(ItemReader::name).toList()
        : List.of(name(text));
  }

  private static String name(String text) {
    String line = shown(text).strip();
    return line.length() <= LONGEST_CATEGORY ? line : line.substring(0, LONGEST_CATEGORY) + "…";
  }

  private static Optional<Step> step(DataRecord values) {
    Matcher key = STEP.matcher(values.text("key").orElse(""));
    Optional<String> composition = values.text("ID");
    if (!key.matches() || composition.isEmpty()) {
      throw new UserError(
          "%s: We-Math's scores need 'ID' and 'key', such as 2steps_1 or 3steps_multi; give the suite's own file"
              .formatted(values.where()));
    }
    int steps = Integer.parseInt(key.group(1));
    int number = key.group(2).equals("multi") ? 0 : Integer.parseInt(key.group(2));
    if (number > steps) {
      throw new UserError(
          "%s: its key '%s' is step %s of %s; correct the file"
              .formatted(values.where(), key.group(), number, steps));
    }
    return Optional.of(new Step(steps + "/" + composition.get(), steps, number));
  }

  private static String shown(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ");
    return line.length() <= 80 ? line : line.substring(0, 80) + "…";
  }
}
