package io.braid.recipe;

import io.braid.Doc;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Creates the JSON Schema of recipes, which editors use for completion and checks. */
public final class RecipeSchema {
  private static final JsonMapper JSON = new JsonMapper();
  private static final YAMLMapper YAML = new YAMLMapper();

  /** The definitions of choices, each once, since a choice may contain itself. */
  private final Map<String, ObjectNode> choices = new LinkedHashMap<>();

  private RecipeSchema() {}

  /**
   * Returns the schema of recipes for a settings record.
   *
   * <p>No key is required, because a recipe that extends another recipe may omit the keys that the
   * other recipe sets.
   *
   * @return JSON, indented, in the dialect 2020-12
   */
  public static String of(Class<? extends Record> type) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("title", Names.key(type.getSimpleName()).replace('_', ' '));
    RecipeSchema made = new RecipeSchema();
    schema.setAll(made.record(type, Optional.empty()));
    ((ObjectNode) schema.get("properties"))
        .putObject(RecipeFile.EXTENDS)
        .put("type", "string")
        .put(
            "description",
            "The path, relative to this recipe, of the recipe that this one extends.");
    if (!made.choices.isEmpty()) {
      schema.putObject("$defs").setAll(made.choices);
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
  }

  private ObjectNode record(Class<?> type, Optional<String> choice) {
    ObjectNode schema = JSON.createObjectNode().put("type", "object");
    Optional.ofNullable(type.getAnnotation(Doc.class))
        .ifPresent(doc -> schema.put("description", doc.value()));
    ObjectNode properties = schema.putObject("properties");
    choice.ifPresent(name -> properties.putObject(Node.TYPE).put("const", name));
    for (Setting setting : Setting.withKeys(type)) {
      ObjectNode property = value(setting.type());
      setting.doc().ifPresent(doc -> property.put("description", doc));
      setting.fallback().ifPresent(text -> property.set("default", fallback(setting, text)));
      properties.set(setting.key(), property);
    }
    choice.ifPresent(_ -> schema.putArray("required").add(Node.TYPE));
    return schema.put("additionalProperties", false);
  }

  private ObjectNode value(Type type) {
    ObjectNode schema = JSON.createObjectNode();
    switch (Kind.of(type)) {
      case Kind.Single single -> types(schema, single.word().schemaTypes());
      case Kind.Constant constant -> names(schema, Names.values(constant.type()));
      case Kind.Nested nested -> schema.setAll(record(nested.type(), Optional.empty()));
      case Kind.Many many -> schema.put("type", "array").set("items", value(many.of()));
      case Kind.Named named ->
          schema.put("type", "object").set("additionalProperties", value(named.of()));
      case Kind.Maybe maybe -> {
        ArrayNode either = schema.putArray("anyOf");
        either.add(value(maybe.of()));
        either.addObject().put("type", "null");
      }
      case Kind.Choice choice -> schema.put("$ref", "#/$defs/" + defined(choice));
    }
    return schema;
  }

  /** Adds the definition of a choice unless it exists; returns its name. */
  private String defined(Kind.Choice choice) {
    String name = Names.key(choice.type().getSimpleName());
    if (!choices.containsKey(name)) {
      ObjectNode schema = JSON.createObjectNode();
      choices.put(name, schema); // before its records, which may hold the choice again
      ArrayNode either = schema.putArray("anyOf");
      names(either.addObject(), List.copyOf(choice.records().keySet()));
      choice.records().forEach((type, record) -> either.add(record(record, Optional.of(type))));
      if (choice.open()) {
        userClass(either);
      }
    }
    return name;
  }

  /** Allows a user's class by its full name; its settings are unknown, so they are not checked. */
  private static void userClass(ArrayNode either) {
    String pattern = "^[^.]+(\\.[^.]+)+$";
    either.addObject().put("type", "string").put("pattern", pattern);
    ObjectNode record = either.addObject().put("type", "object");
    record
        .putObject("properties")
        .putObject(Node.TYPE)
        .put("type", "string")
        .put("pattern", pattern);
    record.putArray("required").add(Node.TYPE);
  }

  private static void types(ObjectNode schema, List<String> types) {
    if (types.size() == 1) {
      schema.put("type", types.getFirst());
    } else {
      types.forEach(schema.putArray("type")::add);
    }
  }

  private static void names(ObjectNode schema, List<String> names) {
    ArrayNode list = schema.putArray("enum");
    names.forEach(list::add);
  }

  /** Converts a default to JSON; text stays text even if it looks like a number or a path. */
  private static JsonNode fallback(Setting setting, String text) {
    boolean literal = setting.type() == String.class || setting.type() == Path.class;
    JsonNode value = YAML.readTree(text);
    return literal && !value.isString() ? JSON.getNodeFactory().stringNode(text) : value;
  }
}
