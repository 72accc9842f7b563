package io.braid.verify;

import java.util.List;

/** A verifier that judges many responses per call more efficiently than one by one. */
interface BatchVerifier extends Verifier {
  @Override
  List<Verdict> judgeAll(List<Submission> submissions);

  @Override
  default Verdict judge(Submission submission) {
    return judgeAll(List.of(submission)).getFirst();
  }
}
