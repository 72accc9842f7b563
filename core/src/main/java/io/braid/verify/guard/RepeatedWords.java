package io.braid.verify.guard;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Trips where too many runs of words have been there before.
 *
 * @param words of a run (an n-gram)
 * @param most the share of runs that may have been there before, between 0 and 1
 */
public record RepeatedWords(
    @Doc("Words of a run.") @Default("4") int words,
    @Doc("The share of runs that may have been there before.") @Default("0.5") double most)
    implements Guard {
  /** Checks the settings. */
  public RepeatedWords {
    Check.between("words", words, 1, 100);
    Check.between("most", most, 0, 1);
  }

  @Override
  public Optional<String> complaint(String response, boolean finished) {
    List<String> all = List.of(response.strip().split("\\s+"));
    int runs = all.size() - words + 1;
    if (runs < 1) {
      return Optional.empty();
    }
    Set<List<String>> different = new HashSet<>();
    for (int i = 0; i < runs; i++) {
      different.add(all.subList(i, i + words));
    }
    double repeated = (runs - different.size()) / (double) runs;
    return repeated > most ? Optional.of("repeats its words") : Optional.empty();
  }
}
