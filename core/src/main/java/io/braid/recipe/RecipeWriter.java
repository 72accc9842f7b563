package io.braid.recipe;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

/** Writes settings records as YAML that reads back to equal records. */
final class RecipeWriter {
  private static final Pattern NUMBER = Pattern.compile("-?[0-9.]+([eE]-?[0-9]+)?");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z_/][A-Za-z0-9_./-]*");

  /** Words that some YAML readers do not read as text. */
  private static final Set<String> RESERVED =
      Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private final StringBuilder out = new StringBuilder();

  private RecipeWriter() {}

  static String write(Record recipe) {
    RecipeWriter writer = new RecipeWriter();
    writer.settings(recipe, 0);
    return writer.out.toString();
  }

  private void settings(Record record, int indent) {
    Map<String, Object> values = values(record);
    for (Setting setting : Setting.of(record.getClass())) {
      if (setting.inline() && values.get(setting.key()) instanceof Record inner) {
        settings(inner, indent);
        continue;
      }
      setting.doc().ifPresent(doc -> line(indent, "# " + doc));
      Object value = values.get(setting.key());
      if (value == null) {
        throw new IllegalArgumentException(setting.key() + " is null; use an Optional");
      }
      entry(setting.key(), choice(setting.kind()), value, indent);
    }
  }

  /** Returns the choice type of a setting: its own type, or that of its list's elements. */
  static Optional<Kind.Choice> choice(Kind kind) {
    return switch (kind) {
      case Kind.Choice choice -> Optional.of(choice);
      case Kind.Maybe maybe -> choice(Kind.of(maybe.of()));
      case Kind.Many many -> choice(Kind.of(many.of()));
      case Kind.Named named -> choice(Kind.of(named.of()));
      default -> Optional.empty();
    };
  }

  private void entry(String key, Optional<Kind.Choice> choice, Object value, int indent) {
    if (fitsOnOneLine(value)) {
      line(indent, key + ": " + oneLine(value));
    } else {
      line(indent, key + ":");
      block(choice, value, indent + 1);
    }
  }

  private void block(Optional<Kind.Choice> choice, Object value, int indent) {
    switch (value) {
      case Optional<?> present -> block(choice, present.orElseThrow(), indent);
      case Record record -> {
        choice.ifPresent(of -> line(indent, Node.TYPE + ": " + of.nameOf(record.getClass())));
        settings(record, indent);
      }
      case List<?> list -> {
        for (Object each : list) {
          line(indent, fitsOnOneLine(each) ? "- " + oneLine(each) : "-");
          if (!fitsOnOneLine(each)) {
            block(choice, each, indent + 1);
          }
        }
      }
      case Map<?, ?> map ->
          map.forEach((key, each) -> entry(text((String) key), choice, each, indent));
      default -> throw new IllegalArgumentException("no block for " + value.getClass());
    }
  }

  private static boolean fitsOnOneLine(Object value) {
    return switch (value) {
      case Optional<?> maybe -> maybe.isEmpty() || fitsOnOneLine(maybe.get());
      case Record record -> isWord(record);
      case List<?> list -> list.stream().allMatch(RecipeWriter::isWord);
      case Map<?, ?> map -> map.isEmpty();
      default -> true;
    };
  }

  private static boolean isWord(Object value) {
    return !(value instanceof Optional
        || (value instanceof Record && Word.of(value.getClass()).isEmpty())
        || value instanceof List
        || value instanceof Map);
  }

  private static String oneLine(Object value) {
    return switch (value) {
      case Optional<?> maybe -> maybe.isEmpty() ? "null" : oneLine(maybe.get());
      case List<?> list ->
          list.stream().map(RecipeWriter::oneLine).collect(Collectors.joining(", ", "[", "]"));
      case Map<?, ?> _ -> "{}";
      case Enum<?> constant -> text(Names.value(constant));
      case Double number -> real(number);
      case Number number -> number.toString();
      case Boolean truth -> truth.toString();
      case Record itself ->
          NUMBER.matcher(itself.toString()).matches() ? itself.toString() : text(itself.toString());
      default -> text(value.toString());
    };
  }

  private static String real(double number) {
    if (Double.isNaN(number)) {
      return ".nan";
    } else if (Double.isInfinite(number)) {
      return number > 0 ? ".inf" : "-.inf";
    }
    return Double.toString(number).replace('E', 'e');
  }

  private static String text(String text) {
    boolean plain =
        PLAIN.matcher(text).matches() && !RESERVED.contains(text.toLowerCase(Locale.ROOT));
    // JSON does not escape DEL, and YAML must not contain it.
    return plain ? text : JSON.writeValueAsString(text).replace("\u007f", "\\u007f");
  }

  private void line(int indent, String text) {
    out.repeat("  ", indent).append(text).append('\n');
  }

  /** Returns the values of a record by their keys. */
  static Map<String, Object> values(Record record) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        component.getAccessor().setAccessible(true);
        values.put(Names.key(component.getName()), component.getAccessor().invoke(record));
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot read " + component, e);
      }
    }
    return values;
  }
}
