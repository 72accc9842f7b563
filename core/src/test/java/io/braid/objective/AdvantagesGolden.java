package io.braid.objective;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The values that parity/advantages.py wrote. */
public final class AdvantagesGolden {
  private static final JsonNode JSON = read();

  private AdvantagesGolden() {}

  private static JsonNode read() {
    try (InputStream in =
        Objects.requireNonNull(
            AdvantagesGolden.class.getResourceAsStream(
                "/io/braid/objective/advantages.golden.json"))) {
      return JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the part with a name. */
  public static JsonNode part(String name) {
    return JSON.required(name);
  }

  /**
   * Returns the responses, three groups of four, with values and entropies.
   *
   * @param dense whether to include token rewards
   */
  public static List<GroupRewards> groups(boolean dense) {
    List<GroupRewards> groups = new ArrayList<>();
    for (int g = 0; g < 3; g++) {
      List<ResponseRewards> members = new ArrayList<>();
      for (int r = 0; r < 4; r++) {
        JsonNode response = part("responses").required(4 * g + r);
        double[] rewards = LossesGolden.numbers(response.required("dense"));
        members.add(
            new ResponseRewards(
                response.required("outcome").asDouble(),
                dense ? rewards : new double[rewards.length],
                Optional.of(LossesGolden.numbers(response.required("values"))),
                Optional.of(LossesGolden.numbers(response.required("entropies")))));
      }
      groups.add(new GroupRewards(members));
    }
    return groups;
  }
}
