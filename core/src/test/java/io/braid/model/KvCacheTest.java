package io.braid.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.braid.model.family.Qwen2;
import io.braid.tensor.DType;
import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KvCacheTest {
  private static final ModelConfig CONFIG =
      new ModelConfig(
          new Qwen2(),
          10,
          8,
          16,
          2,
          1,
          1,
          8,
          1e-6,
          new ModelConfig.Rope(1e4, Optional.empty()),
          true,
          true,
          false,
          false,
          512,
          0.02);

  @Test
  void aPromptTakesAsManyPagesAsItNeeds() {
    try (KvCache cache = new KvCache(CONFIG, DType.FLOAT32, 9)) {
      store(cache, 1, 16, 17);
      assertThat(cache.freePages()).isEqualTo(9 - 1 - 1 - 2);
    }
  }

  @Test
  void copiesShareFullPagesAndCopyThePartlyFilledOne() {
    try (KvCache cache = new KvCache(CONFIG, DType.FLOAT32, 20)) {
      List<KvCache.Sequence> copies = cache.fork(store(cache, 33), new int[] {4}).getFirst();
      assertThat(cache.freePages()).isEqualTo(20 - 3 - 3);
      for (int c = 1; c < 4; c++) {
        assertThat(copies.get(c).pages())
            .startsWith(copies.get(0).pages()[0], copies.get(0).pages()[1]);
        assertThat(copies.get(c).pages()[2]).isNotEqualTo(copies.get(0).pages()[2]);
      }
      cache.fork(store(cache, 32), new int[] {4});
      assertThat(cache.freePages()).as("nothing begun, nothing copied").isEqualTo(14 - 2);
    }
  }

  @Test
  void aPageIsFreedWithItsLastHolder() {
    try (KvCache cache = new KvCache(CONFIG, DType.FLOAT32, 10)) {
      List<KvCache.Sequence> copies =
          cache.fork(store(cache, 20), new int[] {3}).getFirst(); // 1 shared, 3 own
      cache.release(copies.get(0));
      cache.release(copies.get(2));
      assertThat(cache.freePages()).isEqualTo(10 - 2);
      cache.release(copies.get(1));
      assertThat(cache.freePages()).isEqualTo(10);
    }
  }

  @Test
  void withoutAFreePageASequenceCannotGrow() {
    try (KvCache cache = new KvCache(CONFIG, DType.FLOAT32, 1)) {
      KvCache.Sequence sequence = store(cache, 16).getFirst();
      assertThat(KvCache.isFull(sequence)).isTrue();
      assertThatThrownBy(() -> cache.grow(sequence, 1)).isInstanceOf(IllegalStateException.class);
    }
  }

  /** Whatever comes and goes, every sequence keeps its own numbers. */
  @Test
  void sequencesNeverWriteIntoEachOther() {
    Random random = new Random(4);
    try (Scope scope = Scope.open();
        Gradients off = Gradients.inference();
        KvCache cache = new KvCache(CONFIG, DType.FLOAT32, 40)) {
      Map<KvCache.Sequence, List<Float>> expected = new HashMap<>();
      List<KvCache.Sequence> live = new ArrayList<>();
      float next = 1;
      for (int turn = 0; turn < 300; turn++) {
        if (live.size() < 4 && cache.freePages() > 20) {
          int length = 1 + random.nextInt(40);
          List<KvCache.Sequence> fresh =
              cache.fork(store(cache, next, length), new int[] {1 + random.nextInt(4)}).getFirst();
          for (KvCache.Sequence each : fresh) {
            List<Float> numbers = new ArrayList<>();
            for (int t = 0; t < length; t++) {
              numbers.add(next + t);
            }
            expected.put(each, numbers);
          }
          live.addAll(fresh);
          next += length;
        } else if (live.size() > 2 && random.nextInt(3) == 0 || cache.freePages() < live.size()) {
          KvCache.Sequence gone = live.remove(random.nextInt(live.size()));
          cache.release(gone);
          expected.remove(gone);
        } else {
          float[] values = new float[live.size() * 8];
          for (int r = 0; r < live.size(); r++) {
            expected.getOrDefault(live.get(r), List.of()).add(next);
            Arrays.fill(values, r * 8, r * 8 + 8, next++);
          }
          Tensor x = Tensor.of(values, live.size(), 1, 8);
          PagedAttention step = new PagedAttention(cache, live, 0);
          for (int layer = 0; layer < 2; layer++) {
            step.attend(layer, Sublayer.Attention.full(8), x, x, x, DType.FLOAT32);
          }
        }
        for (KvCache.Sequence each : live) {
          assertThat(held(cache, each)).isEqualTo(expected.get(each));
        }
      }
      live.forEach(cache::release);
      assertThat(cache.freePages()).isEqualTo(40);
    }
  }

  /** The first number of each token's value, which is also its key's last. */
  private static List<Float> held(KvCache cache, KvCache.Sequence sequence) {
    List<Float> numbers = new ArrayList<>();
    for (int t = 0; t < sequence.length(); t++) {
      int page = sequence.pages()[t / KvCache.PAGE];
      int slot = t % KvCache.PAGE;
      try (Scope scope = Scope.open()) {
        double value =
            cache.values(1).select(0, page).select(0, 0).select(0, slot).select(0, 0).item();
        double key = cache.keys(1).select(0, page).select(0, 0).select(0, 7).select(0, slot).item();
        assertThat(key).isEqualTo(value);
        numbers.add((float) value);
      }
    }
    return numbers;
  }

  private static List<KvCache.Sequence> store(KvCache cache, int... lengths) {
    return store(cache, 1, lengths);
  }

  /** Token after token the numbers from a first one on. */
  private static List<KvCache.Sequence> store(KvCache cache, float first, int... lengths) {
    int tokens = Arrays.stream(lengths).sum();
    float[] numbers = new float[tokens * 8];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = first + i / 8;
    }
    try (Scope scope = Scope.open()) {
      Tensor x = Tensor.of(numbers, tokens, 1, 8);
      PackedAttention packed = new PackedAttention(lengths).capturing();
      packed.attend(0, Sublayer.Attention.full(8), x, x, x, DType.FLOAT32);
      packed.attend(1, Sublayer.Attention.full(8), x, x, x, DType.FLOAT32);
      return cache.store(packed, lengths);
    }
  }
}
