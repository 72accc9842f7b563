package io.braid.run.train;

import io.braid.nn.LearningRate;
import io.braid.nn.OptimizerSettings;
import java.util.List;
import java.util.Locale;

/** A recipe of a run whose number of steps may change on resume. */
interface RunLength {
  /** Returns what depends on the number of steps, in words; empty if nothing does. */
  List<String> schedules();

  /**
   * Describes an optimizer's schedule, if it depends on the number of steps.
   *
   * @param key the key of the optimizer
   */
  static List<String> schedules(String key, OptimizerSettings optimizer) {
    return optimizer.lrSchedule() == LearningRate.Fall.CONSTANT
        ? List.of()
        : List.of(
            "%s.lr_schedule is %s over all steps, so the remaining learning rates change"
                .formatted(key, optimizer.lrSchedule().name().toLowerCase(Locale.ROOT)));
  }
}
