package io.braid.app.terminal;

import io.braid.MetricValues;
import io.braid.app.bench.PeakMemory;
import io.braid.run.Sample;
import io.braid.run.StepPhases;
import io.braid.run.TimeLeft;
import io.braid.train.StepMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Decides which steps of a run get a row and which samples are shown: a row every few seconds, with
 * a round number of steps between rows, and a sample at most every half minute.
 */
final class StepLog {
  private static final double BETWEEN_ROWS = 4; // seconds
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(30);
  private static final int RECENT = 9; // steps
  private static final int WIDTH_OF_A_FILE = 120;
  private static final int ROOM_FOR_TIME_LEFT = 24;

  private final Supplier<OptionalInt> terminal;
  private final Supplier<OptionalLong> memory;
  private final InstantSource clock;
  private final Deque<Double> recent = new ArrayDeque<>();
  private final Map<String, Double> seconds = new LinkedHashMap<>();
  private final Instant begun;
  private StepRows rows = new StepRows(0);
  private int steps;
  private int counted;
  private Optional<TimeLeft> left = Optional.empty();
  private Optional<Shown> pending = Optional.empty();
  private Optional<Instant> lastSample = Optional.empty();

  private record Shown(int done, Sample sample) {}

  /**
   * Creates a log.
   *
   * @param terminal width of the terminal, or empty if the output goes to a file
   * @param memory the process's resident memory, in megabytes, if known
   */
  StepLog(Supplier<OptionalInt> terminal, Supplier<OptionalLong> memory, InstantSource clock) {
    this.terminal = terminal;
    this.memory = memory;
    this.clock = clock;
    this.begun = clock.instant();
  }

  static StepLog onStandardError() {
    return new StepLog(StandardStream.ERROR::columns, PeakMemory::now, InstantSource.system());
  }

  void begins(int count) {
    steps = count;
    rows = new StepRows(count);
  }

  void remains(TimeLeft now) {
    left = Optional.of(now);
  }

  void sampled(int done, Sample sample) {
    pending = Optional.of(new Shown(done, sample));
  }

  /** Records a step; returns what is to be printed. */
  List<String> stepped(int done, MetricValues metrics) {
    counted++;
    rows.add(metrics);
    StepPhases.of(metrics.byName())
        .forEach((phase, time) -> seconds.merge(phase, time, Double::sum));
    recent.addLast(metrics.get(StepMetrics.STEP_SECONDS, 0));
    if (recent.size() > RECENT) {
      recent.removeFirst();
    }
    List<String> lines = new ArrayList<>();
    OptionalInt width = terminal.get();
    if (counted == 1 || done == steps || done % every() == 0) {
      lines.add(row(done, width));
    }
    Instant now = clock.instant();
    if (pending.isPresent()
        && lastSample.map(last -> !last.plus(BETWEEN_SAMPLES).isAfter(now)).orElse(true)) {
      lastSample = Optional.of(now);
      lines.add(
          SampleText.of(
              pending.get().done(), pending.get().sample(), width.orElse(WIDTH_OF_A_FILE) - 1));
    }
    pending = Optional.empty();
    return lines;
  }

  /** A file has no bar, so its rows say how long the run still takes. */
  private String row(int done, OptionalInt width) {
    if (width.isPresent()) {
      return rows.row(done, memory.get(), width.getAsInt() - 1);
    }
    String row = rows.row(done, memory.get(), WIDTH_OF_A_FILE - ROOM_FOR_TIME_LEFT);
    return done < steps && left.isPresent() ? row + "  " + Times.words(left.get()) : row;
  }

  /** Returns the number of steps between rows: 1, 2, 5, 10, 20, 50 and so on. */
  private long every() {
    double[] sorted = recent.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double step = sorted[sorted.length / 2];
    for (long unit = 1; unit < steps; unit *= 10) {
      for (int factor : new int[] {1, 2, 5}) {
        if (unit * factor * step >= BETWEEN_ROWS) {
          return unit * factor;
        }
      }
    }
    return steps;
  }

  /** Returns the line below the table: the time and the phases' shares in it. */
  Optional<String> summary() {
    if (counted == 0) {
      return Optional.empty();
    }
    String text =
        "%s steps in %s: "
            .formatted(counted, Times.clock(Duration.between(begun, clock.instant())));
    int columns = terminal.get().orElse(WIDTH_OF_A_FILE) - 1;
    return Optional.of(text + StepRows.shares(seconds, columns - text.length()));
  }
}
