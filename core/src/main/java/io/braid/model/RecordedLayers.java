package io.braid.model;

import io.braid.tensor.Tensor;

/**
 * Hidden states computed under autograd.
 *
 * @param embedding the input; its rows are a leaf of the autograd graph
 * @param computed [n, hidden] hidden states
 */
record RecordedLayers(EmbeddedTokens embedding, Tensor computed) implements HiddenPass {
  @Override
  public Tensor states() {
    return computed.detach();
  }

  @Override
  public void backward(Tensor gradient) {
    computed.backward(gradient);
    embedding.backward(embedding.rows().grad().orElseThrow());
  }
}
