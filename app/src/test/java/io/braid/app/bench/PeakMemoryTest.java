package io.braid.app.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a system does not report is absent, not 0. */
class PeakMemoryTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void readsKibibytesAsMegabytes() throws IOException {
    Path status = directory.resolve("status");
    Files.writeString(status, "VmPeak:\t 9 kB\nVmHWM:\t  2000000 kB\nVmRSS:\t 1000 kB\n");
    assertThat(PeakMemory.read(status, "VmHWM:")).hasValue(2048);
    assertThat(PeakMemory.read(status, "VmRSS:")).hasValue(1);
  }

  @Test
  void isEmptyWhereTheSystemDoesNotSay() throws IOException {
    assertThat(PeakMemory.read(directory.resolve("none"), "VmHWM:")).isEmpty();
    Path status = directory.resolve("status");
    Files.writeString(status, "VmPeak:\t 9 kB\n");
    assertThat(PeakMemory.read(status, "VmHWM:")).isEmpty();
  }

  @Test
  void anUnknownPeakIsSaidAndLeftOutOfJson() {
    ObjectNode object = JsonMapper.shared().createObjectNode();
    PeakMemory.put(object, "peak_mb", OptionalLong.empty());
    assertThat(object.has("peak_mb")).isFalse();
    PeakMemory.put(object, "peak_mb", OptionalLong.of(7));
    assertThat(object.get("peak_mb").asLong()).isEqualTo(7);
    assertThat(PeakMemory.words(OptionalLong.of(7))).isEqualTo("at most 7 MB resident");
    assertThat(PeakMemory.words(OptionalLong.empty())).contains("unknown");
    assertThat(PeakMemory.row(OptionalLong.empty())).contains("unknown");
  }
}
