package io.braid.eval.codeforces;

import io.braid.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What rating on Codeforces the results of the suite {@code codeforces} stand for.
 *
 * @param rating as Codeforces rates people
 * @param percentile the share of people who are rated below, from 0 to 1; absent without a
 *     histogram of ratings
 * @param of what it was made of: so many contests or problems
 * @param way how it was made
 */
public record CodeforcesRating(double rating, OptionalDouble percentile, int of, Way way) {
  private static final Pattern ID = Pattern.compile("(\\d{1,6})([A-Z].{0,7})");

  /** How a rating is made of results. */
  public enum Way {
    /**
     * The mean over contests of the rating that a newcomer with these results would get. The
     * samples are attempts in their order, and wrong ones before the right one cost points.
     */
    CONTESTS,
    /** The rating that makes the results likeliest, against the ratings of the problems. */
    PROBLEMS
  }

  /**
   * The ratings that can be made of an evaluation's results.
   *
   * @param suite the suite's file; the files that it needs are beside it
   * @param problems how many of its problems were asked
   * @param all whether those are all of the file, and not only its first
   * @param attempts by problem, in the order of the suite's file: whether each sample is correct
   * @param ratings a file of the problems' ratings, for {@link Way#PROBLEMS}
   * @param contests a directory of contests, for {@link Way#CONTESTS}
   * @throws UserError when a file that is needed is not there or of another kind
   */
  public static List<CodeforcesRating> of(
      Path suite,
      int problems,
      boolean all,
      Map<Integer, List<Boolean>> attempts,
      Optional<Path> ratings,
      Optional<Path> contests) {
    CodeforcesFiles files = CodeforcesFiles.beside(suite, problems, all);
    return Stream.of(
            contests.map(directory -> ofContests(files, directory, attempts)),
            ratings.map(file -> ofProblems(files, file, attempts)))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * From contests, whose standings and changes of ratings the user has saved.
   *
   * @param attempts by problem, in the order of the suite's file: whether each sample is right
   * @throws UserError when no contest can be rated
   */
  static CodeforcesRating ofContests(
      CodeforcesFiles files, Path contests, Map<Integer, List<Boolean>> attempts) {
    Map<String, Map<String, List<Boolean>>> byContest = new LinkedHashMap<>();
    attempts.forEach((index, tried) -> {
      String id = files.id(index);
      byContest.computeIfAbsent(contest(id), _ -> new LinkedHashMap<>()).put(id, tried);
    });
    List<Integer> ratings = new ArrayList<>();
    byContest.forEach((number, tried) -> {
      Optional<Contest> contest = CodeforcesFiles.contest(contests, number);
      OptionalInt rating = contest.isPresent() ? contest.get().rating(tried) : OptionalInt.empty();
      rating.ifPresent(ratings::add);
    });
    if (ratings.isEmpty()) {
      String example = byContest.keySet().iterator().next();
      throw new UserError(
          "%s: has no contest of the suite's with more than %d rated people; save what the API's contest.standings and contest.ratingChanges say as %s.standings.json and %s.ratingChanges.json"
              .formatted(contests, Contest.FEWEST, example, example));
    }
    double rating = ratings.stream().mapToInt(Integer::intValue).average().orElseThrow();
    return new CodeforcesRating(rating, files.below(rating), ratings.size(), Way.CONTESTS);
  }

  /**
   * From the problems' ratings.
   *
   * @param ratings a file of them
   * @param attempts by problem, in the order of the suite's file: whether each sample is right
   * @throws UserError when no problem is rated
   */
  static CodeforcesRating ofProblems(
      CodeforcesFiles files, Path ratings, Map<Integer, List<Boolean>> attempts) {
    Map<String, Double> rated = CodeforcesFiles.ratings(ratings);
    List<Elo.Tried> tried = new ArrayList<>();
    attempts.forEach((index, each) -> {
      Double rating = rated.get(files.id(index));
      if (rating != null) {
        double right = each.stream().filter(solved -> solved).count() / (double) each.size();
        tried.add(new Elo.Tried(rating, right));
      }
    });
    if (tried.isEmpty()) {
      throw new UserError(
          ratings
              + ": has a rating of none of the suite's problems; write {\"1971A\": 800, …}, or save"
              + " what the API's problemset.problems says");
    }
    double rating = Elo.likeliest(tried);
    return new CodeforcesRating(rating, files.below(rating), tried.size(), Way.PROBLEMS);
  }

  private static String contest(String id) {
    Matcher parts = ID.matcher(id);
    if (!parts.matches()) {
      throw new UserError(
          "'%s' is no problem of Codeforces; ids are a contest and a letter, such as 1971A"
              .formatted(id));
    }
    return parts.group(1);
  }
}
