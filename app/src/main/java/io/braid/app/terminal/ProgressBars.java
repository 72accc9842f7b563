package io.braid.app.terminal;

import io.braid.run.TimeLeft;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;

/** A progress bar that is redrawn on the last line of a terminal. */
final class ProgressBars implements Progress {
  private static final int REDRAW_MILLIS = 250;
  private static final int LONGEST_NAME = 24;
  private static final int WIDEST_BAR = 24;
  private static final int NARROWEST_BAR = 8;
  private static final String COLOUR = "\u001b[33m";
  private static final String PLAIN = "\u001b[0m";

  private final String phase;
  private final Estimate estimate;
  private final boolean unicode;
  private final boolean colour;
  private final Line line;
  private final ProgressBar bar;
  private volatile String numbers = "";

  ProgressBars(
      String phase, Estimate estimate, PrintStream out, IntSupplier columns, boolean colour) {
    this.phase = Columns.cut(Printable.line(phase), LONGEST_NAME);
    this.estimate = estimate;
    this.unicode = out.charset().equals(StandardCharsets.UTF_8);
    this.colour = colour;
    this.line = new Line(out, columns);
    this.bar =
        new ProgressBarBuilder()
            .startsFrom(0, Duration.ZERO)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .continuousUpdate()
            .setRenderer((_, width) -> render(width))
            .setConsumer(line)
            .build();
  }

  private String render(int width) {
    String before = phase + "  ";
    String after = "  " + estimate.amount() + "  " + Times.clock(estimate.elapsed());
    Optional<TimeLeft> left = estimate.left();
    if (left.isPresent()) {
      after += ", " + Times.words(left.get());
    }
    String more = numbers.isEmpty() ? "" : "  " + numbers;
    int room = width - Columns.of(before) - Columns.of(after);
    int bars = Math.clamp(room - (long) Columns.of(more), NARROWEST_BAR, WIDEST_BAR);
    String text = Columns.cut(before + drawn(bars) + after + more, width);
    int from = Math.min(text.length(), before.length());
    int to = Math.min(text.length(), before.length() + bars);
    return colour
        ? text.substring(0, from) + COLOUR + text.substring(from, to) + PLAIN + text.substring(to)
        : text;
  }

  private String drawn(int bars) {
    int full = (int) Math.round(Math.clamp(estimate.fraction(), 0, 1) * bars);
    return (unicode ? "━" : "#").repeat(full) + (unicode ? "┈" : ".").repeat(bars - full);
  }

  @Override
  public void at(long done, String now) {
    estimate.at(done);
    numbers = Printable.line(now);
  }

  @Override
  public void now(String now) {
    numbers = Printable.line(now);
  }

  @Override
  public void remains(TimeLeft left) {
    estimate.remains(left);
  }

  @Override
  public void print(String lines) {
    line.above(lines);
  }

  @Override
  public void close() {
    bar.close();
  }

  /**
   * Queries the terminal's width at each redraw, without JLine, so that the bar adapts to the
   * window.
   */
  private static final class Line implements ProgressBarConsumer {
    private final PrintStream out;
    private final IntSupplier columns;
    private String drawn = "";
    private int width; // of what is drawn

    Line(PrintStream out, IntSupplier columns) {
      this.out = out;
      this.columns = columns;
    }

    @Override
    public int getMaxRenderedLength() {
      return Math.max(1, columns.getAsInt() - 1);
    }

    @Override
    public synchronized void accept(String text) {
      int next = Columns.of(text.replace(COLOUR, "").replace(PLAIN, ""));
      out.print("\r" + text + " ".repeat(Math.max(0, width - next)));
      out.flush();
      drawn = text;
      width = next;
    }

    synchronized void above(String lines) {
      String first = lines.lines().findFirst().orElse("");
      String covered = " ".repeat(Math.max(0, width - Columns.of(first)));
      out.print("\r" + first + covered + lines.substring(first.length()));
      out.print(System.lineSeparator() + drawn);
      out.flush();
    }

    @Override
    public synchronized void close() {
      out.println();
      out.flush();
    }
  }
}
