package io.braid.nn;

import io.braid.SettingError;
import io.braid.tensor.DType;
import io.braid.tensor.Functional;
import io.braid.tensor.FusedAdamW;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * AdamW (Loshchilov and Hutter 2019) with clipping by the global norm and FLOAT32 master copies of
 * 16-bit parameters.
 *
 * <p>A parameter without a gradient does not change. A step whose gradients contain a NaN or an
 * infinity is skipped and counted. {@link #accumulate()} sums the gradients of 16-bit parameters in
 * FLOAT32 after each backward pass, so that small contributions of many micro-batches are not lost.
 */
public final class AdamW implements AutoCloseable {
  private final Settings settings;
  private final List<Group> groups;
  private final List<Slot> slots = new ArrayList<>();
  private final Set<String> gathered = new HashSet<>(); // 16-bit parameters, by name
  private long skipped;
  private long begun;

  /**
   * Settings that are constant during a run.
   *
   * @param beta1 decay of the first moment
   * @param beta2 decay of the second moment
   * @param epsilon added to the square root of the second moment
   * @param clip maximum global norm of the gradients; infinite for no clipping
   */
  public record Settings(double beta1, double beta2, double epsilon, double clip) {
    /** Usual settings: 0.9, 0.999, 1e-8, clipped at norm 1. */
    public static final Settings DEFAULT = new Settings(0.9, 0.999, 1e-8, 1.0);

    /** Checks the settings. */
    public Settings {
      if (!(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0 && clip > 0)) {
        throw new SettingError(
            "optimizer",
            "betas must be in [0, 1), epsilon and clip above 0, got %s, %s, %s, %s"
                .formatted(beta1, beta2, epsilon, clip));
      }
    }
  }

  /**
   * Parameters that share a learning rate.
   *
   * @param parameters the parameters to train
   * @param rate the learning rate over the steps
   * @param weightDecay weight decay of matrices; vectors (norms, biases) have none
   */
  public record Group(List<Parameter> parameters, LearningRate rate, double weightDecay) {}

  /**
   * The result of a step.
   *
   * @param gradientNorm the global norm before clipping
   * @param skipped whether the step changed nothing because the norm was not finite
   */
  public record Outcome(double gradientNorm, boolean skipped) {}

  /** The state of one parameter; all tensors are FLOAT32. */
  private record Slot(
      Parameter parameter,
      int group,
      boolean decays,
      Tensor master,
      Tensor gradient,
      Tensor firstMoment,
      Tensor secondMoment,
      Tensor step) {
    boolean halfWidth() {
      return master != parameter.tensor();
    }
  }

  /** Creates an optimizer at step 0. */
  public AdamW(Settings settings, List<Group> groups) {
    this.settings = settings;
    this.groups = List.copyOf(groups);
    for (int g = 0; g < groups.size(); g++) {
      for (Parameter parameter : groups.get(g).parameters()) {
        slots.add(slot(parameter, g));
      }
    }
  }

  private static Slot slot(Parameter parameter, int group) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      Tensor tensor = parameter.tensor();
      boolean halfWidth = tensor.dtype() != DType.FLOAT32;
      long[] shape = tensor.shape();
      return new Slot(
          parameter,
          group,
          shape.length >= 2,
          halfWidth ? tensor.detach().to(DType.FLOAT32).owned() : tensor,
          halfWidth ? zeros(shape) : tensor,
          zeros(shape),
          zeros(shape),
          zeros());
    }
  }

  private static Tensor zeros(long... shape) {
    return Tensor.zeros(DType.FLOAT32, shape).owned();
  }

  /** Accumulates the gradients of a backward pass; call it after each. */
  public void accumulate() {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      for (Slot slot : slots) {
        if (slot.halfWidth()) {
          slot.parameter
              .tensor()
              .grad()
              .ifPresent(gradient -> {
                slot.gradient.addInPlace(gradient);
                gathered.add(slot.parameter.name());
              });
          slot.parameter.tensor().clearGrad();
        }
      }
    }
  }

  /**
   * Clips the accumulated gradients, updates the parameters, and clears the gradients.
   *
   * @param step index of the step in the run, from 0, which determines the learning rates
   */
  public Outcome step(int step) {
    begun++;
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      List<Slot> live = new ArrayList<>();
      List<Tensor> gradients = new ArrayList<>();
      for (Slot slot : slots) {
        if (slot.halfWidth()) {
          if (gathered.contains(slot.parameter.name())) {
            live.add(slot);
            gradients.add(slot.gradient);
          }
        } else {
          slot.parameter
              .tensor()
              .grad()
              .ifPresent(gradient -> {
                live.add(slot);
                gradients.add(gradient);
              });
        }
      }
      double norm = gradients.isEmpty() ? 0 : Functional.globalNorm(gradients).item();
      boolean finite = Double.isFinite(norm);
      if (finite) {
        if (norm > settings.clip) {
          Functional.scaleInPlace(gradients, settings.clip / (norm + 1e-6));
        }
        update(live, gradients, step);
      } else {
        skipped++;
      }
      forgetGradients();
      return new Outcome(norm, !finite);
    }
  }

  private void update(List<Slot> live, List<Tensor> gradients, int step) {
    for (int g = 0; g < groups.size(); g++) {
      for (boolean decays : new boolean[] {true, false}) {
        List<Tensor> masters = new ArrayList<>();
        List<Tensor> theirGradients = new ArrayList<>();
        List<Tensor> first = new ArrayList<>();
        List<Tensor> second = new ArrayList<>();
        List<Tensor> steps = new ArrayList<>();
        for (int i = 0; i < live.size(); i++) {
          Slot slot = live.get(i);
          if (slot.group == g && slot.decays == decays) {
            masters.add(slot.master);
            theirGradients.add(gradients.get(i));
            first.add(slot.firstMoment);
            second.add(slot.secondMoment);
            steps.add(slot.step.addInPlace(Tensor.ones(DType.FLOAT32)));
          }
        }
        if (!masters.isEmpty()) {
          FusedAdamW.update(
              masters,
              theirGradients,
              first,
              second,
              steps,
              groups.get(g).rate().at(step),
              settings.beta1,
              settings.beta2,
              decays ? groups.get(g).weightDecay() : 0,
              settings.epsilon);
        }
      }
    }
    for (Slot slot : live) {
      if (slot.halfWidth()) {
        slot.parameter.tensor().copyInPlace(slot.master);
      }
    }
  }

  private void forgetGradients() {
    for (Slot slot : slots) {
      slot.parameter.tensor().clearGrad();
      if (slot.halfWidth()) {
        slot.gradient.fillInPlace(0);
      }
    }
    gathered.clear();
  }

  /**
   * Returns the number of steps begun. If it increased during a step that failed, the parameters
   * may have changed.
   */
  public long begun() {
    return begun;
  }

  /** Returns the number of steps that were skipped because a gradient was not finite. */
  public long skipped() {
    return skipped;
  }

  /** Restores the number of skipped steps of a resumed run. */
  public void restoreSkipped(long count) {
    skipped = count;
  }

  /** Returns the learning rate of the first group at a step. */
  public double rate(int step) {
    return groups.getFirst().rate().at(step);
  }

  /**
   * Returns everything that must be saved to resume, by name. These are the optimizer's own
   * tensors, not copies.
   */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (Slot slot : slots) {
      String name = slot.parameter.name();
      state.put("first_moment." + name, slot.firstMoment);
      state.put("second_moment." + name, slot.secondMoment);
      state.put("step." + name, slot.step);
      if (slot.halfWidth()) {
        state.put("master." + name, slot.master);
      }
    }
    return state;
  }

  @Override
  public void close() {
    for (Slot slot : slots) {
      slot.firstMoment.close();
      slot.secondMoment.close();
      slot.step.close();
      if (slot.halfWidth()) {
        slot.master.close();
        slot.gradient.close();
      }
    }
  }
}
