package io.braid.tensor;

import java.util.List;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.TensorType;
import org.bytedeco.pytorch.Type;

/**
 * libtorch's fused AdamW over many tensors, called by name, since operators that begin with an
 * underscore have no static binding.
 */
public final class FusedAdamW {
  static {
    Engine.start();
  }

  private static final OperatorHandle OPERATOR =
      Constants.forever(Dispatcher.singleton().findSchemaOrThrow("aten::_fused_adamw_", ""));

  private FusedAdamW() {}

  /**
   * Runs one update in place (Loshchilov and Hutter 2019): m and v move toward the gradient and its
   * square; the parameter decays by lr·weightDecay and moves by −lr·m̂/(√v̂ + ε).
   *
   * @param steps a FLOAT32 scalar for each parameter: the number of this update, counted from 1
   */
  public static void update(
      List<Tensor> parameters,
      List<Tensor> gradients,
      List<Tensor> firstMoments,
      List<Tensor> secondMoments,
      List<Tensor> steps,
      double learningRate,
      double beta1,
      double beta2,
      double weightDecay,
      double epsilon) {
    try (Scope scope = Scope.open();
        Gradients off = Gradients.off()) {
      IValueVector stack = new IValueVector();
      stack.push_back(list(parameters));
      stack.push_back(list(gradients));
      stack.push_back(list(firstMoments));
      stack.push_back(list(secondMoments));
      stack.push_back(list(List.of()));
      stack.push_back(list(steps));
      stack.push_back(new IValue(learningRate));
      stack.push_back(new IValue(beta1));
      stack.push_back(new IValue(beta2));
      stack.push_back(new IValue(weightDecay));
      stack.push_back(new IValue(epsilon));
      stack.push_back(new IValue(false)); // amsgrad
      stack.push_back(new IValue(false)); // maximize
      stack.push_back(new IValue()); // grad_scale
      stack.push_back(new IValue()); // found_inf
      OPERATOR.callBoxed(stack);
    }
  }

  /**
   * Returns a list argument with its element type; passing a plain vector would silently create a
   * different argument.
   */
  private static IValue list(List<Tensor> tensors) {
    GenericList list = new GenericList(new Type.TypePtr(TensorType.get()));
    for (Tensor tensor : tensors) {
      list.push_back(new IValue(tensor.raw));
    }
    return new IValue(list);
  }
}
