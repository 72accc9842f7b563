package io.braid.objective;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The values that parity/losses.py wrote. */
public final class LossesGolden {
  private static final JsonNode JSON = read();

  private LossesGolden() {}

  private static JsonNode read() {
    try (InputStream in =
        Objects.requireNonNull(
            LossesGolden.class.getResourceAsStream("/io/braid/objective/losses.golden.json"))) {
      return JsonMapper.shared().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the part with a name. */
  public static JsonNode part(String name) {
    return JSON.required(name);
  }

  /** Returns the responses, three groups of four. */
  public static List<JsonNode> responses() {
    return elements(part("responses"));
  }

  /** Returns the rewards and lengths of the groups. */
  public static List<GroupRewards> groups() {
    List<GroupRewards> groups = new ArrayList<>();
    for (int g = 0; g < 3; g++) {
      List<JsonNode> members = responses().subList(4 * g, 4 * g + 4);
      groups.add(
          GroupRewards.of(
              members.stream().mapToDouble(r -> r.required("reward").asDouble()).toArray(),
              members.stream().mapToInt(r -> r.required("policy").size()).toArray()));
    }
    return groups;
  }

  /** Reads an array of numbers. */
  public static double[] numbers(JsonNode array) {
    return elements(array).stream().mapToDouble(JsonNode::asDouble).toArray();
  }

  /** Concatenates arrays of numbers. */
  public static double[] flat(JsonNode arrays) {
    return elements(arrays).stream()
        .flatMapToDouble(array -> elements(array).stream().mapToDouble(JsonNode::asDouble))
        .toArray();
  }

  /** Returns the elements of an array. */
  public static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> list = new ArrayList<>();
    Iterator<JsonNode> all = array.iterator();
    all.forEachRemaining(list::add);
    return list;
  }
}
