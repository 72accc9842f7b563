package io.braid.verify.serve;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Reads request bodies within a shared memory limit. A body reserves memory as it arrives and keeps
 * it until its request is answered. If no memory is left, the request is refused with status 503,
 * so that the client retries.
 */
final class Bodies {
  private static final int CHUNK = 64 << 10;

  /** Fraction of the heap for bodies: a body, its JSON and its texts are in memory together. */
  private static final int SHARE_OF_HEAP = 8;

  private final int mostBytes;
  private final Semaphore chunks;

  Bodies(int mostBytes) {
    this(mostBytes, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
  }

  /**
   * Limits the memory for bodies.
   *
   * @param mostBytes largest size of one body in bytes
   * @param allBytes largest size of all bodies at once in bytes, raised to hold at least one body
   */
  Bodies(int mostBytes, long allBytes) {
    this.mostBytes = mostBytes;
    long count = Math.ceilDiv(Math.max(allBytes, mostBytes + 1L), CHUNK);
    this.chunks = new Semaphore((int) Math.min(count, Integer.MAX_VALUE));
  }

  /** A body, which keeps its reserved memory until it is closed. */
  final class Body implements AutoCloseable {
    private final List<byte[]> parts = new ArrayList<>();

    private Body() {}

    InputStream stream() {
      return new SequenceInputStream(
          Collections.enumeration(parts.stream().map(ByteArrayInputStream::new).toList()));
    }

    private void readFrom(InputStream in) throws IOException, Refusal {
      long length = 0;
      byte[] buffer = new byte[CHUNK];
      while (true) {
        if (!chunks.tryAcquire()) {
          throw new Refusal(503, "no memory for more requests at once; retry later");
        }
        int read;
        try {
          read = in.readNBytes(buffer, 0, CHUNK);
          length += read;
          parts.add(Arrays.copyOf(buffer, read)); // the chunk is reserved until close
        } catch (IOException | RuntimeException e) {
          chunks.release();
          throw e;
        }
        if (length > mostBytes) {
          throw tooLarge();
        }
        if (read < CHUNK) {
          return;
        }
      }
    }

    @Override
    public void close() {
      chunks.release(parts.size());
      parts.clear();
    }
  }

  /** Reads a body up to the limit; refuses a larger {@code Content-Length} without reading. */
  Body read(HttpExchange exchange) throws IOException, Refusal {
    refuseTooLarge(exchange);
    Body body = new Body();
    try {
      body.readFrom(exchange.getRequestBody());
      return body;
    } catch (IOException | Refusal | RuntimeException e) {
      body.close();
      throw e;
    }
  }

  /** Rejects a body whose {@code Content-Length} is too large. */
  private void refuseTooLarge(HttpExchange exchange) throws Refusal {
    Optional<String> length =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Length"));
    if (length.filter(said -> said.matches("\\d{1,18}")).map(Long::parseLong).orElse(0L)
        > mostBytes) {
      throw tooLarge();
    }
  }

  private Refusal tooLarge() {
    return new Refusal(
        413,
        "the body is larger than %s bytes; send fewer responses per request".formatted(mostBytes));
  }
}
