package io.braid.run.train;

import io.braid.FileError;
import io.braid.checkpoint.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes a TensorBoard event file: TFRecord records, each an {@code Event} in protocol buffer
 * encoding (tensorflow/core/util/event.proto, framework/summary.proto).
 */
final class TensorBoard implements AutoCloseable {
  private static final int CRC_MASK = 0xa282ead8;

  private final Path file;
  private final FileChannel out;
  private final Clock clock;

  private TensorBoard(Path file, FileChannel out, Clock clock) {
    this.file = file;
    this.out = out;
    this.clock = clock;
  }

  /**
   * Starts a new file. TensorBoard reads a run's files in the order of their names; the start of a
   * session makes it discard that step and later steps from older files.
   */
  static TensorBoard open(Path directory, long lastStep, Clock clock) {
    try {
      Files.createDirectories(directory);
      long second = clock.instant().getEpochSecond();
      Path file = directory.resolve(name(second));
      while (Files.exists(file)) {
        file = directory.resolve(name(++second));
      }
      FileChannel out =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      TensorBoard board = new TensorBoard(file, out, clock);
      board.write(board.event(0).text(3, "brain.Event:2"));
      board.write(board.event(lastStep + 1).message(7, new Message().varint(1, 1)));
      return board;
    } catch (IOException e) {
      throw FileError.writing(directory, e);
    }
  }

  private static String name(long second) {
    return String.format(Locale.ROOT, "events.out.tfevents.%010d.braid", second);
  }

  /** Adds a point to each of the named curves. */
  void scalars(long step, Map<String, Double> numbers) {
    Message summary = new Message();
    numbers.forEach((name, number) ->
        summary.message(1, new Message().text(1, name).fixed32(2, number.floatValue())));
    write(event(step).message(5, summary));
  }

  private Message event(long step) {
    return new Message().fixed64(1, clock.millis() / 1000.0).varint(2, step);
  }

  private void write(Message event) {
    byte[] data = event.bytes();
    byte[] record = new byte[Long.BYTES + Integer.BYTES + data.length + Integer.BYTES];
    ByteBuffer at = ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN);
    at.putLong(data.length).putInt(crc(Arrays.copyOf(record, Long.BYTES)));
    at.put(data).putInt(crc(data));
    try {
      AtomicFile.writeAll(out, record);
    } catch (IOException e) {
      throw FileError.writing(file, e);
    }
  }

  /** Computes the masked CRC of the TFRecord format. */
  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw FileError.cannotBe("closed", file, e);
    }
  }
}
