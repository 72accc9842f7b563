package io.braid.run.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.Metric;
import io.braid.MetricValues;
import io.braid.run.RunDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-02-03T04:05:06.250Z"), ZoneOffset.UTC);

  private static final Metric A = Metric.declare("a", Metric.Unit.NONE, "of a test");
  private static final Metric B = Metric.declare("b", Metric.Unit.NONE, "of a test");

  @TempDir Path dir;
  private RunDirectory run;

  @BeforeEach
  void begin() {
    run = RunDirectory.create(dir, false);
  }

  private void record(long lastStep, long... steps) {
    try (Metrics metrics = Metrics.open(run, lastStep, Tracker.NONE, CLOCK)) {
      for (long step : steps) {
        metrics.record(step, new MetricValues().put(A, step / 2.0));
      }
    }
  }

  private static String line(long step) {
    return "{\"step\":%d,\"time\":\"2026-02-03T04:05:06.250Z\",\"a\":%s}\n"
        .formatted(step, step / 2.0);
  }

  @Test
  void aLineIsAmendedOrWrittenBeforeTheNextOne() throws IOException {
    try (Metrics metrics = Metrics.open(run, 0, Tracker.NONE, CLOCK)) {
      metrics.amend(0, new MetricValues().put(B, 1));
      metrics.record(1, new MetricValues().put(A, 0.5));
      metrics.amend(1, new MetricValues().put(B, 2));
      metrics.record(2, new MetricValues().put(A, 1));
    }

    assertThat(run.metrics())
        .content()
        .isEqualTo(
            line(0).replace("\"a\":0.0", "\"b\":1.0")
                + line(1).replace("0.5}", "0.5,\"b\":2.0}")
                + line(2));
  }

  @Test
  void eachStepWritesOneLine() throws IOException {
    record(0, 1, 2);

    assertThat(run.metrics()).content().isEqualTo(line(1) + line(2));
  }

  @Test
  void aStepIsOnDiskBeforeTheNextBegins() {
    try (Metrics metrics = Metrics.open(run, 0, Tracker.NONE, CLOCK)) {
      metrics.record(1, new MetricValues().put(A, 0.5));

      assertThat(run.metrics()).content().isEqualTo(line(1));
    }
  }

  @Test
  void nonFiniteValuesAreNullInTheFileAndUnchangedInTensorBoard() throws IOException {
    MetricValues numbers = new MetricValues().put(A, Double.NaN).put(B, Double.NEGATIVE_INFINITY);
    try (Metrics metrics = Metrics.open(run, 0, Tracker.NONE, CLOCK)) {
      metrics.record(1, numbers);
    }

    assertThat(run.metrics()).content().contains("\"a\":null,\"b\":null");
    assertThat(events().getLast().scalars())
        .isEqualTo(Map.of("a", Float.NaN, "b", Float.NEGATIVE_INFINITY));
  }

  @Test
  void resumingRemovesLaterStepsAndAnIncompleteLine() throws IOException {
    record(0, 1, 2, 3);
    Files.write(run.metrics(), new byte[] {'{', '"', (byte) 0xc3}, StandardOpenOption.APPEND);

    record(2, 3);

    assertThat(run.metrics()).content().isEqualTo(line(1) + line(2) + line(3));
  }

  @Test
  void aCompleteLastLineWithoutANewlineIsKept() throws IOException {
    record(0, 1, 2);
    Files.writeString(run.metrics(), (line(1) + line(2)).stripTrailing());

    record(2, 3);

    assertThat(run.metrics()).content().isEqualTo(line(1) + line(2) + line(3));
  }

  @Test
  void tensorBoardFilesDecodeToTheSameNumbers() throws IOException {
    try (Metrics metrics = Metrics.open(run, 0, Tracker.NONE, CLOCK)) {
      metrics.record(1, new MetricValues().put(A, 0.25));
      metrics.record(300, new MetricValues().put(B, -1e9));
    }

    List<Event> events = events();
    assertThat(events).extracting(Event::step).containsExactly(0L, 1L, 1L, 300L);
    assertThat(events).extracting(Event::time).containsOnly(CLOCK.millis() / 1000.0);
    assertThat(events.get(0).version()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).sessionStatus()).isEqualTo(1);
    assertThat(events.get(2).scalars()).isEqualTo(Map.of("a", 0.25f));
    assertThat(events.get(3).scalars()).isEqualTo(Map.of("b", -1e9f));
  }

  @Test
  void aResumedRunStartsANewFileThatDiscardsLaterSteps() throws IOException {
    record(0, 1, 2, 3);
    record(2, 3);

    List<Event> resumed = events().subList(5, 8);
    assertThat(resumed.get(1).sessionStatus()).isEqualTo(1);
    assertThat(resumed.get(1).step()).isEqualTo(3);
    assertThat(resumed.get(2).scalars()).isEqualTo(Map.of("a", 1.5f));
  }

  // An independent reader of event files: table-free CRC32C, TFRecord framing, protocol buffers.

  private record Event(
      double time, long step, String version, long sessionStatus, Map<String, Float> scalars) {}

  private List<Event> events() throws IOException {
    List<Event> events = new ArrayList<>();
    try (Stream<Path> files = Files.list(run.tensorBoard())) {
      for (Path file : files.sorted().toList()) {
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
          byte[] length = new byte[8];
          bytes.get(length);
          assertThat(bytes.getInt()).isEqualTo(masked(length));
          byte[] data =
              new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
          bytes.get(data);
          assertThat(bytes.getInt()).isEqualTo(masked(data));
          events.add(event(data));
        }
      }
    }
    return events;
  }

  private static int masked(byte[] data) {
    int crc = -1;
    for (byte each : data) {
      crc ^= each & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 1 ? 0x82f63b78 : 0);
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }

  private static Event event(byte[] data) {
    Fields event = fields(data);
    Map<String, Float> scalars = new HashMap<>();
    for (Object summary : event.all(5)) {
      for (Object value : fields((byte[]) summary).all(1)) {
        Fields fields = fields((byte[]) value);
        scalars.put(fields.text(1), (Float) fields.all(2).getFirst());
      }
    }
    long status = 0;
    for (Object session : event.all(7)) {
      status = (Long) fields((byte[]) session).all(1).getFirst();
    }
    return new Event(
        (Double) event.all(1).getFirst(),
        (Long) event.all(2).getFirst(),
        event.text(3),
        status,
        scalars);
  }

  private record Fields(Map<Integer, List<Object>> byNumber) {
    List<Object> all(int number) {
      return byNumber.getOrDefault(number, List.of());
    }

    String text(int number) {
      List<Object> all = all(number);
      return all.isEmpty() ? "" : new String((byte[]) all.getFirst(), StandardCharsets.UTF_8);
    }
  }

  private static Fields fields(byte[] message) {
    Map<Integer, List<Object>> fields = new HashMap<>();
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      long tag = varint(in);
      Object value =
          switch ((int) (tag & 7)) {
            case 0 -> varint(in);
            case 1 -> in.getDouble();
            case 5 -> in.getFloat();
            case 2 -> {
              byte[] inner = new byte[(int) varint(in)];
              in.get(inner);
              yield inner;
            }
            default -> throw new AssertionError("wire type " + (tag & 7));
          };
      fields.computeIfAbsent((int) (tag >> 3), _ -> new ArrayList<>()).add(value);
    }
    return new Fields(fields);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
