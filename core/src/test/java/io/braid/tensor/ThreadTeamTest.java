package io.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ThreadTeamTest {
  private int threads;

  @BeforeEach
  void onTwoThreads() {
    Engine.start();
    threads = Engine.threads();
    Engine.setThreads(2);
  }

  @AfterEach
  void asBefore() {
    Engine.setThreads(threads);
  }

  /** Each item looks at another, which the loop before must have done. */
  @Test
  void everyItemIsDoneOnceAndALoopBeginsWhenTheLastHasEnded() {
    int items = 101;
    int loops = 2_000;
    AtomicIntegerArray made = new AtomicIntegerArray(items);
    List<Integer> wrong = Collections.synchronizedList(new ArrayList<>());
    OpenMp.withTeam(
        2,
        (number, team) -> {
          for (int loop = 0; loop < loops; loop++) {
            int done = loop;
            team.forEach(
                items,
                (from, to) -> {
                  for (int item = from; item < to; item++) {
                    if (made.get(items - 1 - item) < done) {
                      wrong.add(done);
                    }
                    made.incrementAndGet(item);
                  }
                });
          }
        });
    assertThat(wrong).isEmpty();
    for (int item = 0; item < items; item++) {
      assertThat(made.get(item)).isEqualTo(loops);
    }
  }

  @Test
  void anExceptionOfOneThreadReachesTheCallerAndNoThreadWaitsForever() {
    assertThatThrownBy(() ->
            OpenMp.withTeam(
                2,
                (number, team) ->
                    team.forEach(
                        2,
                        (from, to) -> {
                          if (from == 0) {
                            throw new IllegalArgumentException("no");
                          }
                        })))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no");
  }

  @Test
  void insideALoopAThreadIsATeamOfOne() {
    List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
    OpenMp.forEach(
        2,
        /* parallel= */ true,
        (from, to) -> {
          for (int item = from; item < to; item++) {
            OpenMp.withTeam(2, (number, team) -> numbers.add(number));
          }
        });
    assertThat(numbers).containsExactly(0, 0);
  }

  @Test
  void aTeamOfOneDoesAllAtOnce() {
    List<Integer> ends = new ArrayList<>();
    ThreadTeam.alone().forEach(7, (from, to) -> ends.addAll(List.of(from, to)));
    assertThat(ends).containsExactly(0, 7);
  }
}
