package io.braid.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopSignalTest {
  /** Works until asked to stop, then takes a while to save. */
  static final class Loop {
    public static void main(String[] args) throws Exception {
      int code;
      try (StopSignal stop = StopSignal.listen(() -> System.out.println("asked"))) {
        System.out.println("working");
        while (!stop.requested()) {
          Thread.sleep(5);
        }
        Thread.sleep(Long.parseLong(args[0]));
        System.out.println("saved");
        code = stop.exitCode().orElseThrow();
      }
      System.exit(code);
    }
  }

  /** Listens no longer. */
  static final class Deaf {
    public static void main(String[] args) throws Exception {
      StopSignal.listen(() -> {}).close();
      System.out.println("working");
      Thread.sleep(60_000);
    }
  }

  private static void send(String signal, Process to) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + signal, "" + to.pid()).start().waitFor()).isZero();
  }

  private static void assumeUnix() {
    Assumptions.assumeFalse(
        System.getProperty("os.name").startsWith("Windows"), "signals are sent by kill");
  }

  /** Whether this process ignores SIGHUP, as its children then do, too. */
  private static boolean ignoresHangUp() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) != 0);
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
  void theFirstSignalLetsTheSaveEndAndTheProgramChooseItsExitCode(String signal, int code)
      throws Exception {
    assumeUnix();
    Assumptions.assumeFalse(
        signal.equals("HUP") && ignoresHangUp(), "this JVM was started to ignore SIGHUP (nohup)");
    Process loop = Children.start(Loop.class, "300");
    try (BufferedReader said = loop.inputReader()) {
      assertThat(said.readLine()).isEqualTo("working");
      send(signal, loop);

      assertThat(said.lines()).containsExactly("asked", "saved");
      assertThat(loop.waitFor()).isEqualTo(code);
    } finally {
      loop.destroyForcibly();
    }
  }

  @Test
  void theSecondSignalEndsTheProcessAtOnce() throws Exception {
    assumeUnix();
    Process loop = Children.start(Loop.class, "60000");
    try (BufferedReader said = loop.inputReader()) {
      assertThat(said.readLine()).isEqualTo("working");
      send("TERM", loop);
      assertThat(said.readLine()).isEqualTo("asked");
      send("INT", loop);

      assertThat(loop.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(loop.exitValue()).isEqualTo(130);
      assertThat(said.lines()).isEmpty();
    } finally {
      loop.destroyForcibly();
    }
  }

  /** The system sends one to the terminal's processes, and the shell another to its jobs. */
  @Test
  void twoHangupsOfATerminalAreOneRequest() throws Exception {
    assumeUnix();
    Process loop = Children.start(Loop.class, "300");
    try (BufferedReader said = loop.inputReader()) {
      assertThat(said.readLine()).isEqualTo("working");
      send("HUP", loop);
      assertThat(said.readLine()).isEqualTo("asked");
      send("HUP", loop);

      assertThat(said.lines()).containsExactly("saved");
      assertThat(loop.waitFor()).isEqualTo(129);
    } finally {
      loop.destroyForcibly();
    }
  }

  @Test
  void aRunStartedWithNohupContinuesWhenTheTerminalHangsUp() throws Exception {
    assumeUnix();
    Process loop = Children.start(List.of("nohup"), Loop.class, "10");
    try (BufferedReader said = loop.inputReader()) {
      assertThat(said.readLine()).isEqualTo("working");
      send("HUP", loop);
      assertThat(loop.waitFor(300, TimeUnit.MILLISECONDS)).as("ended").isFalse();
      send("TERM", loop);

      assertThat(said.lines()).containsExactly("asked", "saved");
      assertThat(loop.waitFor()).isEqualTo(143);
    } finally {
      loop.destroyForcibly();
    }
  }

  @Test
  void onceClosedTheSignalsEndTheProcessAsBefore() throws Exception {
    assumeUnix();
    Process deaf = Children.start(Deaf.class);
    try (BufferedReader said = deaf.inputReader()) {
      assertThat(said.readLine()).isEqualTo("working");
      send("TERM", deaf);

      assertThat(deaf.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(deaf.exitValue()).isEqualTo(143);
    } finally {
      deaf.destroyForcibly();
    }
  }

  @Test
  void nothingIsRequestedAtFirst() {
    try (StopSignal stop = StopSignal.listen(() -> {})) {
      assertThat(stop.requested()).isFalse();
      assertThat(stop.exitCode()).isEmpty();
    }
  }

  @Test
  @Timeout(20)
  void aStopRequestReachesTheInnerAndTheOuterListener() throws Exception {
    assumeUnix();
    try (StopSignal outer = StopSignal.listen(() -> {})) {
      try (StopSignal inner = StopSignal.listen(() -> {})) {
        sun.misc.Signal.raise(new sun.misc.Signal("TERM"));
        while (!inner.requested()) {
          Thread.sleep(5);
        }
        assertThat(outer.requested()).as("not before the inner one is closed").isFalse();
      }
      assertThat(outer.exitCode()).hasValue(143);
      try (StopSignal next = StopSignal.listen(() -> {})) {
        assertThat(next.exitCode()).as("asked for before it began").hasValue(143);
      }
    }
    try (StopSignal later = StopSignal.listen(() -> {})) {
      assertThat(later.requested()).isFalse();
    }
  }
}
