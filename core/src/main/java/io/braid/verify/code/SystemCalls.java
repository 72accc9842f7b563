package io.braid.verify.code;

import io.braid.UserError;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Builds the seccomp filter of system calls for answers' processes, as a classic BPF program.
 *
 * <p>The filter rejects calls that allocate memory outside the process limits, sockets other than
 * those between an answer's own processes, and kernel features that no answer needs. Calls from
 * newer kernels, which are not in this list, fail with {@code ENOSYS}.
 */
final class SystemCalls {
  private static final int NOT_PERMITTED = 1; // EPERM
  private static final int NOT_THERE = 38; // ENOSYS
  private static final int FAMILY_UNIX = 1;

  /** The flags of {@code clone} that create namespaces. */
  private static final int NAMESPACES = 0x7E02_0000;

  /** First call number beyond the list below; from here on both architectures number alike. */
  private static final int FIRST_UNKNOWN = 451;

  private static final int CLONE3 = 435;

  /** Marks a call that aarch64 does not have. */
  private static final int NONE = -1;

  /** Numbers of the refused calls on x86-64 and on aarch64. */
  private static final int[][] REFUSED = {
    // Memory outside the process limits: shared segments, queues, files in memory.
    {29, 194}, // shmget
    {30, 196}, // shmat
    {31, 195}, // shmctl
    {64, 190}, // semget
    {65, 193}, // semop
    {66, 191}, // semctl
    {220, 192}, // semtimedop
    {68, 186}, // msgget
    {69, 189}, // msgsnd
    {70, 188}, // msgrcv
    {71, 187}, // msgctl
    {240, 180}, // mq_open
    {241, 181}, // mq_unlink
    {278, 75}, // vmsplice
    {319, 279}, // memfd_create
    {447, 447}, // memfd_secret
    {248, 217}, // add_key
    {249, 218}, // request_key
    {250, 219}, // keyctl
    {206, 0}, // io_setup
    {425, 425}, // io_uring_setup
    {426, 426}, // io_uring_enter
    {427, 427}, // io_uring_register
    {321, 280}, // bpf
    {298, 241}, // perf_event_open
    {323, 282}, // userfaultfd
    {300, 262}, // fanotify_init
    {301, 263}, // fanotify_mark
    // Access to other processes and their memory.
    {101, 117}, // ptrace
    {310, 270}, // process_vm_readv
    {311, 271}, // process_vm_writev
    {312, 272}, // kcmp
    {438, 438}, // pidfd_getfd
    {440, 440}, // process_madvise
    {448, 448}, // process_mrelease
    // Memory placement and address-space layout.
    {135, 92}, // personality
    {154, NONE}, // modify_ldt
    {216, 234}, // remap_file_pages
    {237, 235}, // mbind
    {238, 237}, // set_mempolicy
    {256, 238}, // migrate_pages
    {279, 239}, // move_pages
    {450, 450}, // set_mempolicy_home_node
    // Mounts and file systems.
    {165, 40}, // mount
    {166, 39}, // umount2
    {155, 41}, // pivot_root
    {161, 51}, // chroot
    {428, 428}, // open_tree
    {429, 429}, // move_mount
    {430, 430}, // fsopen
    {431, 431}, // fsconfig
    {432, 432}, // fsmount
    {433, 433}, // fspick
    {442, 442}, // mount_setattr
    {303, 264}, // name_to_handle_at
    {304, 265}, // open_by_handle_at
    {179, 60}, // quotactl
    {443, 443}, // quotactl_fd
    {167, 224}, // swapon
    {168, 225}, // swapoff
    // Namespaces, clocks, modules and other system-wide state.
    {272, 97}, // unshare
    {308, 268}, // setns
    {103, 116}, // syslog
    {156, NONE}, // _sysctl
    {159, 171}, // adjtimex
    {305, 266}, // clock_adjtime
    {164, 170}, // settimeofday
    {227, 112}, // clock_settime
    {163, 89}, // acct
    {169, 142}, // reboot
    {170, 161}, // sethostname
    {171, 162}, // setdomainname
    {172, NONE}, // iopl
    {173, NONE}, // ioperm
    {153, 58}, // vhangup
    {174, NONE}, // create_module
    {175, 105}, // init_module
    {176, 106}, // delete_module
    {313, 273}, // finit_module
    {246, 104}, // kexec_load
    {320, 294}, // kexec_file_load
    {180, 42}, // nfsservctl
    {212, 18}, // lookup_dcookie
  };

  /** The architectures, with the numbers that differ between them. */
  enum Machine {
    X86_64(0, 0xC000_003E, 41, 53, 56),
    AARCH64(1, 0xC000_00B7, 198, 199, 220);

    private final int column; // in the list of refused calls
    private final int name;
    private final int socket;
    private final int socketPair;
    private final int clone;

    Machine(int column, int name, int socket, int socketPair, int clone) {
      this.column = column;
      this.name = name;
      this.socket = socket;
      this.socketPair = socketPair;
      this.clone = clone;
    }

    /** Returns the kernel's audit number of the architecture ({@code AUDIT_ARCH_*}). */
    int audited() {
      return name;
    }

    /** Returns this machine's architecture, if its calls are known. */
    static Optional<Machine> here() {
      return switch (System.getProperty("os.arch", "")) {
        case "amd64", "x86_64" -> Optional.of(X86_64);
        case "aarch64" -> Optional.of(AARCH64);
        default -> Optional.empty();
      };
    }
  }

  private static final int LOAD = 0x20;
  private static final int JUMP_EQUAL = 0x15;
  private static final int JUMP_AT_LEAST = 0x35;
  private static final int JUMP_ANY_BIT = 0x45;
  private static final int RETURN = 0x06;

  private static final int ALLOW = 0x7FFF_0000;
  private static final int FAIL = 0x0005_0000;

  private static final int NUMBER = 0;
  private static final int MACHINE = 4;
  private static final int FIRST_ARGUMENT = 16;

  private static final int INSTRUCTION_BYTES = 8;
  private static final int MOST_INSTRUCTIONS = 256;

  private final ByteBuffer program =
      ByteBuffer.allocate(MOST_INSTRUCTIONS * INSTRUCTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private SystemCalls() {}

  /**
   * Returns this machine's filter as hexadecimal digits.
   *
   * @throws UserError if the machine's architecture is not known
   */
  static String filter() {
    Machine machine =
        Machine.here()
            .orElseThrow(() ->
                new UserError(
                    "the sandbox for programs supports x86-64 and aarch64,"
                        + " and this machine is neither; if it is itself a sandbox,"
                        + " set sandbox: none"));
    return HexFormat.of().formatHex(filter(machine));
  }

  /** Returns a filter; an instruction has a code (2 bytes), two jumps (1 each) and a number (4). */
  static byte[] filter(Machine machine) {
    return new SystemCalls().of(machine);
  }

  private byte[] of(Machine machine) {
    put(LOAD, 0, 0, MACHINE);
    unlessEqual(machine.audited(), NOT_PERMITTED);
    put(LOAD, 0, 0, NUMBER);
    put(JUMP_AT_LEAST, 0, 1, FIRST_UNKNOWN);
    fail(NOT_THERE);
    // clone3's flags are not in registers; without it, libraries fall back to clone.
    ifEqual(CLONE3, NOT_THERE);
    for (int[] call : REFUSED) {
      int number = call[machine.column];
      if (number != NONE) {
        ifEqual(number, NOT_PERMITTED);
      }
    }
    put(JUMP_EQUAL, 0, 4, machine.clone);
    put(LOAD, 0, 0, FIRST_ARGUMENT);
    put(JUMP_ANY_BIT, 0, 1, NAMESPACES);
    fail(NOT_PERMITTED);
    allow();
    put(JUMP_EQUAL, 1, 0, machine.socket);
    put(JUMP_EQUAL, 0, 3, machine.socketPair);
    put(LOAD, 0, 0, FIRST_ARGUMENT);
    unlessEqual(FAMILY_UNIX, NOT_PERMITTED);
    allow();
    return Arrays.copyOf(program.array(), program.position());
  }

  private void ifEqual(int value, int error) {
    put(JUMP_EQUAL, 0, 1, value);
    fail(error);
  }

  private void unlessEqual(int value, int error) {
    put(JUMP_EQUAL, 1, 0, value);
    fail(error);
  }

  private void fail(int error) {
    put(RETURN, 0, 0, FAIL | error);
  }

  private void allow() {
    put(RETURN, 0, 0, ALLOW);
  }

  private void put(int code, int ifTrue, int ifFalse, int number) {
    program.putShort((short) code).put((byte) ifTrue).put((byte) ifFalse).putInt(number);
  }
}
