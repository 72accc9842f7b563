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
 * A running sandbox and its messages. Its first process sends a greeting before it receives an
 * answer, so a failure before the greeting is the machine's fault, and a later failure is the
 * answer's fault.
 */
final class SandboxProcess implements AutoCloseable {
  private final Process process;
  private final DataOutputStream requests;
  private final DataInputStream replies;
  private final ScheduledExecutorService clock;
  private final long silenceMillis;

  private SandboxProcess(Process process, ScheduledExecutorService clock, long silenceMillis) {
    this.process = process;
    this.requests = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    this.replies = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    this.clock = clock;
    this.silenceMillis = silenceMillis;
  }

  /**
   * Starts a sandbox and waits for its greeting.
   *
   * @param clock ends the sandbox when it is silent for too long
   * @throws UserError if the sandbox does not start
   */
  static SandboxProcess start(
      Sandbox sandbox, String source, Limits limits, ScheduledExecutorService clock) {
    try {
      Process process = sandbox.start(source, limits.memoryMb());
      SandboxProcess started = new SandboxProcess(process, clock, limits.silenceMillis());
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

  /** Returns the error output of a sandbox that sent no greeting. */
  private String trouble() {
    try (InputStream said = process.getErrorStream()) {
      process.waitFor(1, TimeUnit.SECONDS);
      return new String(said.readNBytes(Math.min(1000, said.available())), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "no error output";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  /** Queues text, which {@link #reply} flushes. */
  void send(String text) {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Queues bytes, which {@link #reply} flushes. Does nothing if the sandbox has ended. */
  void send(byte[] bytes) {
    try {
      requests.writeInt(bytes.length);
      requests.write(bytes);
    } catch (IOException e) {
      close();
    }
  }

  /**
   * Returns the sandbox's next message.
   *
   * @param most longest accepted message in bytes
   * @throws IOException if the sandbox has ended, is silent for too long or sends too much
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
        throw new EOFException("the sandbox has ended");
      }
      return bytes;
    } finally {
      end.cancel(false);
    }
  }

  /** Ends the sandbox and every process in it. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
