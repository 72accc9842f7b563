package io.braid.recipe;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Reads recipes, which are YAML files, into settings records, and writes them.
 *
 * <p>A component {@code maxNewTokens} is the key {@code max_new_tokens}; an enum's {@code
 * SEQUENCE_MEAN} is the value {@code sequence-mean}; for a sealed interface of records, the key
 * {@code type} names the record ({@code RunningMean} is {@code running-mean}), and the bare name
 * means the record with its defaults. Settings may hold {@code int}, {@code long}, {@code double},
 * {@code boolean}, {@code String}, {@code Path}, {@link NearbyPath}, {@link Overlay}, enums,
 * records, sealed interfaces of records, types with a static {@code parse(String)}, and {@code
 * List}, {@code Map<String, …>} and {@code Optional} of these types. A component is annotated with
 * its default ({@link io.braid.Default}) and its description ({@link io.braid.Doc}).
 *
 * <p>A record checks itself in its constructor and throws a {@link io.braid.SettingError} with the
 * key of the setting that it rejects; the reader adds file, line, column and the parent keys.
 *
 * <p>A recipe may begin with {@code extends: other.yaml}, a path relative to the recipe, and then
 * states only the differences: mappings are merged key by key, everything else is replaced, and a
 * mapping with a different {@code type} is replaced as a whole.
 */
public final class Recipe {
  private Recipe() {}

  /**
   * Reads a recipe.
   *
   * @param file the YAML file, UTF-8, at most 1 MiB
   * @param overrides settings from the command line as {@code key.path=value}, with the value in
   *     YAML; later settings take precedence
   * @param type the record to create
   * @throws io.braid.UserError if the recipe cannot be read, does not fit the record, or is
   *     rejected by the record; the one-line message gives the place, the key and the remedy
   */
  public static <T extends Record> T read(Path file, List<String> overrides, Class<T> type) {
    return readUnder(file, overrides.stream().map(Overlay::of).toList(), type);
  }

  /** Reads a recipe like {@link #read}, with overlays that may come from other files. */
  public static <T extends Record> T readUnder(Path file, List<Overlay> overlays, Class<T> type) {
    return Binder.bind(RecipeFile.read(file, overlays), type);
  }

  /** Creates a record like {@link #read}, from overlays alone, without a file. */
  public static <T extends Record> T of(List<Overlay> overlays, Class<T> type) {
    Node.Mapping nothing = Node.Mapping.empty(new Place.InDefaults(type));
    return Binder.bind(RecipeFile.over(nothing, overlays), type);
  }

  /**
   * Returns the record of an empty recipe.
   *
   * @throws io.braid.UserError if a setting has no default
   */
  public static <T extends Record> T defaults(Class<T> type) {
    return Binder.bind(Node.Mapping.empty(new Place.InDefaults(type)), type);
  }

  /**
   * Returns all settings of a recipe, in order.
   *
   * @return the values as YAML on one line, by their keys with those of the mappings that contain
   *     them, such as {@code saving.keep}; {@code null} is a setting without a value
   */
  public static Map<String, String> settings(Record recipe) {
    return RecipeChanges.settings(recipe);
  }

  /**
   * Writes a recipe with all settings, with descriptions as comments; reading it gives an equal
   * record.
   */
  public static String toYaml(Record recipe) {
    return RecipeWriter.write(recipe);
  }
}
