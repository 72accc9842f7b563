package io.braid.recipe;

import java.nio.file.Path;
import java.util.List;

/**
 * Recipes: YAML files that become settings records, and back.
 *
 * <p>A component {@code maxNewTokens} is the key {@code max_new_tokens}; an enum's {@code
 * SEQUENCE_MEAN} is the value {@code sequence-mean}; of a sealed interface of records, the key
 * {@code type} names the record ({@code RunningMean} is {@code running-mean}), and the bare name
 * stands for the record with its defaults. Settings may hold {@code int}, {@code long}, {@code
 * double}, {@code boolean}, {@code String}, {@code Path}, {@link NearbyPath}, {@link Overlay},
 * enums, records, sealed interfaces of records, types with a static {@code parse(String)}, and
 * {@code List}, {@code Map<String, …>} and {@code Optional} of them. {@link io.braid.Default}
 * states a default beside its component, {@link io.braid.Doc} a sentence.
 *
 * <p>A record checks itself in its constructor and throws a {@link io.braid.SettingError} with the
 * key of the setting that it refuses; the reader puts file, line, column and the keys above it in
 * front.
 *
 * <p>A recipe may say {@code extends: other.yaml}, relative to itself, and then only what differs:
 * mappings are merged key by key, everything else is replaced, and a choice of another {@code type}
 * is replaced whole.
 */
public final class Recipe {
  private Recipe() {}

  /**
   * Reads a recipe.
   *
   * @param file the YAML file, UTF-8, at most 1 MiB
   * @param overrides settings from the command line as {@code key.path=value}, the value in YAML,
   *     laid over the file in this order
   * @param type the record to make
   * @throws io.braid.UserError one line with the place, the key and the remedy, if the recipe
   *     cannot be read, does not fit the record, or the record refuses it
   */
  public static <T extends Record> T read(Path file, List<String> overrides, Class<T> type) {
    return readUnder(file, overrides.stream().map(Overlay::of).toList(), type);
  }

  /** As {@link #read}, under overlays that may have been written elsewhere. */
  public static <T extends Record> T readUnder(Path file, List<Overlay> overlays, Class<T> type) {
    return Binder.bind(RecipeFile.read(file, overlays), type);
  }

  /** As {@link #read}, of overlays alone: what the command line says without a file. */
  public static <T extends Record> T of(List<Overlay> overlays, Class<T> type) {
    Node.Mapping nothing = Node.Mapping.empty(new Place.InDefaults(type));
    return Binder.bind(RecipeFile.over(nothing, overlays), type);
  }

  /**
   * The record as it is when a recipe says nothing.
   *
   * @throws io.braid.UserError if a setting has no default
   */
  public static <T extends Record> T defaults(Class<T> type) {
    return Binder.bind(Node.Mapping.empty(new Place.InDefaults(type)), type);
  }

  /** The recipe that says everything, with its sentences as comments; reads back equal. */
  public static String toYaml(Record recipe) {
    return RecipeWriter.write(recipe);
  }
}
