package io.braid.app.terminal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar that is redrawn on one line of a terminal. */
final class ProgressBars implements Progress {
  private static final int REDRAW_MILLIS = 250;

  private final ProgressBar bar;

  ProgressBars(
      String phase, long done, long total, PrintStream out, IntSupplier columns, boolean colour) {
    this.bar =
        new ProgressBarBuilder()
            .setTaskName(phase)
            .setInitialMax(total)
            .startsFrom(done, Duration.ZERO)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setStyle(style(out, colour))
            .setConsumer(new Line(out, columns))
            .build();
  }

  private static ProgressBarStyle style(PrintStream out, boolean colour) {
    if (!out.charset().equals(StandardCharsets.UTF_8)) {
      return ProgressBarStyle.ASCII;
    }
    return colour ? ProgressBarStyle.COLORFUL_UNICODE_BLOCK : ProgressBarStyle.UNICODE_BLOCK;
  }

  @Override
  public void at(long done, String numbers) {
    bar.setExtraMessage(" " + numbers);
    bar.stepTo(done);
  }

  @Override
  public void close() {
    bar.close();
  }

  /**
   * Queries the terminal's width at each redraw, without JLine, so that the bar adapts to the
   * window.
   */
  private static final class Line extends ConsoleProgressBarConsumer {
    private final IntSupplier columns;

    Line(PrintStream out, IntSupplier columns) {
      super(out);
      this.columns = columns;
    }

    @Override
    public int getMaxRenderedLength() {
      return Math.max(1, columns.getAsInt() - 1);
    }
  }
}
