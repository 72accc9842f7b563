package io.braid.task.layout;

import io.braid.task.CodeTests;
import io.braid.task.records.DataRecord;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * LiveCodeBench as published in {@code code_generation_lite}. Its private tests are JSON, or a
 * pickled JSON string that is compressed with zlib and encoded in base64.
 */
final class LiveCodeBenchLayout implements Layout {
  @Override
  public String name() {
    return "LiveCodeBench";
  }

  @Override
  public boolean fits(DataRecord values) {
    return values.isFilled("question_content") && values.isFilled("public_test_cases");
  }

  @Override
  public Reading read(DataRecord values) {
    Optional<String> task = values.text("question_content");
    if (task.isEmpty()) {
      return new Reading.Skipped("no question");
    }
    try {
      CodeTests tests =
          TestsJson.of(allTests(values), functionName(values), OptionalDouble.empty());
      String starter = values.verbatim("starter_code").orElse("");
      return new Reading.Found(
          OwnId.of(values), CodeQuestion.asked(task.get(), starter, tests), tests);
    } catch (UnreadableTests e) {
      return new Reading.Skipped(e.why());
    }
  }

  private static ArrayNode allTests(DataRecord values) throws UnreadableTests {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (String key : new String[] {"public_test_cases", "private_test_cases"}) {
      Optional<JsonNode> packed = values.at(key).filter(value -> !DataRecord.isMissing(value));
      if (packed.isPresent()) {
        JsonNode some = PackedTests.unpacked(packed.get());
        if (!some.isArray()) {
          throw new UnreadableTests(key + " is not a list");
        }
        some.forEach(all::add);
      }
    }
    return all;
  }

  private static Optional<String> functionName(DataRecord values) throws UnreadableTests {
    Optional<JsonNode> metadata =
        values.at("metadata").filter(value -> !DataRecord.isMissing(value));
    return metadata.isEmpty()
        ? Optional.empty()
        : TestsJson.functionName(PackedTests.unpacked(metadata.get()));
  }
}
