package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenMpTest {
  @ParameterizedTest
  @CsvSource({"0, true", "1, true", "2, true", "1000, true", "1000, false"})
  void everyItemIsDoneOnce(int items, boolean parallel) {
    AtomicIntegerArray done = new AtomicIntegerArray(Math.max(1, items));
    OpenMp.forEach(
        items,
        parallel,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            done.incrementAndGet(i);
          }
        });
    for (int i = 0; i < items; i++) {
      assertThat(done.get(i)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatTheBodyThrowsReachesTheCaller(boolean parallel) {
    assertThatThrownBy(() ->
            OpenMp.forEach(
                100,
                parallel,
                (from, to) -> {
                  throw new IllegalArgumentException("no");
                }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no");
  }

  @Test
  void severalThreadsMayUseItAtOnce() throws InterruptedException {
    AtomicInteger sum = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int turn = 0; turn < 50; turn++) {
                  OpenMp.forEach(64, true, (from, to) -> sum.addAndGet(to - from));
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(sum.get()).isEqualTo(4 * 50 * 64);
  }
}
