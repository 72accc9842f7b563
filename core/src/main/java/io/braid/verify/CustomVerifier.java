package io.braid.verify;

import io.braid.SettingError;
import io.braid.UserError;
import io.braid.task.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.math.BigDecimal;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Calls a user's verifier. A failure ends the run with an error that names the class. */
final class CustomVerifier implements BatchVerifier {
  private static final int AT_ONCE = 64;

  private final String name;
  private final Verifier own;
  private final URLClassLoader classes;
  private final double seconds;

  /** One thread per call: a call that never returns blocks only its own thread. */
  private final ExecutorService threads;

  private final Semaphore turns = new Semaphore(AT_ONCE);

  private CustomVerifier(Custom settings, Verifier own, URLClassLoader classes) {
    this.name = settings.class_();
    this.own = own;
    this.classes = classes;
    this.seconds = settings.timeoutSeconds();
    this.threads =
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("verifier-", 0).factory());
  }

  /**
   * Loads the class and creates an instance.
   *
   * @throws UserError if the class is missing or is not a verifier, or if its constructor throws
   */
  static CustomVerifier load(Custom settings) {
    URLClassLoader classes = classes(settings.jar());
    try {
      Class<?> found = loaded(settings, classes);
      if (!Verifier.class.isAssignableFrom(found)) {
        throw error(
            settings.class_(), "does not implement io.braid.verify.Verifier", Optional.empty());
      }
      return new CustomVerifier(
          settings, (Verifier) instantiated(found, settings.settings()), classes);
    } catch (RuntimeException e) {
      close(classes);
      throw e;
    }
  }

  private static URLClassLoader classes(Optional<Path> jar) {
    jar.filter(path -> !Files.isReadable(path))
        .ifPresent(path -> {
          throw new SettingError(
              "verifier.jar", "%s cannot be read; check the path".formatted(path));
        });
    URL[] urls = jar.map(CustomVerifier::url).stream().toArray(URL[]::new);
    return new URLClassLoader(
        urls,
        Optional.ofNullable(Thread.currentThread().getContextClassLoader())
            .orElse(CustomVerifier.class.getClassLoader()));
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Class<?> loaded(Custom settings, URLClassLoader classes) {
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

  private static Object instantiated(Class<?> type, Map<String, String> settings) {
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
          "cannot be instantiated (%s); it must be a public class that is not abstract"
              .formatted(said(e)),
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
          "takes no settings: it has no public constructor with a Map<String, String>; leave"
              + " verifier.settings out",
          Optional.empty());
    }
    return taking
        .or(() -> plain)
        .orElseThrow(() ->
            error(
                type.getName(),
                "has no public constructor without parameters or with a Map<String, String>; add"
                    + " one",
                Optional.empty()));
  }

  private static Optional<Constructor<?>> with(List<Constructor<?>> all, Class<?>... types) {
    return all.stream().filter(each -> Arrays.equals(each.getParameterTypes(), types)).findFirst();
  }

  @Override
  public Verdict judge(Submission submission) {
    return checked(Optional.ofNullable(asked(() -> own.judge(submission))));
  }

  /**
   * If the class judges one response at a time, the time limit applies to each response. Each runs
   * on a platform thread, since an endless computation on a virtual thread would block the others.
   */
  @Override
  public List<Verdict> judgeAll(List<Submission> submissions) {
    if (!judgesAll()) {
      return Parallel.run(
          submissions.stream().map(each -> (Callable<Verdict>) () -> judge(each)).toList());
    }
    List<Verdict> verdicts = asked(() -> own.judgeAll(submissions));
    if (verdicts.size() != submissions.size()) {
      throw error(
          name,
          "returned %d verdicts for %d responses".formatted(verdicts.size(), submissions.size()),
          Optional.empty());
    }
    verdicts.forEach(verdict -> checked(Optional.ofNullable(verdict)));
    return verdicts;
  }

  private boolean judgesAll() {
    try {
      return own.getClass().getMethod("judgeAll", List.class).getDeclaringClass() != Verifier.class;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Optional<String> unreadable(Problem problem) {
    return asked(() -> own.unreadable(problem));
  }

  private <T> T asked(Supplier<T> question) {
    turns.acquireUninterruptibly();
    Future<T> answer = threads.submit(question::get);
    try {
      return answer.get((long) (seconds * 1e9), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      Throwable cause = Optional.ofNullable(e.getCause()).orElse(e);
      if (cause instanceof UserError told) {
        throw told;
      }
      throw error(name, "failed while judging: " + said(cause), Optional.of(cause));
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw error(
          name,
          "has not returned after %s seconds; fix it, or raise verifier.seconds"
              .formatted(BigDecimal.valueOf(seconds).stripTrailingZeros().toPlainString()),
          Optional.of(e));
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while judging", e);
    } finally {
      turns.release();
    }
  }

  private Verdict checked(Optional<Verdict> given) {
    Verdict verdict =
        given.orElseThrow(() -> error(name, "returned null as a verdict", Optional.empty()));
    if (!Double.isFinite(verdict.reward())) {
      throw error(
          name,
          "returned the reward " + verdict.reward() + ", which is not finite",
          Optional.empty());
    }
    verdict
        .parts()
        .flatMap(parts -> parts.numbers().stream().filter(each -> !Double.isFinite(each)).findAny())
        .ifPresent(each -> {
          throw error(
              name,
              "returned the reward " + each + " for a part, which is not finite",
              Optional.empty());
        });
    return verdict;
  }

  @Override
  public void close() {
    try {
      asked(() -> {
        own.close();
        return true;
      });
    } finally {
      threads.shutdownNow();
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
