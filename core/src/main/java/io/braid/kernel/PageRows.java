package io.braid.kernel;

import io.braid.tensor.HostRows;
import io.braid.tensor.OpenMp;
import io.braid.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Scatters rows of a packed batch into pages of {@link RaggedAttention#PAGE} tokens, and gathers
 * them back.
 *
 * @param rowOf [pages·PAGE] the row at each slot, or −1; a row may be at several slots
 * @param blocks [blocks + 1] the first page of each block, followed by the number of pages; no row
 *     is in two blocks
 */
public record PageRows(int[] rowOf, int[] blocks) {
  private static final int PAGE = RaggedAttention.PAGE;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT;

  /** Returns the number of pages. */
  public int pages() {
    return rowOf.length / PAGE;
  }

  /**
   * Copies rows into pages. Slots without a row keep their contents.
   *
   * @param rows [n, kvHeads, d] FLOAT32
   * @param pages [pages, kvHeads, PAGE, d] FLOAT32
   */
  public void scatter(Tensor rows, Tensor pages) {
    carry(rows, pages, PageRows::copy);
  }

  /**
   * Copies rows into transposed pages. Slots without a row keep their contents.
   *
   * @param rows [n, kvHeads, d] FLOAT32
   * @param pages [pages, kvHeads, d, PAGE] FLOAT32
   */
  public void scatterTransposed(Tensor rows, Tensor pages) {
    carry(rows, pages, PageRows::transpose);
  }

  /**
   * Adds the contents of pages to the rows.
   *
   * @param pages [pages, kvHeads, PAGE, d] FLOAT32
   * @param rows [n, kvHeads, d] FLOAT32
   */
  public void gatherAdd(Tensor pages, Tensor rows) {
    carry(rows, pages, PageRows::add);
  }

  /** An operation on one head of a row and its slot in a page. */
  @FunctionalInterface
  private interface Carrying {
    void at(MemorySegment rows, long row, MemorySegment pages, long page, int slot, int d);
  }

  private void carry(Tensor rows, Tensor pages, Carrying carrying) {
    HostRows packed = rows.hostRows();
    MemorySegment paged = pages.memory();
    int kvHeads = (int) rows.size(1);
    int d = (int) rows.size(2);
    OpenMp.forEach(
        blocks.length - 1,
        (long) rowOf.length * kvHeads * d > 100_000,
        (from, to) -> {
          for (int place = blocks[from] * PAGE; place < blocks[to] * PAGE; place++) {
            if (rowOf[place] < 0) {
              continue;
            }
            for (int head = 0; head < kvHeads; head++) {
              carrying.at(
                  packed.memory(),
                  packed.at(rowOf[place]) + (long) head * d * Float.BYTES,
                  paged,
                  ((long) (place / PAGE) * kvHeads + head) * d * PAGE * Float.BYTES,
                  place % PAGE,
                  d);
            }
          }
        });
  }

  private static void copy(
      MemorySegment rows, long row, MemorySegment pages, long page, int slot, int d) {
    long bytes = (long) d * Float.BYTES;
    MemorySegment.copy(rows, row, pages, page + slot * bytes, bytes);
  }

  private static void transpose(
      MemorySegment rows, long row, MemorySegment pages, long page, int slot, int d) {
    for (int i = 0; i < d; i++) {
      pages.set(FLOAT, page + 4L * (i * PAGE + slot), rows.get(FLOAT, row + 4L * i));
    }
  }

  private static void add(
      MemorySegment rows, long row, MemorySegment pages, long page, int slot, int d) {
    PageLoops.add(pages, page + (long) slot * d * Float.BYTES, rows, row, d);
  }
}
