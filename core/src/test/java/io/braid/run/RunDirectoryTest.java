package io.braid.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.UserError;
import io.braid.checkpoint.AtomicFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path dir;

  @Test
  void aNonEmptyDirectoryIsUsedOnlyToResume() throws IOException {
    Path out = dir.resolve("deep/run");
    try (RunDirectory run = RunDirectory.create(out, false)) {
      AtomicFile.write(run.recipe(), "model: m\n");
    }

    assertThatThrownBy(() -> RunDirectory.create(out, false))
        .isInstanceOf(UserError.class)
        .hasMessage(out + ": is not empty; continue its run with --resume, or give another --out");
    try (RunDirectory run = RunDirectory.create(out, true)) {
      assertThat(Files.readString(run.recipe())).isEqualTo("model: m\n");
    }
  }

  @Test
  void aRunThatWroteNothingLeavesTheDirectoryFree() {
    RunDirectory.create(dir, false).close();
    RunDirectory.create(dir, false).close();

    assertThatThrownBy(() -> RunDirectory.create(dir, true))
        .hasMessage(dir + ": no run to resume here; check --out, or omit --resume");
  }

  @Test
  void aRunThatWroteNothingLeavesNoTrace() {
    Path out = dir.resolve("deep/new");
    RunDirectory.create(out, false).close();
    RunDirectory.create(dir, false).close();

    assertThat(dir.resolve("deep")).doesNotExist();
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void aParentInWhichAnotherRunHasBegunStays() {
    RunDirectory first = RunDirectory.create(dir.resolve("runs/a"), false);
    try (RunDirectory second = RunDirectory.create(dir.resolve("runs/b"), false)) {
      AtomicFile.write(second.recipe(), "model: m\n");
      first.close();
    }

    assertThat(dir.resolve("runs")).isDirectoryContaining("glob:**/b");
    assertThat(dir.resolve("runs/a")).doesNotExist();
  }

  @Test
  void aFileIsNoDirectory() throws IOException {
    Path file = Files.writeString(dir.resolve("f"), "x");

    assertThatThrownBy(() -> RunDirectory.create(file, true))
        .hasMessage(file + ": is a file; give another --out");
  }

  @Test
  void oneProcessHasItOnlyOnce() {
    RunDirectory first = RunDirectory.create(dir, false);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> RunDirectory.create(dir, false))
          .hasMessage(dir + ": in use by this process; stop it or give another --out");
    }
    first.close();
    RunDirectory.create(dir, false).close();
  }

  @Test
  void anotherProcessThatHasItIsNamedAndItsDeathFreesIt() throws Exception {
    Process holder = Children.start(Holder.class, dir.toString());
    try (BufferedReader said = holder.inputReader()) {
      assertThat(said.readLine()).isEqualTo("held");

      assertThatThrownBy(() -> RunDirectory.create(dir, false))
          .hasMessage("%s: in use by process %d; stop it or give another --out", dir, holder.pid());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    RunDirectory.create(dir, false).close();
  }

  static final class Holder {
    public static void main(String[] args) throws InterruptedException {
      try (RunDirectory run = RunDirectory.create(Path.of(args[0]), false)) {
        System.out.println("held");
        Thread.sleep(60_000);
      }
    }
  }

  @Test
  void filesAreAtTheDocumentedPaths() {
    try (RunDirectory run = RunDirectory.create(dir, false)) {
      assertThat(run.samples(100)).isEqualTo(dir.resolve("samples/step-000100.jsonl"));
      assertThat(run.checkpoint(1_234_567)).isEqualTo(dir.resolve("checkpoints/step-1234567"));
    }
  }

  @Test
  void anAtomicFileReplacesTheOldOneAndLeavesNoPart() throws IOException {
    Path file = dir.resolve("new/a.txt");
    AtomicFile.write(file, "a long first text");
    AtomicFile.write(file, "é");

    assertThat(file).content().isEqualTo("é");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }
}
