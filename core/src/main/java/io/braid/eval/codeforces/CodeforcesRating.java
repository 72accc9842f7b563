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
 * The Codeforces rating that corresponds to results on the suite {@code codeforces}.
 *
 * @param rating rating on Codeforces' scale
 * @param percentile fraction of users with a lower rating, from 0 to 1; absent without a histogram
 *     of ratings
 * @param of number of contests or problems from which the rating was computed
 * @param method method of computation
 */
public record CodeforcesRating(double rating, OptionalDouble percentile, int of, Method method) {
  private static final Pattern ID = Pattern.compile("(\\d{1,6})([A-Z].{0,7})");

  /** The method of computing a rating. */
  public enum Method {
    /**
     * The rating that a newcomer with these results would get, averaged over contests. Samples are
     * attempts in order, and wrong attempts before the correct one cost points.
     */
    CONTESTS,
    /** The maximum-likelihood rating given the problems' ratings. */
    PROBLEMS
  }

  /**
   * Computes the ratings for which the user has provided data.
   *
   * @param suite the suite's file; other needed files are in its directory
   * @param problems number of evaluated problems
   * @param all whether the whole file was evaluated, rather than its first problems
   * @param attempts whether each sample is correct, by problem index in the suite's file
   * @param ratings file of problem ratings, for {@link Method#PROBLEMS}
   * @param contests directory of contests, for {@link Method#CONTESTS}
   * @throws UserError if a required file is missing or has a different format
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
            contests.map(directory -> fromContests(files, directory, attempts)),
            ratings.map(file -> fromProblems(files, file, attempts)))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * Computes the rating from contests whose standings and rating changes the user has saved.
   *
   * @param attempts whether each sample is correct, by problem index in the suite's file
   * @throws UserError if no contest can be used
   */
  static CodeforcesRating fromContests(
      CodeforcesFiles files, Path contests, Map<Integer, List<Boolean>> attempts) {
    Map<String, Map<String, List<Boolean>>> byContest = new LinkedHashMap<>();
    attempts.forEach((index, attempted) -> {
      String id = files.id(index);
      byContest.computeIfAbsent(contest(id), _ -> new LinkedHashMap<>()).put(id, attempted);
    });
    List<Integer> ratings = new ArrayList<>();
    byContest.forEach((number, attempted) -> {
      Optional<Contest> contest = CodeforcesFiles.contest(contests, number);
      OptionalInt rating =
          contest.isPresent() ? contest.get().rating(attempted) : OptionalInt.empty();
      rating.ifPresent(ratings::add);
    });
    if (ratings.isEmpty()) {
      String example = byContest.keySet().iterator().next();
      throw new UserError(
          "%s: has no contest of the suite with more than %d rated participants; save the API's answers contest.standings and contest.ratingChanges as %s.standings.json and %s.ratingChanges.json"
              .formatted(contests, Contest.TOO_FEW, example, example));
    }
    double rating = ratings.stream().mapToInt(Integer::intValue).average().orElseThrow();
    return new CodeforcesRating(rating, files.below(rating), ratings.size(), Method.CONTESTS);
  }

  /**
   * Computes the rating from the ratings of the problems.
   *
   * @param ratings file of problem ratings
   * @param attempts whether each sample is correct, by problem index in the suite's file
   * @throws UserError if no problem has a rating
   */
  static CodeforcesRating fromProblems(
      CodeforcesFiles files, Path ratings, Map<Integer, List<Boolean>> attempts) {
    Map<String, Double> rated = CodeforcesFiles.ratings(ratings);
    List<Elo.Attempted> attempted = new ArrayList<>();
    attempts.forEach((index, each) -> {
      Double rating = rated.get(files.id(index));
      if (rating != null) {
        double solvedFraction =
            each.stream().filter(solved -> solved).count() / (double) each.size();
        attempted.add(new Elo.Attempted(rating, solvedFraction));
      }
    });
    if (attempted.isEmpty()) {
      throw new UserError(
          ratings
              + ": has no rating for any problem of the suite; write {\"1971A\": 800, …}, or save"
              + " the API's answer problemset.problems");
    }
    double rating = Elo.maximumLikelihood(attempted);
    return new CodeforcesRating(rating, files.below(rating), attempted.size(), Method.PROBLEMS);
  }

  private static String contest(String id) {
    Matcher parts = ID.matcher(id);
    if (!parts.matches()) {
      throw new UserError(
          "'%s' is not a Codeforces problem; an id is a contest number and a letter, such as 1971A"
              .formatted(id));
    }
    return parts.group(1);
  }
}
