package io.braid.eval.codeforces;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.eval.codeforces.Contest.Entrant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ContestTest {
  private static final Map<String, OptionalDouble> POINTS =
      Map.of("1A", OptionalDouble.of(500), "1B", OptionalDouble.of(1000));

  /** 201 participants rated 1500; participant n has 2010 - 10 n points, from n = 0. */
  private static Contest contest() {
    List<Entrant> people =
        IntStream.range(0, 201).mapToObj(n -> new Entrant(1500, 2010 - 10 * n, 0)).toList();
    return new Contest(POINTS, people);
  }

  @Test
  void theRankFollowsFromThePoints() {
    assertThat(contest().rank(Map.of())).isEqualTo(201);
    // 1000 points: 101 participants have 1010 or more, one has 1000 and no higher penalty.
    assertThat(contest().rank(Map.of("1B", List.of(true)))).isEqualTo(102);
    // 500 and 1000.
    assertThat(contest().rank(Map.of("1A", List.of(true), "1B", List.of(true)))).isEqualTo(52);
  }

  @Test
  void onlyWrongAttemptsBeforeTheCorrectOneCostPoints() {
    // 1000 - 2 * 50 = 900 points: 111 participants have 910 or more, one has 900.
    assertThat(contest().rank(Map.of("1B", List.of(false, false, true, true, false))))
        .isEqualTo(112);
    assertThat(contest().rank(Map.of("1B", List.of(false, false)))).isEqualTo(201);
  }

  @Test
  void thePenaltyDecidesIfProblemsCountOnePoint() {
    Map<String, OptionalDouble> ones =
        Map.of("2A", OptionalDouble.empty(), "2B", OptionalDouble.empty());
    List<Entrant> people = new ArrayList<>();
    people.add(new Entrant(1500, 2, 5));
    people.add(new Entrant(1500, 1, 15));
    people.add(new Entrant(1500, 1, 25));
    people.add(new Entrant(1500, 0, 0));
    Contest contest = new Contest(ones, people);

    assertThat(contest.rank(Map.of("2A", List.of(false, true)))).isEqualTo(1); // penalty 10
    assertThat(contest.rank(Map.of("2A", List.of(false, false, true)))).isEqualTo(2); // 20
    assertThat(contest.rank(Map.of("2A", List.of(true), "2B", List.of(true)))).isZero();
  }

  @Test
  void atTheRatingTheExpectedRankIsTheReachedRank() {
    // Rank 102: 101 = 201 · probability, so 1500 + 400 log10(100 / 101) = 1498.3.
    assertThat(contest().rating(Map.of("1B", List.of(true)))).hasValue(1498);
  }

  /** Rank 52 would give 1687, but a rating is at most 100 above the best participant's. */
  @Test
  void ratesAtMostAHundredAboveTheBest() {
    assertThat(contest().rating(Map.of("1A", List.of(true), "1B", List.of(true)))).hasValue(1599);
  }

  @Test
  void ratesLowestIfNothingIsSolved() {
    // Rank 201: 200 = 201 · probability, so 1500 + 400 log10(1 / 200) = 579.6.
    assertThat(contest().rating(Map.of())).hasValue(579);
  }

  @Test
  void aContestWithTooFewParticipantsHasNoRating() {
    Contest few =
        new Contest(
            POINTS, IntStream.range(0, 200).mapToObj(n -> new Entrant(1500, n, 0)).toList());

    assertThat(few.rating(Map.of("1A", List.of(true)))).isEmpty();
  }
}
