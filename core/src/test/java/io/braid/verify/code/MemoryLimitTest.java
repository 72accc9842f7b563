package io.braid.verify.code;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.task.CodeTests;
import io.braid.verify.CodeSettings;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that no way of allocating memory exceeds the limit of a process. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemoryLimitTest {
  private static final int LIMIT_MB = 128;

  private CodeVerifier verifier;

  @BeforeAll
  void begin() {
    verifier =
        Sandboxed.verifier(
            new CodeSettings(CodeSettings.Sandboxing.BUBBLEWRAP, 10, LIMIT_MB, false));
  }

  @AfterAll
  void end() {
    if (verifier != null) {
      verifier.close();
    }
  }

  /** The frame of each attempt: it allocates one MiB after another until it is refused. */
  private static final String FRAME =
      """
      import os, mmap, ctypes, itertools, socket, fcntl
      c = ctypes.CDLL(None, use_errno=True)
      c.shmat.restype = ctypes.c_void_p
      mb = bytes(1 << 20)
      kept, held = [], 0
      def must(value):
          if value is None or value < 0 or value == 2**64 - 1: raise OSError(ctypes.get_errno(), 'no')
          return value
      def hold(way):
          global held
          try:
              for i in range(3000):
                  way(i)
                  held += 1
          except (OSError, MemoryError, ValueError): pass
      def shared_segments(i):
          at = must(c.shmat(must(c.shmget(0, 1 << 20, 0o1600)), None, 0))
          ctypes.memmove(at, mb, 1 << 20)
          must(c.shmdt(ctypes.c_void_p(at)))
      def memory_files(i):
          kept.append(os.memfd_create('a')); os.write(kept[-1], mb)
      def memory_files_sent(i):
          file = os.memfd_create('a'); os.write(file, mb)
          kept.append(socket.socketpair()); socket.send_fds(kept[-1][0], [b'x'], [file]); os.close(file)
      def message_queues(i):
          for j in range(64):
              queue = must(c.msgget(0, 0o1600)); must(c.msgsnd(queue, b'1' * 8 + bytes(16000), 16000, 0o4000))
      def posix_shared(i):
          kept.append(os.open('/dev/shm/a%d' % i, os.O_RDWR | os.O_CREAT)); os.write(kept[-1], mb)
      def files(i):
          kept.append(os.open('/tmp/a%d' % i, os.O_RDWR | os.O_CREAT)); os.write(kept[-1], mb); os.close(kept.pop())
      def unlinked_files(i):
          kept.append(os.open('/tmp', os.O_RDWR | os.O_TMPFILE)); os.write(kept[-1], mb)
      def shared_mappings(i): kept.append(mmap.mmap(-1, 1 << 20)); kept[-1].write(mb)
      def private_mappings(i): kept.append(mmap.mmap(-1, 1 << 20, mmap.MAP_PRIVATE)); kept[-1].write(mb)
      def device_mappings(i):
          with open('/dev/zero', 'r+b') as zero: kept.append(mmap.mmap(zero.fileno(), 1 << 20)); kept[-1].write(mb)
      def pipes(i):
          kept.append(os.pipe()); fcntl.fcntl(kept[-1][1], 1031, 1 << 20); os.write(kept[-1][1], mb)
      def sockets(i):
          kept.append(socket.socketpair()); kept[-1][0].setblocking(False); kept[-1][0].setsockopt(1, 7, 1 << 20)
          for j in range(1024): kept[-1][0].send(mb[:1024])
      def plain(i): kept.append(bytearray(mb))
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shared_segments",
        "memory_files",
        "memory_files_sent",
        "message_queues",
        "posix_shared",
        "files",
        "unlinked_files",
        "shared_mappings",
        "private_mappings",
        "device_mappings",
        "pipes",
        "sockets",
        "plain"
      })
  void noAllocationExceedsTheLimit(String way) {
    String code =
        FRAME
            + "hold(%s)\nprint('held' if held <= %d else held)\nos._exit(0)\n"
                .formatted(way, LIMIT_MB);
    String flushed =
        code.replace("\nos._exit", "\nkept.clear()\n__import__('sys').stdout.flush()\nos._exit");
    CodeTests tests =
        new CodeTests.Programs(List.of(new CodeTests.Program("", "held")), OptionalDouble.of(10));
    assertThat(verifier.judge(tests, flushed).reason()).isEqualTo("correct");
  }
}
