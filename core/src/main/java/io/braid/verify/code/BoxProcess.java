package io.braid.verify.code;

import io.braid.UserError;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A started box and the messages to and from it. Its first process greets before it has seen
 * anything of an answer: what goes wrong until then is the machine's fault, and later the answer's.
 */
final class BoxProcess implements AutoCloseable {
  private final Process process;
  private final DataOutputStream requests;
  private final DataInputStream replies;
  private final ScheduledExecutorService clock;
  private final long silenceMillis;

  private BoxProcess(Process process, ScheduledExecutorService clock, long silenceMillis) {
    this.process = process;
    this.requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    this.replies = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    this.clock = clock;
    this.silenceMillis = silenceMillis;
  }

  /**
   * A box that has greeted.
   *
   * @param clock ends it when it says nothing for too long
   * @throws UserError when it does not start
   */
  static BoxProcess start(Box box, String source, Limits limits, ScheduledExecutorService clock) {
    try {
      Process process = box.start(source, limits.memoryMb());
      BoxProcess started = new BoxProcess(process, clock, limits.silenceMillis());
      try {
        started.reply(0);
        return started;
      } catch (IOException e) {
        String why = Reasons.plain(started.trouble());
        started.close();
        throw new UserError("the sandbox does not start: " + why, e);
      }
    } catch (IOException e) {
      throw new UserError("the sandbox does not start: " + e.getMessage(), e);
    }
  }

  /** What a box that has not greeted says of it. */
  private String trouble() {
    try (InputStream said = process.getErrorStream()) {
      process.waitFor(1, TimeUnit.SECONDS);
      return new String(said.readNBytes(Math.min(1000, said.available())), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "it said nothing";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "it was interrupted";
    }
  }

  /** Sends a text; {@link #reply} sees to it that it leaves. */
  void send(String text) {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Sends bytes; {@link #reply} sees to it that they leave. To a box that is gone it does nothing.
   */
  void send(byte[] bytes) {
    try {
      requests.writeInt(bytes.length);
      requests.write(bytes);
    } catch (IOException e) {
      close();
    }
  }

  /**
   * What the box says next.
   *
   * @param most bytes that are taken
   * @throws IOException when it is gone, is silent for too long or says too much
   */
  byte[] reply(int most) throws IOException {
    Future<?> end = clock.schedule(this::close, silenceMillis, TimeUnit.MILLISECONDS);
    try {
      requests.flush();
      int length = replies.readInt();
      if (length < 0 || length > most) {
        throw new IOException("a message of %d bytes".formatted(length));
      }
      byte[] bytes = replies.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException("the box is gone");
      }
      return bytes;
    } finally {
      end.cancel(false);
    }
  }

  /** Ends the box and all that runs in it. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
