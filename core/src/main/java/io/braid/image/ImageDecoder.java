package io.braid.image;

import io.braid.UserError;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

/**
 * Decodes PNG, JPEG (progressive and CMYK too), WebP, GIF (its first frame) and BMP to RGB, turned
 * as EXIF says. Files are not trusted: sizes are checked before anything is allocated.
 */
public final class ImageDecoder {
  private final ImageLimits limits;

  /** Creates a decoder that refuses images beyond limits. */
  public ImageDecoder(ImageLimits limits) {
    this.limits = limits;
  }

  /**
   * Decodes an image.
   *
   * @param file the content of the file
   * @param where the file's name, or its place in a data set, for errors
   * @throws UserError in one line, if the file is not such an image, is damaged, or exceeds a limit
   */
  public PixelImage decode(byte[] file, String where) {
    return reading(
        file,
        where,
        (container, opened) -> container.orientation().applied(pixels(container, opened)));
  }

  /**
   * Returns the size that the decoded image has, from the file's header; its pixels may still be
   * damaged.
   *
   * @param file the content of the file
   * @param where the file's name, or its place in a data set, for errors
   * @throws UserError in one line, if the file is not such an image or exceeds a limit
   */
  public ImageSize size(byte[] file, String where) {
    return reading(
        file,
        where,
        (container, opened) -> {
          ImageSize frame = new ImageSize(opened.reader.getWidth(0), opened.reader.getHeight(0));
          ImageSize whole =
              opened
                  .canvas
                  .map(canvas -> new ImageSize(canvas.width(), canvas.height()))
                  .orElse(frame);
          return container.orientation().applied(whole);
        });
  }

  /** A reader that has read the header, and the canvas of a GIF file. */
  private record Opened(ImageReader reader, Optional<GifCanvas> canvas) {}

  /** What is read from a file whose header has been checked. */
  private interface Reading<T> {
    T of(Container container, Opened opened) throws IOException;
  }

  private <T> T reading(byte[] file, String where, Reading<T> what) {
    if (file.length > limits.bytes()) {
      throw new UserError(
          "%s: has %s bytes, more than the %s allowed for an image"
              .formatted(where, file.length, limits.bytes()));
    }
    ImageFormat format = ImageFormat.of(file, where);
    try {
      return opened(format, Container.of(format, file), where, what);
    } catch (Container.Damaged | IOException | RuntimeException e) {
      if (e instanceof UserError refused) {
        throw refused;
      }
      throw new UserError(
          "%s: the %s image is damaged: %s; replace it, or leave its row out"
              .formatted(where, format, reason(e)),
          e);
    }
  }

  private static String reason(Exception e) {
    String message = Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    String line = message.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.length() <= 100 ? line : line.substring(0, 100) + "…";
  }

  private <T> T opened(ImageFormat format, Container container, String where, Reading<T> what)
      throws IOException {
    ImageReader reader = reader(format);
    try (ImageInputStream in = new FileStream(container.file())) {
      reader.setInput(in, /* seekForwardOnly= */ true, /* ignoreMetadata= */ true);
      Optional<GifCanvas> canvas =
          format == ImageFormat.GIF ? GifCanvas.of(container.file()) : Optional.empty();
      checkSize(reader, format, container.file().length, canvas, where);
      return what.of(container, new Opened(reader, canvas));
    } finally {
      reader.dispose();
    }
  }

  private static PixelImage pixels(Container container, Opened opened) throws IOException {
    Truncation truncation = new Truncation();
    opened.reader.addIIOReadWarningListener(truncation);
    PixelImage image = read(opened.reader, container.colours());
    truncation.check();
    return opened.canvas.map(each -> each.with(image)).orElse(image);
  }

  private static PixelImage read(ImageReader reader, Container.Colours colours) throws IOException {
    if (colours != Container.Colours.USUAL) {
      Raster raster = reader.readRaster(0, null);
      return Colour.ofFour(raster, colours);
    }
    BufferedImage image = reader.read(0);
    return Colour.rgb(image.getRaster(), image.getColorModel());
  }

  private void checkSize(
      ImageReader reader,
      ImageFormat format,
      long fileBytes,
      Optional<GifCanvas> canvas,
      String where)
      throws IOException {
    long width = reader.getWidth(0);
    long height = reader.getHeight(0);
    long pixels = Math.max(width * height, canvas.map(GifCanvas::pixels).orElse(0L));
    if (pixels > limits.pixels()) {
      throw new UserError(
          "%s: has %s by %s pixels, more than the %s allowed; make it smaller"
              .formatted(where, width, height, limits.pixels()));
    }
    long decoded = pixels * bytesPerPixel(reader);
    if (decoded > limits.decodedBytes()) {
      throw new UserError(
          "%s: would take %s bytes when decoded, more than the %s allowed; make it smaller"
              .formatted(where, decoded, limits.decodedBytes()));
    }
    if (!format.mayHold(fileBytes, decoded)) {
      throw new IOException("is too short for %s by %s pixels".formatted(width, height));
    }
  }

  private static long bytesPerPixel(ImageReader reader) throws IOException {
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    if (types == null || !types.hasNext()) { // four components
      return 4;
    }
    SampleModel model = types.next().getSampleModel(1, 1);
    return Math.ceilDiv((long) model.getNumBands() * model.getSampleSize(0), 8);
  }

  private static ImageReader reader(ImageFormat format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.imageIo());
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (format.isReadBy(reader.getClass())) {
        return reader;
      }
      reader.dispose();
    }
    throw new IllegalStateException(
        "no reader for %s".formatted(format.name().toLowerCase(Locale.ROOT)));
  }

  /** Remembers that a reader filled in what is missing at the end of a file. */
  private static final class Truncation implements javax.imageio.event.IIOReadWarningListener {
    private Optional<String> warning = Optional.empty();

    @Override
    public void warningOccurred(ImageReader source, String text) {
      String lower = text.toLowerCase(Locale.ROOT);
      if (lower.contains("truncated") || lower.contains("premature") || lower.contains("corrupt")) {
        warning = Optional.of(text);
      }
    }

    void check() throws IOException {
      if (warning.isPresent()) {
        throw new IOException(warning.get());
      }
    }
  }
}
