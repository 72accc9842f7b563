package io.braid.recipe;

import io.braid.NamesClass;
import io.braid.SettingError;
import io.braid.UserError;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A user's class that a recipe names.
 *
 * @param key the recipe's key, such as {@code loss} or {@code rewards.signals[0]}
 * @param name the full class name
 * @param from name of the jar file or directory that contains it; empty if the JVM does not give it
 */
public record OwnClass(String key, String name, Optional<String> from) {
  /** Frames of this package and below it belong to the caller of the run. */
  private static final String RUNS = "io.braid.run.";

  /** Returns all such classes of a recipe, in key order. */
  public static List<OwnClass> in(Record recipe) {
    List<OwnClass> found = new ArrayList<>();
    settings(recipe, "", found);
    return found;
  }

  /** Returns all such classes in the settings of a record before it is created. */
  static List<OwnClass> in(Class<?> record, Object[] values, String path) {
    List<OwnClass> found = new ArrayList<>();
    List<Setting> settings = Setting.of(record);
    for (int i = 0; i < values.length; i++) {
      setting(settings.get(i), values[i], path, found);
    }
    return found;
  }

  private static void settings(Record record, String path, List<OwnClass> found) {
    Map<String, Object> values = RecipeWriter.values(record);
    for (Setting setting : Setting.of(record.getClass())) {
      Object value = values.get(setting.key());
      if (value != null) {
        setting(setting, value, path, found);
      }
    }
  }

  private static void setting(Setting setting, Object value, String path, List<OwnClass> found) {
    String key = path.isEmpty() ? setting.key() : path + "." + setting.key();
    value(RecipeWriter.choice(setting.kind()), value, setting.inline() ? path : key, found);
  }

  private static void value(
      Optional<Kind.Choice> choice, Object value, String path, List<OwnClass> found) {
    switch (value) {
      case Optional<?> maybe -> maybe.ifPresent(each -> value(choice, each, path, found));
      case List<?> list -> {
        for (int i = 0; i < list.size(); i++) {
          value(choice, list.get(i), path + "[" + i + "]", found);
        }
      }
      case Map<?, ?> map ->
          map.forEach((key, each) -> value(choice, each, path + "." + key, found));
      case NamesClass named ->
          found.add(
              new OwnClass(
                  path,
                  named.class_(),
                  named
                      .jar()
                      .map(Path::getFileName)
                      .map(Path::toString)
                      .or(() -> UserClass.find(named.class_()).flatMap(OwnClass::origin))));
      case Record record when Word.of(record.getClass()).isPresent() -> {} // one word or number
      case Record record -> {
        if (choice.filter(each -> UserClass.is(record.getClass(), each)).isPresent()) {
          found.add(new OwnClass(path, record.getClass().getName(), origin(record.getClass())));
        }
        settings(record, path, found);
      }
      default -> {}
    }
  }

  private static Optional<String> origin(Class<?> type) {
    return Optional.ofNullable(type.getProtectionDomain().getCodeSource())
        .map(CodeSource::getLocation)
        .flatMap(location -> {
          try {
            return Optional.ofNullable(Path.of(location.toURI()).getFileName());
          } catch (URISyntaxException | RuntimeException _) {
            return Optional.empty(); // no file
          }
        })
        .map(Path::toString);
  }

  /**
   * Detects whether a failure comes from a user's class: one of its frames, or of its causes'
   * frames, belongs to the class or to another class of its package.
   *
   * @param own the user's classes in the run's recipe
   * @return an error that names the recipe's key, the class, the exception and the place; empty for
   *     other failures, for errors that already explain themselves, and for failures of the JVM
   *     itself, such as a lack of memory
   */
  public static Optional<SettingError> blame(Throwable failure, List<OwnClass> own) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      boolean exhausted =
          each instanceof VirtualMachineError && !(each instanceof StackOverflowError);
      if (each instanceof UserError || exhausted) {
        return Optional.empty();
      }
    }
    return blame(failure, own, (clazz, frame) -> clazz.owns(frame))
        .or(() -> blame(failure, own, (clazz, frame) -> clazz.isNextTo(frame)));
  }

  /** Whether a frame belongs to a class. */
  private interface Belongs {
    boolean to(OwnClass own, String frame);
  }

  private static Optional<SettingError> blame(
      Throwable failure, List<OwnClass> own, Belongs belongs) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      for (StackTraceElement frame : each.getStackTrace()) {
        if (frame.getClassName().startsWith(RUNS)) {
          break;
        }
        List<OwnClass> owners =
            own.stream().filter(clazz -> belongs.to(clazz, frame.getClassName())).toList();
        if (!owners.isEmpty()) {
          return Optional.of(error(owners, each, frame, failure));
        }
      }
    }
    return Optional.empty();
  }

  private static SettingError error(
      List<OwnClass> owners, Throwable thrown, StackTraceElement frame, Throwable failure) {
    String at = frame.getClassName();
    return new SettingError(
        owners.stream().map(OwnClass::key).distinct().collect(Collectors.joining(" or ")),
        "%s threw %s at %s.%s (%s:%s); fix it there"
            .formatted(
                owners.stream()
                    .filter(each -> each.owns(at))
                    .findFirst()
                    .map(OwnClass::name)
                    .orElse(at),
                UserClass.reason(thrown),
                at,
                frame.getMethodName(),
                frame.getFileName(),
                frame.getLineNumber()),
        failure);
  }

  /** Returns a line that lists the user's classes; empty if there are none. */
  public static Optional<String> line(List<OwnClass> own) {
    return own.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "own classes: "
                + own.stream().map(OwnClass::toString).collect(Collectors.joining(", ")));
  }

  private boolean owns(String frame) {
    return frame.equals(name) || frame.startsWith(name + "$");
  }

  private boolean isNextTo(String frame) {
    int dot = name.lastIndexOf('.');
    return frame.lastIndexOf('.') == dot && frame.startsWith(name.substring(0, dot + 1));
  }

  /** Describes the class: its key, its name and its jar file or directory. */
  @Override
  public String toString() {
    return key + " " + name + from.map(place -> " (" + place + ")").orElse("");
  }
}
