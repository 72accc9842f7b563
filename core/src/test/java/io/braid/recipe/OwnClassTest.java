package io.braid.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.SettingError;
import io.braid.UserError;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whose failure it was is read from the frames of the stack trace. */
class OwnClassTest {
  private static final OwnClass LOSS = new OwnClass("loss", "my.Loss", Optional.of("my.jar"));
  private static final OwnClass ORDER = new OwnClass("curriculum", "my.Order", Optional.empty());
  private static final List<OwnClass> BOTH = List.of(LOSS, ORDER);

  private static <T extends Throwable> T at(T failure, String... frames) {
    StackTraceElement[] trace = new StackTraceElement[frames.length];
    for (int i = 0; i < frames.length; i++) {
      int dot = frames[i].lastIndexOf('.');
      trace[i] =
          new StackTraceElement(
              frames[i].substring(0, dot), frames[i].substring(dot + 1), "File.java", i + 1);
    }
    failure.setStackTrace(trace);
    return failure;
  }

  private static Optional<String> said(Throwable failure) {
    return OwnClass.blame(failure, BOTH).map(SettingError::getMessage);
  }

  @Test
  void theFirstFrameOfTheClassIsThePlace() {
    Throwable failure =
        at(
            new IllegalStateException("two\nlines"),
            "io.braid.tensor.Tensor.plus",
            "my.Loss$Part.inner",
            "my.Loss.of",
            "io.braid.train.PolicyUpdate.learn");
    assertThat(said(failure))
        .hasValue(
            "loss: my.Loss threw IllegalStateException: two lines at my.Loss$Part.inner"
                + " (File.java:2); fix it there");
    assertThat(OwnClass.blame(failure, BOTH).orElseThrow()).hasCause(failure);
  }

  @Test
  void theClassIsFoundInACause() {
    Throwable cause = at(new AssertionError("far"), "my.Order$1.next", "io.braid.sampling.X.y");
    Throwable failure = at(new IllegalStateException("failed", cause), "io.braid.sampling.Z.await");
    assertThat(said(failure))
        .hasValueSatisfying(line ->
            assertThat(line)
                .startsWith("curriculum: my.Order threw AssertionError: far at my.Order$1"));
  }

  @Test
  void anotherClassOfThePackageIsNamedItself() {
    Throwable failure = at(new ArithmeticException("/ by zero"), "my.Helper.divide");
    assertThat(said(failure))
        .hasValue(
            "loss or curriculum: my.Helper threw ArithmeticException: / by zero at"
                + " my.Helper.divide (File.java:1); fix it there");
    assertThat(said(at(new ArithmeticException(), "my.Helper.divide", "my.Order.next")).orElse(""))
        .as("the class itself, where it is on the stack")
        .startsWith("curriculum: my.Order threw ArithmeticException at my.Order.next");
  }

  @Test
  void whoStartedTheRunIsNotBlamed() {
    assertThat(
            said(
                at(
                    new IllegalStateException(),
                    "io.braid.run.train.PolicyRun.run",
                    "my.Loss.main")))
        .isEmpty();
    assertThat(said(at(new IllegalStateException(), "my.other.Loss.of", "my.Losses2.of2")))
        .as("classes of one package, but none of a package below")
        .hasValueSatisfying(line -> assertThat(line).contains("my.Losses2"));
    assertThat(said(at(new IllegalStateException(), "io.braid.nn.AdamW.step"))).isEmpty();
  }

  @Test
  void whatIsToldAlreadyAndAnExhaustedJvmStayThemselves() {
    assertThat(said(at(new UserError("mine"), "my.Loss.of"))).isEmpty();
    assertThat(said(at(new OutOfMemoryError(), "my.Loss.of"))).isEmpty();
    assertThat(said(at(new StackOverflowError(), "my.Loss.of"))) // deep recursion of the class
        .hasValueSatisfying(line -> assertThat(line).contains("my.Loss threw StackOverflowError"));
    assertThat(said(at(new RuntimeException(at(new OutOfMemoryError(), "my.Loss.of")), "a.B.c")))
        .isEmpty();
  }

  @Test
  void allAreToldInOneLine() {
    assertThat(OwnClass.line(BOTH))
        .hasValue("own classes: loss my.Loss (my.jar), curriculum my.Order");
    assertThat(OwnClass.line(List.of())).isEmpty();
  }
}
