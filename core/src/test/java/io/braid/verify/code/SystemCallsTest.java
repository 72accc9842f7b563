package io.braid.verify.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the filters of both architectures as the kernel does. */
class SystemCallsTest {
  private static final int ALLOW = 0x7FFF_0000;
  private static final int NOT_PERMITTED = 0x5_0001;
  private static final int NOT_THERE = 0x5_0026;

  /** Returns a filter's decision on a call; throws on a jump out of it or a missing decision. */
  private static int answer(SystemCalls.Machine machine, int audited, int number, int argument) {
    ByteBuffer filter = ByteBuffer.wrap(SystemCalls.filter(machine)).order(ByteOrder.LITTLE_ENDIAN);
    int loaded = 0;
    for (int at = 0; ; at++) {
      int code = filter.getShort(8 * at);
      int ifTrue = filter.get(8 * at + 2) & 255;
      int ifFalse = filter.get(8 * at + 3) & 255;
      int value = filter.getInt(8 * at + 4);
      switch (code) {
        case 0x20 -> loaded = value == 0 ? number : value == 4 ? audited : argument;
        case 0x15 -> at += loaded == value ? ifTrue : ifFalse;
        case 0x35 -> at += Integer.compareUnsigned(loaded, value) >= 0 ? ifTrue : ifFalse;
        case 0x45 -> at += (loaded & value) != 0 ? ifTrue : ifFalse;
        case 0x06 -> {
          return value;
        }
        default -> throw new AssertionError("code " + code);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "shmget, 29, 194", "msgget, 68, 186", "memfd_create, 319, 279", "ptrace, 101, 117",
    "mount, 165, 40", "userfaultfd, 323, 282", "io_uring_setup, 425, 425", "keyctl, 250, 219",
    "bpf, 321, 280", "unshare, 272, 97", "setns, 308, 268", "perf_event_open, 298, 241",
    "io_setup, 206, 0", "the last of the list, 212, 18"
  })
  void refusesCallsThatNoAnswerNeeds(String name, int x86, int arm) {
    assertThat(of(SystemCalls.Machine.X86_64, x86, 0)).as(name).isEqualTo(NOT_PERMITTED);
    assertThat(of(SystemCalls.Machine.AARCH64, arm, 0)).as(name).isEqualTo(NOT_PERMITTED);
  }

  @ParameterizedTest
  @CsvSource({
    "read, 0, 63",
    "write, 1, 64",
    "mmap, 9, 222",
    "brk, 12, 214",
    "futex, 202, 98",
    "execve, 59, 221",
    "exit_group, 231, 94",
    "prctl, 157, 167",
    "openat, 257, 56",
    "getrandom, 318, 278",
    "pidfd_open, 434, 434",
    "close_range, 436, 436",
    "shmdt, 67, 197"
  })
  void allowsCallsThatPythonNeeds(String name, int x86, int arm) {
    assertThat(of(SystemCalls.Machine.X86_64, x86, 1)).as(name).isEqualTo(ALLOW);
    assertThat(of(SystemCalls.Machine.AARCH64, arm, 1)).as(name).isEqualTo(ALLOW);
  }

  private static int of(SystemCalls.Machine machine, int number, int argument) {
    return answer(machine, machine.audited(), number, argument);
  }

  @ParameterizedTest
  @EnumSource
  void allowsOnlyUnixSockets(SystemCalls.Machine machine) {
    int[] calls = machine == SystemCalls.Machine.X86_64 ? new int[] {41, 53} : new int[] {198, 199};
    for (int call : calls) {
      assertThat(of(machine, call, 1)).as("AF_UNIX").isEqualTo(ALLOW);
      for (int family : new int[] {0, 2, 10, 16, 17, 38, 40, 44, -1}) {
        assertThat(of(machine, call, family)).as("%d", family).isEqualTo(NOT_PERMITTED);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void allowsProcessesAndThreadsButNoNamespaces(SystemCalls.Machine machine) {
    int clone = machine == SystemCalls.Machine.X86_64 ? 56 : 220;
    assertThat(of(machine, clone, 0x0120_0011)).as("fork").isEqualTo(ALLOW);
    assertThat(of(machine, clone, 0x003D_0F00)).as("thread").isEqualTo(ALLOW);
    for (int flag :
        new int[] {
          0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000
        }) {
      assertThat(of(machine, clone, flag | 17)).isEqualTo(NOT_PERMITTED);
    }
    assertThat(of(machine, 435, 0)).as("clone3").isEqualTo(NOT_THERE);
  }

  @Test
  void refusesCallsOfOtherArchitectures() {
    SystemCalls.Machine x86 = SystemCalls.Machine.X86_64;
    assertThat(of(x86, 451, 0)).isEqualTo(NOT_THERE);
    assertThat(of(x86, 0x4000_0001, 0)).as("x32").isEqualTo(NOT_THERE);
    assertThat(of(x86, -1, 0)).isEqualTo(NOT_THERE);
    assertThat(answer(x86, 0x4000_0003, 1, 0)).as("i386").isEqualTo(NOT_PERMITTED);
    assertThat(answer(SystemCalls.Machine.AARCH64, 0xC000_003E, 63, 0)).isEqualTo(NOT_PERMITTED);
  }
}
