package io.braid.eval.codeforces;

import static org.assertj.core.api.Assertions.assertThat;

import io.braid.SharedData;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CodeforcesFilesTest {
  @Test
  void readsThePublishedFiles() {
    Path suite = SharedData.file("flowrl_test_codeforces.json");
    SharedData.file("codeforces_metadata_cf.json");
    SharedData.file("codeforces_ratings_2024.json");

    CodeforcesFiles files = CodeforcesFiles.beside(suite, 408, true);

    assertThat(files.ids()).hasSize(408);
    assertThat(files.id(0)).isEqualTo("1971A");
    // Counted independently: 49,821 of 89,352 users are rated below 1,200.
    assertThat(files.below(1200)).hasValue(49_821 / 89_352.0);
  }
}
