package io.braid.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.tensor.Backend;
import io.braid.tensor.Decision;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DoctorTest {
  @Test
  void everyDecisionOfTheBackendIsARow() {
    Terminal.Ended ended = Terminal.here("doctor", "--json");

    assertThat(ended.exit()).as(ended.err()).isZero();
    JsonNode found = JsonMapper.shared().readTree(ended.lastLine());
    for (Decision decision : Backend.current().decisions()) {
      assertThat(found.path(decision.what()).asString()).startsWith(decision.chosen());
    }
    assertThat(found.path("products").asString())
        .matches(
            "float32 [1-9]\\d* GFLOP/s, bfloat16 [1-9]\\d* \\(.* as fast\\), int8 [1-9]\\d* \\(.*");
    assertThat(found.path("missing").size()).isEqualTo(missing(ended.err()));
  }

  /** Lines below "missing:", none of which is left out of the object. */
  private static long missing(String shown) {
    return shown.lines().filter(line -> line.startsWith("  ")).count();
  }
}
