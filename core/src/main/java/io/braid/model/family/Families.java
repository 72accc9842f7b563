package io.braid.model.family;

import io.braid.model.Family;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The supported model families. */
public final class Families {
  /** All supported families. */
  public static final List<Family> ALL =
      List.of(
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new SmolLm3(),
          new Gemma3(),
          new Qwen25Vl());

  private Families() {}

  /**
   * Returns the family of a {@code model_type}.
   *
   * @param type value in {@code config.json}
   */
  public static Optional<Family> ofType(String type) {
    return ALL.stream().filter(each -> each.type().equals(type)).findFirst();
  }

  /** Returns all {@code model_type}s as a list for a sentence. */
  public static String types() {
    return ALL.stream().map(Family::type).collect(Collectors.joining(", "));
  }
}
