package io.braid.run;

import io.braid.UserError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * YAML text as nodes that know where they were written.
 *
 * <p>Jackson reads the tokens; the tree is ours because Jackson's own forgets lines and lets a
 * second key of the same name win. Anchors and tags are refused: a recipe says what it is.
 */
final class YamlReader {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final int DEEPEST = 32;

  private final String text;
  private final YAMLParser tokens;
  private final Function<TokenStreamLocation, Place> places;

  private YamlReader(String text, YAMLParser tokens, Function<TokenStreamLocation, Place> places) {
    this.text = text;
    this.tokens = tokens;
    this.places = places;
  }

  /** The one document in {@code text}, or empty when there is none. */
  static Optional<Node> read(String text, Function<TokenStreamLocation, Place> places) {
    try (YAMLParser tokens = (YAMLParser) YAML.createParser(text)) {
      return new YamlReader(text, tokens, places).document();
    }
  }

  private Optional<Node> document() {
    try {
      JsonToken first = tokens.nextToken();
      if (first == null) {
        return Optional.empty();
      }
      Node root = node(first, 0);
      if (tokens.nextToken() != null) {
        throw here().error("a second document begins; a recipe is one, without '---' between");
      }
      return Optional.of(root);
    } catch (JacksonException e) {
      throw syntaxError(e);
    }
  }

  private Node node(JsonToken token, int depth) {
    if (depth > DEEPEST) {
      throw here().error("nested deeper than " + DEEPEST + " levels; flatten it");
    }
    if (tokens.isCurrentAlias() || tokens.getObjectId() != null || tokens.getRawTag() != null) {
      throw here().error("anchors (&), aliases (*) and tags (!) are not read; write the value out");
    }
    Place place = here();
    return switch (token) {
      case START_OBJECT -> mapping(place, depth);
      case START_ARRAY -> items(place, depth);
      case VALUE_NULL -> new Node.Nothing(place);
      default -> new Node.Scalar(place, tokens.getString());
    };
  }

  private Node mapping(Place place, int depth) {
    Map<String, Node.Entry> entries = new LinkedHashMap<>();
    while (tokens.nextToken() != JsonToken.END_OBJECT) {
      String key = tokens.currentName();
      Place keyPlace = here();
      Node.Entry before = entries.get(key);
      if (before != null) {
        throw keyPlace.error(key + ": given twice, first at " + before.place() + "; delete one");
      }
      entries.put(key, new Node.Entry(keyPlace, node(tokens.nextToken(), depth + 1)));
    }
    return new Node.Mapping(place, entries);
  }

  private Node items(Place place, int depth) {
    List<Node> nodes = new ArrayList<>();
    for (JsonToken token = tokens.nextToken();
        token != JsonToken.END_ARRAY;
        token = tokens.nextToken()) {
      nodes.add(node(token, depth + 1));
    }
    return new Node.Items(place, nodes);
  }

  private Place here() {
    return places.apply(tokens.currentTokenLocation());
  }

  private UserError syntaxError(JacksonException e) {
    TokenStreamLocation location =
        e.getLocation() == null ? tokens.currentLocation() : e.getLocation();
    String line = text.lines().skip(Math.max(0, location.getLineNr() - 1)).findFirst().orElse("");
    boolean tabbed = line.substring(0, line.length() - line.stripLeading().length()).contains("\t");
    String message =
        tabbed
            ? "a tab indents this line; indent with spaces"
            : "not YAML: " + problem(e.getOriginalMessage()) + "; mend the line or quote the value";
    return new UserError(places.apply(location) + ": " + message, e);
  }

  /** The parser's complaint without the excerpt of the file that it draws below. */
  private static String problem(String message) {
    return message
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .takeWhile(line -> !line.startsWith("at [Source"))
        .filter(line -> !line.startsWith("in reader") && !line.startsWith("in 'reader'"))
        .limit(2)
        .reduce((first, second) -> second.startsWith("^") ? first : first + ", " + second)
        .orElse("it cannot be read");
  }
}
