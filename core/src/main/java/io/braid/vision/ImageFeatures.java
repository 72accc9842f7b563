package io.braid.vision;

import io.braid.tensor.Gradients;
import io.braid.tensor.Scope;
import io.braid.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The features of images. While the tower is frozen, the features of an image are computed once and
 * kept, so that the responses to a prompt share them, and rollouts, π_old, π_ref and the flow field
 * too. The least recently used are dropped. The features of a trained tower are computed again for
 * each batch.
 *
 * <p>Any thread may call it.
 */
public final class ImageFeatures implements AutoCloseable {
  /** Most bytes of features that are kept. */
  private static final long MOST_BYTES = 1L << 30;

  private final VisionTower tower;
  private final Map<TowerImage, Tensor> kept =
      new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true);
  private long keptBytes;
  private long computed;
  private int holders = 1;

  /**
   * Creates features without any computed.
   *
   * @param tower closed by the caller
   */
  public ImageFeatures(VisionTower tower) {
    this.tower = tower;
  }

  /**
   * Returns the features of images; they belong to the open scope. If the tower is trained and
   * gradients are recorded, so are the features.
   *
   * @return [image tokens of all images, outWidth], image by image; empty without images
   * @throws io.braid.UserError if an image cannot be read
   */
  public Optional<Tensor> of(List<TowerImage> images) {
    if (images.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(tower.isFrozen() ? keptOf(images) : computeAll(images));
  }

  /**
   * Computes features with all threads that {@link #of} then has, before several threads ask for
   * them; nothing if the tower is trained.
   */
  public void prepare(List<TowerImage> images) {
    if (tower.isFrozen()) {
      try (Scope scope = Scope.open()) {
        of(images);
      }
    }
  }

  private synchronized Tensor keptOf(List<TowerImage> images) {
    List<Tensor> each = new ArrayList<>(images.size());
    for (TowerImage image : images) {
      Tensor features = kept.get(image);
      if (features == null) {
        features = keep(image);
      }
      // A copy, since another thread may drop the features that are kept.
      each.add(features.copy());
    }
    return each.size() == 1 ? each.getFirst() : Tensor.cat(each, 0);
  }

  private Tensor keep(TowerImage image) {
    Tensor features;
    try (Scope scope = Scope.open();
        Gradients off = Gradients.offAndReusable()) {
      features = computeAll(List.of(image)).owned();
    }
    keptBytes += features.bytes();
    kept.put(image, features);
    while (keptBytes > MOST_BYTES && kept.size() > 1) {
      Map.Entry<TowerImage, Tensor> eldest = kept.entrySet().iterator().next();
      keptBytes -= eldest.getValue().bytes();
      eldest.getValue().close();
      kept.remove(eldest.getKey());
    }
    return features;
  }

  private Tensor computeAll(List<TowerImage> images) {
    synchronized (this) {
      computed += images.size();
    }
    List<Tensor> patches = images.stream().map(this::patches).toList();
    return tower.features(Tensor.cat(patches, 0), images.stream().map(TowerImage::grid).toList());
  }

  /** Returns an image's patches: [n, values of a patch]. */
  private Tensor patches(TowerImage image) {
    return Tensor.of(
        image.patches().values(), image.grid().patches(), tower.config().patchValues());
  }

  /** Returns how often an image's features have been computed. */
  public synchronized long computed() {
    return computed;
  }

  /** Returns this object for another owner, who also closes it; the last frees the features. */
  public synchronized ImageFeatures shared() {
    holders++;
    return this;
  }

  /** Drops all features, because the tower's weights have changed. */
  public synchronized void forget() {
    kept.values().forEach(Tensor::close);
    kept.clear();
    keptBytes = 0;
  }

  @Override
  public synchronized void close() {
    if (--holders == 0) {
      forget();
    }
  }
}
