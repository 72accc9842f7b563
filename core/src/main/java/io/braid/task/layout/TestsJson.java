package io.braid.task.layout;

import io.braid.task.CodeTests;
import io.braid.task.CodeTests.Call;
import io.braid.task.CodeTests.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads tests of programs in the forms that public data sets use:
 *
 * <ul>
 *   <li>a list of {@code {input, output}}, optionally with {@code testtype} or {@code type}, and
 *       with the function's name in the same object or in {@code metadata} (FlowRL, LiveCodeBench,
 *       PrimeIntellect);
 *   <li>{@code {inputs, outputs}} with an optional {@code fn_name} (APPS, TACO, CodeContests);
 *   <li>{@code {functional}}, Python code that raises an exception if the answer is wrong
 *       (LeetCode);
 *   <li>a list of Python statements.
 * </ul>
 *
 * <p>APPS and TACO wrap a function's result in a list. If every expected result of a problem is a
 * list with one element, that element is used.
 */
final class TestsJson {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final List<String> NAMES = List.of("func_name", "fn_name", "function_name");

  private TestsJson() {}

  /**
   * Reads tests.
   *
   * @param function the function's name, if it is given outside the tests
   * @param seconds the problem's time limit in seconds, if any
   */
  static CodeTests of(JsonNode tests, Optional<String> function, OptionalDouble seconds)
      throws UnreadableTests {
    if (tests.path("functional").isString()) {
      return LeetCode.checkedBy(tests.get("functional").stringValue());
    }
    if (tests.isArray() && !tests.isEmpty() && tests.valueStream().allMatch(JsonNode::isString)) {
      return new CodeTests.Assertions("", tests.valueStream().map(JsonNode::stringValue).toList());
    }
    List<Pair> pairs = tests.isObject() ? columns(tests) : rows(tests);
    if (pairs.isEmpty()) {
      throw new UnreadableTests("no tests");
    }
    Optional<String> name = function.or(() -> functionName(tests)).or(() -> ofFirstRow(tests));
    return name.isPresent() && !readsInput(tests)
        ? calls(name.get(), pairs)
        : programs(pairs, seconds);
  }

  private record Pair(JsonNode input, JsonNode output) {}

  private static List<Pair> columns(JsonNode tests) throws UnreadableTests {
    JsonNode inputs = tests.path("inputs");
    JsonNode outputs = tests.path("outputs");
    if (!inputs.isArray() || !outputs.isArray()) {
      throw new UnreadableTests("tests in an unknown form");
    }
    if (inputs.size() != outputs.size()) {
      throw new UnreadableTests("tests with different numbers of inputs and outputs");
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      pairs.add(new Pair(inputs.get(i), outputs.get(i)));
    }
    return pairs;
  }

  private static List<Pair> rows(JsonNode tests) throws UnreadableTests {
    List<Pair> pairs = new ArrayList<>();
    for (JsonNode row : tests) {
      if (!row.has("input") || !row.has("output")) {
        throw new UnreadableTests("tests in an unknown form");
      }
      pairs.add(new Pair(row.get("input"), row.get("output")));
    }
    return pairs;
  }

  /** Finds the function's name under the usual keys, or in {@code metadata}. */
  static Optional<String> functionName(JsonNode holder) {
    for (String key : NAMES) {
      String name = holder.path(key).asString("").strip();
      if (!name.isEmpty()) {
        return Optional.of(name);
      }
    }
    return holder.path("metadata").isObject()
        ? functionName(holder.get("metadata"))
        : Optional.empty();
  }

  private static Optional<String> ofFirstRow(JsonNode tests) {
    return tests.isArray() ? functionName(tests.path(0)) : Optional.empty();
  }

  /**
   * Returns whether the tests are for a program that reads standard input. Some data sets name a
   * function even then.
   */
  private static boolean readsInput(JsonNode tests) {
    JsonNode first = tests.path(0);
    String type =
        first.path("testtype").asString(first.path("type").asString("")).toLowerCase(Locale.ROOT);
    return type.startsWith("stdin");
  }

  // ---- whole programs -------------------------------------------------------------------------

  private static CodeTests programs(List<Pair> pairs, OptionalDouble seconds)
      throws UnreadableTests {
    List<Program> cases = new ArrayList<>();
    for (Pair pair : pairs) {
      cases.add(new Program(lines(pair.input), lines(pair.output)));
    }
    return new CodeTests.Programs(cases, seconds);
  }

  /** Converts a string or, in TACO, a list of lines. */
  private static String lines(JsonNode value) throws UnreadableTests {
    if (value.isArray() && value.valueStream().noneMatch(JsonNode::isContainer)) {
      return String.join("\n", value.valueStream().map(JsonNode::asString).toList());
    }
    if (value.isContainer() || value.isNull()) {
      throw new UnreadableTests("tests whose input or output is not text");
    }
    return value.asString();
  }

  // ---- calls ----------------------------------------------------------------------------------

  private static CodeTests calls(String name, List<Pair> pairs) throws UnreadableTests {
    if (!Python.isName(name)) {
      throw new UnreadableTests("tests of a function with an invalid name");
    }
    boolean wrapped =
        pairs.stream().allMatch(pair -> pair.output.isArray() && pair.output.size() == 1);
    List<Call> cases = new ArrayList<>();
    for (Pair pair : pairs) {
      cases.add(
          new Call(arguments(pair.input), result(wrapped ? pair.output.get(0) : pair.output)));
    }
    return new CodeTests.Calls(name, cases);
  }

  /** Converts a list of arguments or, in LiveCodeBench, a string with one JSON value per line. */
  private static List<String> arguments(JsonNode input) throws UnreadableTests {
    List<String> arguments = new ArrayList<>();
    if (input.isArray()) {
      input.forEach(argument -> arguments.add(argument.toString()));
      return arguments;
    }
    if (!input.isString()) {
      throw new UnreadableTests("calls whose arguments are not a list");
    }
    for (String line : input.stringValue().split("\n")) {
      if (!line.isBlank()) {
        arguments.add(json(line.strip()));
      }
    }
    return arguments;
  }

  /** Converts a value or, in LiveCodeBench, a string that contains its JSON. */
  private static String result(JsonNode output) {
    if (!output.isString()) {
      return output.toString();
    }
    try {
      return json(output.stringValue().strip());
    } catch (UnreadableTests e) {
      return output.toString(); // the function returns a string
    }
  }

  private static String json(String text) throws UnreadableTests {
    try {
      JsonNode value = MAPPER.readTree(text);
      if (!value.isMissingNode()) {
        return value.toString();
      }
    } catch (JacksonException e) {
      // reported below
    }
    throw new UnreadableTests("calls whose arguments are malformed JSON");
  }
}
