package io.braid.recipe;

import io.braid.UserError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Parses YAML text into nodes that know their places.
 *
 * <p>Jackson reads the tokens. The tree is Braid's own, because Jackson's tree does not keep line
 * numbers and silently uses the last of two equal keys. Aliases and tags are rejected, so that
 * nobody needs to know them to read a recipe.
 */
final class YamlReader {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final int DEEPEST = 32;

  /** Creates the place of a line and column, counted from 1. */
  interface Position {
    Place at(int line, int column);
  }

  private final String text;
  private final YAMLParser tokens;
  private final Position position;

  private YamlReader(String text, YAMLParser tokens, Position position) {
    this.text = text;
    this.tokens = tokens;
    this.position = position;
  }

  /** Parses the only document in {@code text}; empty if there is none. */
  static Optional<Node> read(String text, Position position) {
    try (YAMLParser tokens = (YAMLParser) YAML.createParser(text)) {
      return new YamlReader(text, tokens, position).document();
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
        throw here()
            .error("a second document begins; a recipe is a single document, so remove '---'");
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
    if (tokens.isCurrentAlias() || tokens.getRawTag() != null) {
      throw here().error("aliases (*) and tags (!) are not supported; write the value out");
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
    return place(tokens.currentTokenLocation());
  }

  private Place place(TokenStreamLocation location) {
    return position.at(location.getLineNr(), location.getColumnNr());
  }

  /**
   * Returns the place of an error. Jackson's location is the last valid token; its cause has the
   * location of the error.
   */
  private UserError syntaxError(JacksonException e) {
    if (!(e.getCause() instanceof MarkedYamlEngineException marked)) {
      TokenStreamLocation location =
          e.getLocation() == null ? tokens.currentLocation() : e.getLocation();
      return new UserError(place(location) + ": " + notYaml(e.getOriginalMessage()), e);
    }
    int line = marked.getProblemMark().map(Mark::getLine).orElse(0);
    int column = marked.getProblemMark().map(Mark::getColumn).orElse(0);
    String written = text.lines().skip(line).findFirst().orElse("");
    boolean tabbed =
        written.chars().takeWhile(Character::isWhitespace).anyMatch(each -> each == '\t');
    return new UserError(
        position.at(line + 1, column + 1)
            + ": "
            + (tabbed
                ? "a tab indents this line; indent with spaces"
                : notYaml(Objects.toString(marked.getContext(), "") + " " + marked.getProblem())),
        e);
  }

  private static String notYaml(String complaint) {
    return "not YAML: " + complaint.strip() + "; fix the line or quote the value";
  }
}
