package io.braid.app.terminal;

import io.braid.run.RunListener;
import io.braid.tensor.Backend;
import io.braid.tensor.Engine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Shows a run on standard error: a bar with the time left, and the few numbers that matter. */
public final class TerminalListener implements RunListener, AutoCloseable {
  /** What is shown of a step's numbers, where it has them, and how it is called. */
  private static final Map<String, String> SHOWN = shown();

  /** Measured now and then only; shown until it is measured again. */
  private static final String KEPT = "validation_loss";

  private final Map<String, Double> kept = new HashMap<>();
  private boolean computerTold;
  private Optional<Progress> progress = Optional.empty();

  private static Map<String, String> shown() {
    Map<String, String> shown = new LinkedHashMap<>();
    shown.put("accuracy", "accuracy %.2f");
    shown.put("entropy", "entropy %.2f");
    shown.put("length", "tokens %.1f");
    shown.put("loss", "loss %.3f");
    shown.put(KEPT, "last validation %.3f");
    shown.put("log_z", "log Z %.2f");
    shown.put("rollout_difference_max", "mismatch %.0e");
    return shown;
  }

  @Override
  public void begins(String phase, int steps, int done) {
    close();
    if (!computerTold && Engine.isStarted()) {
      System.err.println("computing on " + Backend.current().line());
      computerTold = true;
    }
    kept.clear();
    progress = Optional.of(Progress.start(phase, done, steps));
  }

  @Override
  public void stepped(int done, Map<String, Double> metrics) {
    Optional.ofNullable(metrics.get(KEPT)).ifPresent(loss -> kept.put(KEPT, loss));
    Map<String, Double> numbers = new HashMap<>(kept);
    numbers.putAll(metrics);
    progress.ifPresent(bar -> bar.at(done, line(numbers)));
  }

  /** What was not measured is not there, rather than as it was before. */
  static String line(Map<String, Double> metrics) {
    List<String> parts = new ArrayList<>();
    SHOWN.forEach((name, format) -> {
      Double value = metrics.get(name);
      if (value != null) {
        parts.add(String.format(Locale.ROOT, format, value));
      }
    });
    return String.join(" · ", parts);
  }

  @Override
  public void notice(String text) {
    System.err.println();
    System.err.println(Printable.text(text));
  }

  @Override
  public void ends(String note) {
    close();
    if (!note.isEmpty()) {
      System.err.println(Printable.text(note));
    }
  }

  @Override
  public void close() {
    progress.ifPresent(Progress::close);
    progress = Optional.empty();
  }
}
