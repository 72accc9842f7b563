package io.braid.verify;

import io.braid.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A user's class, whose failures end the run with its name. */
final class CustomVerifier implements ManyAtOnce {
  private final String name;
  private final Verifier own;
  private final URLClassLoader classes;

  private CustomVerifier(String name, Verifier own, URLClassLoader classes) {
    this.name = name;
    this.own = own;
    this.classes = classes;
  }

  /**
   * Finds the class and makes one of it.
   *
   * @throws UserError when it is not there, is no verifier, or its constructor throws
   */
  static CustomVerifier load(Custom settings) {
    URLClassLoader classes = classes(settings.jar());
    try {
      Class<?> found = found(settings, classes);
      if (!Verifier.class.isAssignableFrom(found)) {
        throw error(
            settings.class_(), "does not implement io.braid.verify.Verifier", Optional.empty());
      }
      return new CustomVerifier(
          settings.class_(), (Verifier) made(found, settings.settings()), classes);
    } catch (RuntimeException e) {
      close(classes);
      throw e;
    }
  }

  private static URLClassLoader classes(Optional<Path> jar) {
    jar.filter(path -> !Files.isReadable(path))
        .ifPresent(path -> {
          throw new UserError("verifier.jar: %s cannot be read; check the path".formatted(path));
        });
    URL[] urls = jar.map(CustomVerifier::url).stream().toArray(URL[]::new);
    return new URLClassLoader(urls, CustomVerifier.class.getClassLoader());
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Class<?> found(Custom settings, URLClassLoader classes) {
    try {
      return Class.forName(settings.class_(), true, classes);
    } catch (ClassNotFoundException e) {
      String where =
          settings
              .jar()
              .map(jar -> "in " + jar + " or on the class path")
              .orElse("on the class path");
      throw error(
          settings.class_(),
          "no such class %s; name its jar (verifier.jar), or its directory in BRAID_CLASSPATH"
              .formatted(where),
          Optional.of(e));
    } catch (LinkageError e) {
      throw error(settings.class_(), "cannot be loaded: " + said(e), Optional.of(e));
    }
  }

  private static Object made(Class<?> type, Map<String, String> settings) {
    Constructor<?> constructor = constructor(type, settings);
    try {
      return constructor.getParameterCount() == 0
          ? constructor.newInstance()
          : constructor.newInstance(settings);
    } catch (InvocationTargetException e) {
      Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
      throw error(type.getName(), "its constructor throws " + said(cause), Optional.of(cause));
    } catch (ReflectiveOperationException | LinkageError e) {
      throw error(
          type.getName(),
          "cannot be made (%s); it must be a public class that is not abstract".formatted(said(e)),
          Optional.of(e));
    }
  }

  private static Constructor<?> constructor(Class<?> type, Map<String, String> settings) {
    List<Constructor<?>> all = List.of(type.getConstructors());
    Optional<Constructor<?>> taking = with(all, Map.class);
    Optional<Constructor<?>> plain = with(all);
    if (taking.isEmpty() && plain.isPresent() && !settings.isEmpty()) {
      throw error(
          type.getName(),
          "takes no settings: it has no public constructor with a Map<String, String>; leave verifier.settings out",
          Optional.empty());
    }
    return taking
        .or(() -> plain)
        .orElseThrow(() ->
            error(
                type.getName(),
                "has no public constructor that takes nothing or a Map<String, String>",
                Optional.empty()));
  }

  private static Optional<Constructor<?>> with(List<Constructor<?>> all, Class<?>... types) {
    return all.stream().filter(each -> Arrays.equals(each.getParameterTypes(), types)).findFirst();
  }

  @Override
  public Verdict judge(Submission submission) {
    return checked(asked(() -> own.judge(submission)));
  }

  @Override
  public List<Verdict> judgeAll(List<Submission> submissions) {
    List<Verdict> verdicts = asked(() -> own.judgeAll(submissions));
    if (verdicts.size() != submissions.size()) {
      throw error(
          name,
          "gave %d verdicts for %d responses".formatted(verdicts.size(), submissions.size()),
          Optional.empty());
    }
    verdicts.forEach(this::checked);
    return verdicts;
  }

  private <T> T asked(Supplier<T> question) {
    try {
      return Optional.ofNullable(question.get())
          .orElseThrow(() -> error(name, "gave null for a verdict", Optional.empty()));
    } catch (UserError e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw error(name, "failed while judging: " + said(e), Optional.of(e));
    }
  }

  private Verdict checked(Verdict verdict) {
    if (!Double.isFinite(verdict.reward())) {
      throw error(name, "gave the reward " + verdict.reward(), Optional.empty());
    }
    return verdict;
  }

  @Override
  public void close() {
    try {
      own.close();
    } finally {
      close(classes);
    }
  }

  private static void close(URLClassLoader classes) {
    try {
      classes.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static UserError error(String name, String what, Optional<Throwable> cause) {
    String message = "verifier " + name + ": " + what;
    return cause.map(e -> new UserError(message, e)).orElseGet(() -> new UserError(message));
  }

  private static String said(Throwable failure) {
    return failure.getClass().getSimpleName()
        + Optional.ofNullable(failure.getMessage()).map(message -> ": " + message).orElse("");
  }
}
