package io.braid.verify.guard;

import io.braid.Check;
import io.braid.Default;
import io.braid.Doc;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Trips if too many n-grams of words repeat earlier ones.
 *
 * @param words number of words of an n-gram
 * @param maxRatio highest allowed fraction of repeated n-grams, between 0 and 1
 */
public record RepeatedWords(
    @Doc("Number of words of an n-gram.") @Default("4") int words,
    @Doc("Highest allowed fraction of n-grams that repeat earlier ones.") @Default("0.5")
        double maxRatio)
    implements Guard {
  /** Checks the settings. */
  public RepeatedWords {
    Check.between("words", words, 1, 100);
    Check.between("max_ratio", maxRatio, 0, 1);
  }

  @Override
  public Optional<String> complaint(String response, boolean finished) {
    List<String> all = List.of(response.strip().split("\\s+"));
    int ngrams = all.size() - words + 1;
    if (ngrams < 1) {
      return Optional.empty();
    }
    Set<List<String>> different = new HashSet<>();
    for (int i = 0; i < ngrams; i++) {
      different.add(all.subList(i, i + words));
    }
    double repeated = (ngrams - different.size()) / (double) ngrams;
    return repeated > maxRatio ? Optional.of("repeats its words") : Optional.empty();
  }
}
