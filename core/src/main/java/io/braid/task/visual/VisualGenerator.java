package io.braid.task.visual;

import io.braid.Seeds;
import io.braid.image.ImageSource;
import io.braid.task.Names;
import io.braid.task.Problem;
import io.braid.task.ProblemSource;
import io.braid.task.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Generates questions about drawn pictures. A problem is known by a hash of its question and of
 * what is drawn, whatever the size in pixels; it decides the split.
 */
public final class VisualGenerator implements ProblemSource {
  private static final int MOST_VAIN_DRAWS = 10_000;

  private final VisualSettings settings;
  private final List<VisualKind> kinds;

  /** Creates a generator with these settings. */
  public VisualGenerator(VisualSettings settings) {
    this.settings = settings;
    this.kinds = settings.kinds().stream().sorted().toList();
  }

  @Override
  public String name() {
    return "visual";
  }

  @Override
  public List<Problem> upTo(Split split, int most) {
    List<Problem> problems = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    int vain = 0;
    for (int draw = 0; problems.size() < most && vain < MOST_VAIN_DRAWS; draw++) {
      DrawnImage image = image(draw);
      Puzzle puzzle = image.puzzle();
      String id = id(image, puzzle);
      if (!ids.add(id)) {
        vain++;
      } else if (Split.of(id) == split) {
        vain = 0;
        problems.add(
            new Problem(id, ImageSource.PLACE + " " + puzzle.question(), puzzle.reference())
                .with(List.of(image)));
      }
    }
    return problems;
  }

  private DrawnImage image(int draw) {
    return new DrawnImage(
        kinds.get(draw % kinds.size()),
        settings.difficulty(),
        settings.seed(),
        draw / kinds.size(),
        settings.size() / Picture.UNITS);
  }

  private static String id(DrawnImage image, Puzzle puzzle) {
    long hash = Seeds.hash(puzzle.question() + puzzle.picture());
    return "visual:%s:%s:%016x".formatted(Names.of(image.kind()), image.difficulty(), hash);
  }

  @Override
  public String randomSolution(Problem problem, long seed) {
    if (problem.images().size() == 1 && problem.images().getFirst() instanceof DrawnImage image) {
      Random random = Seeds.keyed(seed, problem.id());
      return Draw.one(image.puzzle().responses(), random);
    }
    throw new IllegalArgumentException(problem.id() + " is not a question about a drawn picture");
  }
}
