package io.braid.eval.codeforces;

import io.braid.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Data about the suite's problems and Codeforces users, read from the user's files in the formats
 * of FlowRL's evaluation and the Codeforces API.
 *
 * @param ids the problems' ids, such as {@code 1971A}, in the order of the suite's file
 * @param histogram ratings of Codeforces users, if known
 */
record CodeforcesFiles(List<String> ids, Optional<RatingHistogram> histogram) {
  private static final List<String> IDS =
      List.of("codeforces_metadata_cf.json", "metadata_cf.json");
  private static final List<String> HISTOGRAMS =
      List.of("codeforces_ratings_2024.json", "ratings_2024.json");

  CodeforcesFiles {
    ids = List.copyOf(ids);
  }

  /**
   * Reads the files in the directory of the suite's file.
   *
   * @param problems number of evaluated problems
   * @param all whether the whole file was evaluated, rather than its first problems
   * @throws UserError if the problem ids are missing or their number differs from the number of
   *     problems
   */
  static CodeforcesFiles beside(Path suite, int problems, boolean all) {
    Path ids =
        beside(suite, IDS)
            .orElseThrow(() ->
                new UserError(
                    "%s: a rating needs the ids of the problems, and there is no %s beside this file; get it from FlowRL's repository, verl@Test/benchmark/codeforces"
                        .formatted(suite, String.join(" or ", IDS))));
    List<String> names = new ArrayList<>();
    read(ids).forEach(id -> names.add(id.asString()));
    if (names.size() < problems || all && names.size() > problems) {
      throw new UserError(
          "%s has %d ids but %s has %d problems; use files of the same release"
              .formatted(ids, names.size(), suite, problems));
    }
    return new CodeforcesFiles(names, beside(suite, HISTOGRAMS).map(CodeforcesFiles::histogram));
  }

  private static Optional<Path> beside(Path suite, List<String> names) {
    Path here = Optional.ofNullable(suite.toAbsolutePath().getParent()).orElse(Path.of(""));
    return Stream.of(here, here.resolve("codeforces"))
        .flatMap(directory -> names.stream().map(directory::resolve))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private static RatingHistogram histogram(Path file) {
    TreeMap<Double, Long> people = new TreeMap<>();
    try {
      read(file)
          .properties()
          .forEach(entry ->
              people.merge(
                  Double.valueOf(entry.getKey()),
                  Math.max(0, entry.getValue().asLong()),
                  Long::sum));
      return new RatingHistogram(people);
    } catch (IllegalArgumentException | JacksonException e) {
      throw new UserError(
          file + ": must map ratings to numbers of users, such as {\"1200\": 31}", e);
    }
  }

  String id(int index) {
    return ids.get(index);
  }

  OptionalDouble below(double rating) {
    return histogram
        .map(each -> OptionalDouble.of(each.below(rating)))
        .orElseGet(OptionalDouble::empty);
  }

  /**
   * Reads problem ratings by id, from a plain JSON object or from the API's answer
   * problemset.problems.
   */
  static Map<String, Double> ratings(Path file) {
    JsonNode root = read(file);
    Map<String, Double> ratings = new HashMap<>();
    JsonNode problems = root.path("result").path("problems");
    if (problems.isArray()) {
      problems.forEach(problem -> {
        if (problem.path("rating").isNumber()) {
          ratings.put(
              problem.path("contestId").asString("") + problem.path("index").asString(""),
              problem.path("rating").doubleValue());
        }
      });
    } else {
      root.properties().stream()
          .filter(entry -> entry.getValue().isNumber())
          .forEach(entry -> ratings.put(entry.getKey(), entry.getValue().doubleValue()));
    }
    return ratings;
  }

  /**
   * Reads a contest from the API's answers contest.standings and contest.ratingChanges, if both are
   * saved. Participants in both files count.
   */
  static Optional<Contest> contest(Path directory, String number) {
    Path standings = directory.resolve(number + ".standings.json");
    Path changes = directory.resolve(number + ".ratingChanges.json");
    if (!Files.isRegularFile(standings) || !Files.isRegularFile(changes)) {
      return Optional.empty();
    }
    Map<String, Double> before = new HashMap<>();
    read(changes)
        .path("result")
        .forEach(change ->
            before.put(change.path("handle").asString(""), change.path("oldRating").asDouble(0)));
    JsonNode result = read(standings).path("result");
    Map<String, OptionalDouble> worth = new LinkedHashMap<>();
    result
        .path("problems")
        .forEach(problem ->
            worth.put(
                problem.path("contestId").asString("") + problem.path("index").asString(""),
                problem.path("points").isNumber()
                    ? OptionalDouble.of(problem.path("points").doubleValue())
                    : OptionalDouble.empty()));
    List<Contest.Entrant> people = new ArrayList<>();
    result
        .path("rows")
        .forEach(row -> {
          String handle = row.path("party").path("members").path(0).path("handle").asString("");
          Double rating = before.get(handle);
          if (rating != null) {
            people.add(
                new Contest.Entrant(
                    rating, row.path("points").asDouble(0), row.path("penalty").asDouble(0)));
          }
        });
    return Optional.of(new Contest(worth, people));
  }

  private static JsonNode read(Path file) {
    try {
      return JsonMapper.shared().readTree(Files.readString(file));
    } catch (IOException | JacksonException e) {
      throw new UserError(file + ": cannot be read as JSON; check the path", e);
    }
  }
}
