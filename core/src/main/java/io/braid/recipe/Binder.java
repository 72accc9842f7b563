package io.braid.recipe;

import io.braid.Nearest;
import io.braid.SettingError;
import io.braid.UserError;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Converts nodes to settings records; an error gives the exact place. */
final class Binder {
  private static final String CUSTOM = "custom"; // the choice that names a class
  private static final int LIST_NAMES_UP_TO = 24;

  private Binder() {}

  static <T extends Record> T bind(Node.Mapping root, Class<T> type) {
    try {
      return type.cast(record(type, root, ""));
    } catch (UnknownKey unknown) {
      throw unknown.answered(type);
    }
  }

  private static Object value(Type type, Node node, String path) {
    return switch (Kind.of(type)) {
      case Kind.Maybe maybe ->
          node instanceof Node.Nothing
              ? Optional.empty()
              : Optional.of(value(maybe.of(), node, path));
      case Kind.Single single -> word(single.word(), node, path);
      case Kind.Constant constant -> constant(constant.type(), node, path);
      case Kind.Nested nested -> record(nested.type(), mapping(node, path), path);
      case Kind.Choice choice -> choice(choice, node, path);
      case Kind.Many many -> list(many.of(), node, path);
      case Kind.Named named -> named(named.of(), mapping(node, path), path);
    };
  }

  private static Object word(Word word, Node node, String path) {
    if (!(node instanceof Node.Scalar scalar)) {
      throw notAWord(word, node, path);
    }
    try {
      return word.read().apply(scalar);
    } catch (IllegalArgumentException | ArithmeticException _) {
      throw wrong(node, path, word.wanted());
    }
  }

  /** Rejects a section, a list or nothing. Another trainer may have a section with this name. */
  private static UserError notAWord(Word word, Node node, String path) {
    UserError wrong = wrong(node, path, word.wanted());
    if (!(node instanceof Node.Mapping section)) {
      return wrong;
    }
    return section.entries().entrySet().stream()
        .filter(entry -> !entry.getKey().equals(Node.TYPE))
        .findFirst()
        .<UserError>map(entry ->
            new UnknownKey(
                entry.getValue().place(),
                under(path, entry.getKey()),
                entry.getValue().value(),
                path + ": must be " + word.wanted() + ", got " + node.found()))
        .orElse(wrong);
  }

  private static Object constant(Class<?> type, Node node, String path) {
    List<String> names = Names.values(type);
    return type.getEnumConstants()[names.indexOf(oneOf(names, node, path))];
  }

  private static Object choice(Kind.Choice choice, Node node, String path) {
    if (!(node instanceof Node.Mapping mapping)) {
      Class<?> chosen = chosen(choice, node, path);
      return record(chosen, Node.Mapping.empty(node.place()), path);
    }
    Node.Entry type = mapping.entries().get(Node.TYPE);
    if (type == null) {
      throw node.place()
          .error(
              under(path, Node.TYPE)
                  + ": missing; name one of "
                  + known(choice.records().keySet()));
    }
    Map<String, Node.Entry> rest = new LinkedHashMap<>(mapping.entries());
    rest.remove(Node.TYPE);
    Class<?> chosen = chosen(choice, type.value(), under(path, Node.TYPE));
    return record(chosen, new Node.Mapping(mapping.place(), rest), path);
  }

  private static Class<?> chosen(Kind.Choice choice, Node node, String path) {
    Map<String, Class<?>> records = choice.records();
    if (choice.open() && node instanceof Node.Scalar scalar && UserClass.isNamed(scalar.text())) {
      return UserClass.load(choice.type(), scalar, path, records.keySet());
    }
    Class<?> chosen = records.get(oneOf(records.keySet(), node, path));
    if (chosen == null) {
      throw new IllegalStateException("oneOf returned a name that is not in the list");
    }
    return chosen;
  }

  private static String oneOf(Collection<String> names, Node node, String path) {
    if (!(node instanceof Node.Scalar scalar)) {
      throw wrong(node, path, "one of " + known(names));
    }
    if (!names.contains(scalar.text())) {
      String own =
          UserClass.isNamed(scalar.text()) && names.contains(CUSTOM)
              ? "; a class of yours is '{type: %s, class: %s}'".formatted(CUSTOM, scalar.text())
              : suggestion(scalar.text(), names);
      throw node.place().error(path + ": no " + node.found() + own);
    }
    return scalar.text();
  }

  private static List<Object> list(Type of, Node node, String path) {
    if (!(node instanceof Node.Items items)) {
      throw wrong(node, path, "a list such as [a, b]");
    }
    List<Object> values = new ArrayList<>();
    for (Node each : items.nodes()) {
      values.add(value(of, each, path + "[" + values.size() + "]"));
    }
    return Collections.unmodifiableList(values);
  }

  private static Map<String, Object> named(Type of, Node.Mapping mapping, String path) {
    Map<String, Object> values = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach((key, entry) -> values.put(key, value(of, entry.value(), under(path, key))));
    return Collections.unmodifiableMap(values);
  }

  private static Object record(Class<?> type, Node.Mapping mapping, String path) {
    refuseUnknown(Setting.withKeys(type).stream().map(Setting::key).toList(), mapping, path);
    return made(type, mapping, path);
  }

  /** Creates a record from a mapping, which may also contain keys of other records. */
  private static Object made(Class<?> type, Node.Mapping mapping, String path) {
    Object[] values =
        Setting.of(type).stream()
            .map(setting ->
                setting.inline() && setting.kind() instanceof Kind.Nested nested
                    ? made(nested.type(), mapping, path)
                    : component(type, setting, mapping, path))
            .toArray();
    try {
      return constructor(type).newInstance(values);
    } catch (InvocationTargetException e) {
      throw switch (e.getCause()) {
        case SettingError refused -> placed(refused, mapping, path);
        case UserError refused -> placed(refused, mapping, path);
        case null -> new IllegalStateException("cannot create a " + type.getName(), e);
        case Throwable thrown when isBraids(type) ->
            OwnClass.blame(thrown, OwnClass.in(type, values, path))
                .<RuntimeException>map(blamed -> placed(blamed, mapping, path))
                .orElseGet(
                    () -> new IllegalStateException("cannot create a " + type.getName(), thrown));
        case Throwable thrown ->
            placed(
                new UserError(
                    "the constructor of %s throws %s"
                        .formatted(type.getName(), UserClass.reason(thrown)),
                    thrown),
                mapping,
                path);
      };
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot create a " + type.getName(), e);
    }
  }

  private static boolean isBraids(Class<?> type) {
    return type.getName().startsWith("io.braid.");
  }

  private static Object component(
      Class<?> owner, Setting setting, Node.Mapping mapping, String path) {
    String key = under(path, setting.key());
    Node.Entry entry = mapping.entries().get(setting.key());
    if (entry != null) {
      return value(setting.type(), entry.value(), key);
    }
    if (setting.fallback().isPresent()) {
      Place place = new Place.InDefaults(owner);
      Node fallback =
          YamlReader.read(setting.fallback().get(), (_, _) -> place)
              .orElseGet(() -> new Node.Nothing(place));
      return value(setting.type(), fallback, key);
    }
    return switch (setting.kind()) {
      case Kind.Maybe _ -> Optional.empty();
      case Kind.Nested nested -> record(nested.type(), Node.Mapping.empty(mapping.place()), key);
      default ->
          throw mapping
              .place()
              .error(
                  key
                      + ": missing; add '"
                      + setting.key()
                      + ": …'"
                      + setting.doc().map(doc -> " (" + doc + ")").orElse(""));
    };
  }

  private static void refuseUnknown(List<String> known, Node.Mapping mapping, String path) {
    mapping
        .entries()
        .forEach((key, entry) -> {
          if (!known.contains(key)) {
            throw new UnknownKey(
                entry.place(),
                under(path, key),
                entry.value(),
                under(path, key) + ": no such key" + suggestion(key, known));
          }
        });
  }

  private static Node.Mapping mapping(Node node, String path) {
    return switch (node) {
      case Node.Mapping mapping -> mapping;
      case Node.Nothing nothing -> Node.Mapping.empty(nothing.place());
      default -> throw wrong(node, path, "'key: value' lines below it");
    };
  }

  /** Adds the place of a setting to the error from a record that rejects it. */
  private static UserError placed(SettingError refused, Node.Mapping mapping, String path) {
    String key = refused.key();
    String own = key.startsWith(path + ".") ? key.substring(path.length() + 1) : key;
    Place place = mapping.place();
    Node inner = mapping;
    for (String part : own.split("\\.")) {
      Node.Entry entry = inner instanceof Node.Mapping deeper ? deeper.entries().get(part) : null;
      if (entry == null) {
        break;
      }
      inner = entry.value();
      place = inner instanceof Node.Scalar ? inner.place() : entry.place();
    }
    return new UserError(place + ": " + under(path, own) + ": " + refused.complaint(), refused);
  }

  /**
   * Adds the place of a mapping to the error from a record that rejects the combination of its
   * settings.
   */
  private static UserError placed(UserError refused, Node.Mapping mapping, String path) {
    String subject = path.isEmpty() ? "" : path + ": ";
    return new UserError(mapping.place() + ": " + subject + refused.getMessage(), refused);
  }

  private static UserError wrong(Node node, String path, String wanted) {
    return node.place().error(path + ": must be " + wanted + ", got " + node.found());
  }

  private static String suggestion(String given, Collection<String> known) {
    return Nearest.to(given, known).map(name -> "; did you mean '" + name + "'?").orElse(";")
        + " known: "
        + known(known);
  }

  private static String known(Collection<String> names) {
    String first = String.join(", ", names.stream().limit(LIST_NAMES_UP_TO).toList());
    return names.size() > LIST_NAMES_UP_TO ? first + ", …" : first;
  }

  private static String under(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static Constructor<?> constructor(Class<?> type) throws NoSuchMethodException {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    Constructor<?> constructor = type.getDeclaredConstructor(types);
    constructor.setAccessible(true);
    return constructor;
  }
}
