package io.braid.task;

import io.braid.UserError;
import io.braid.task.visual.VisualGenerator;
import io.braid.task.visual.VisualSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The generated tasks by name. Add new tasks here. */
public enum Tasks {
  /** Reach a target with + − × ÷. */
  COUNTDOWN,
  /** Continue a sequence of digits. */
  DIGITS,
  /** Sums and differences in words. */
  STORIES,
  /** Questions about drawn pictures. */
  VISUAL;

  private ProblemSource made(Options options) {
    return switch (this) {
      case COUNTDOWN -> new CountdownGenerator(CountdownSettings.of(options));
      case DIGITS -> new DigitGenerator(DigitSettings.of(options));
      case STORIES -> new StoryGenerator(StorySettings.of(options));
      case VISUAL -> new VisualGenerator(VisualSettings.of(options));
    };
  }

  /**
   * Parses a task spec: a name and, after a colon, {@code key=value} options separated by commas,
   * as in {@code countdown:numbers=4,max=10,split=test,count=400,seed=7}.
   *
   * <p>Every task has the options {@code split} (train, validation or test), {@code count} (number
   * of problems) and {@code seed}. Countdown also has {@code numbers}, {@code min}, {@code max},
   * {@code target-min}, {@code target-max}, {@code distinct}, {@code solutions} (their least
   * number), {@code intermediates} (positive or any), {@code sameness} (algebra or order) and
   * {@code phrasing} (compact or words); digits {@code modulus-min}, {@code modulus-max} and {@code
   * terms}; stories {@code steps} and {@code max}; visual {@code kind}, {@code difficulty} and
   * {@code size}.
   *
   * @throws UserError for an unknown name, key or value; it suggests the nearest
   */
  public static Task named(String spec) {
    int colon = spec.indexOf(':');
    String name = (colon < 0 ? spec : spec.substring(0, colon)).strip();
    for (Tasks task : values()) {
      if (Names.of(task).equals(name)) {
        return task.with(new Options(name, colon < 0 ? "" : spec.substring(colon + 1)));
      }
    }
    List<String> names = Names.of(Tasks.class);
    throw new UserError("unknown task '%s'%s".formatted(name, Names.hint(name, names)));
  }

  private Task with(Options options) {
    Optional<Split> split = options.choice("split", Split.class);
    OptionalInt count = options.whole("count");
    ProblemSource source = made(options);
    options.refuseOthers();
    return new Task(source, split, count);
  }
}
