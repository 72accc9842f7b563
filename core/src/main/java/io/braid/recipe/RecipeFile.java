package io.braid.recipe;

import io.braid.FileError;
import io.braid.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Reads a recipe, merged with the recipes that it {@code extends} and with the overrides of the
 * command line; the result is not yet bound to a type.
 */
final class RecipeFile {
  /** The key whose value is the path of the recipe to extend, relative to this recipe. */
  static final String EXTENDS = "extends";

  private static final int LARGEST_BYTES = 1 << 20;

  private RecipeFile() {}

  static Node.Mapping read(Path file, List<Overlay> overlays) {
    return over(withBases(file, Set.of(identity(file))), overlays);
  }

  static Node.Mapping over(Node.Mapping below, List<Overlay> overlays) {
    Node.Mapping recipe = below;
    for (Overlay overlay : overlays) {
      recipe = (Node.Mapping) recipe.under(node(overlay));
    }
    return recipe;
  }

  private static Node.Mapping withBases(Path file, Set<Path> above) {
    Node.Mapping own = parse(file);
    Node.Entry base = own.entries().get(EXTENDS);
    if (base == null) {
      return own;
    }
    Place place = base.value().place();
    if (!(base.value() instanceof Node.Scalar name)) {
      throw place.error(EXTENDS + ": must be the path of a recipe, got " + base.value().found());
    }
    Path below = file.resolveSibling(name.text()).normalize();
    if (!Files.exists(below)) {
      throw place.error(
          EXTENDS + ": no recipe at " + below + "; the path is relative to this file");
    }
    if (!isRecipe(below)) {
      throw place.error(
          EXTENDS + ": " + below + " is not a recipe; name a file that ends in .yaml or .yml");
    }
    Set<Path> all = new HashSet<>(above);
    if (!all.add(identity(below))) {
      throw place.error(EXTENDS + ": " + below + " extends itself; remove one extends");
    }
    Map<String, Node.Entry> entries = new LinkedHashMap<>(own.entries());
    entries.remove(EXTENDS);
    return (Node.Mapping) withBases(below, all).under(new Node.Mapping(own.place(), entries));
  }

  /**
   * Returns whether a recipe from an untrusted source may read this file. It must be a regular file
   * with a recipe's extension, even if it is reached through a link, since an error message could
   * otherwise show lines from any file.
   */
  private static boolean isRecipe(Path file) {
    try {
      return Files.isRegularFile(file)
          && endsAsRecipe(file.getFileName())
          && endsAsRecipe(file.toRealPath().getFileName());
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean endsAsRecipe(Path name) {
    String lower = name.toString().toLowerCase(Locale.ROOT);
    return lower.endsWith(".yaml") || lower.endsWith(".yml");
  }

  private static Path identity(Path file) {
    return file.toAbsolutePath().normalize();
  }

  private static Node.Mapping parse(Path file) {
    Node root =
        YamlReader.read(text(file), (line, column) -> new Place.InFile(file, line, column))
            .orElseThrow(() -> notARecipe(file, "is empty"));
    return switch (root) {
      case Node.Mapping mapping -> mapping;
      case Node.Nothing _ -> throw notARecipe(file, "is empty");
      default -> throw notARecipe(file, "holds " + root.found());
    };
  }

  private static UserError notARecipe(Path file, String what) {
    return new Place.InFile(file, 1, 1).error(what + "; a recipe is lines of 'key: value'");
  }

  private static String text(Path file) {
    if (Files.isDirectory(file)) {
      throw new UserError(file + ": is a directory; give a recipe, a file that ends in .yaml");
    }
    try (InputStream in = Files.newInputStream(file)) { // the size that a device states is 0
      byte[] bytes = in.readNBytes(LARGEST_BYTES + 1);
      if (bytes.length > LARGEST_BYTES) {
        throw new UserError(file + ": larger than 1 MiB; is it a recipe?");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw new UserError(file + ": no such recipe; check the path", e);
    } catch (CharacterCodingException e) {
      throw new UserError(file + ": not UTF-8 text; save it as UTF-8", e);
    } catch (IOException e) {
      throw FileError.reading(file, e);
    }
  }

  /** Converts {@code a.b=value} to the mapping {@code a: {b: value}}. */
  private static Node node(Overlay overlay) {
    Place place = overlay.place();
    String text = overlay.text();
    int equals = text.indexOf('=');
    List<String> path =
        equals < 0 ? List.of() : Arrays.asList(text.substring(0, equals).split("\\.", -1));
    if (path.isEmpty() || path.stream().anyMatch(String::isBlank)) {
      throw place.error("must have the form key.path=value, such as rollout.samples=8");
    }
    Node value =
        YamlReader.read(text.substring(equals + 1), (_, _) -> place)
            .orElseGet(() -> new Node.Nothing(place));
    List<String> inwards = new ArrayList<>(path);
    Collections.reverse(inwards);
    for (String key : inwards) {
      value = new Node.Mapping(place, Map.of(key.strip(), new Node.Entry(place, value)));
    }
    return value;
  }
}
