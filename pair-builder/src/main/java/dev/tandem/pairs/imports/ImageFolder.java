package dev.tandem.pairs.imports;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Reads image files below one folder and nothing outside it, whatever a path says. Works on local
 * files, because only they have real paths to check symbolic links with.
 */
final class ImageFolder {
  private final Path root;
  private final ImageDecoder decoder;
  private final int maxBytes;

  private ImageFolder(Path root, ImageDecoder decoder, int maxBytes) {
    this.root = root;
    this.decoder = decoder;
    this.maxBytes = maxBytes;
  }

  /**
   * @param folder an existing folder
   * @param maxBytes most bytes that a file may have
   */
  static ImageFolder open(Path folder, ImageDecoder decoder, int maxBytes) throws IOException {
    return new ImageFolder(folder.toRealPath(), decoder, maxBytes);
  }

  /** Reads and decodes the image at a path relative to this folder. */
  ImageFile read(String imagePath) throws Rejection {
    return decoder.decode(bytes(imagePath, locate(imagePath)));
  }

  private Path locate(String imagePath) throws Rejection {
    try {
      Path given = Path.of(imagePath);
      Path file = root.resolve(given).normalize();
      if (given.isAbsolute() || !file.startsWith(root)) {
        throw outside(imagePath);
      }
      if (!Files.exists(file)) {
        throw new Rejection(Reason.MISSING_IMAGE, "no file " + imagePath);
      }
      Path real = file.toRealPath();
      if (!real.startsWith(root)) {
        throw outside(imagePath);
      }
      if (!Files.isRegularFile(real)) {
        throw new Rejection(Reason.MISSING_IMAGE, imagePath + " is not a file");
      }
      return real;
    } catch (InvalidPathException e) {
      throw new Rejection(Reason.MISSING_IMAGE, "not a path: " + imagePath);
    } catch (IOException e) {
      throw new Rejection(Reason.MISSING_IMAGE, "cannot open " + imagePath + ": " + e);
    }
  }

  private byte[] bytes(String imagePath, Path file) throws Rejection {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw new Rejection(
            Reason.FILE_TOO_LARGE, "%s has more than %d bytes".formatted(imagePath, maxBytes));
      }
      return bytes;
    } catch (IOException e) {
      throw new Rejection(Reason.MISSING_IMAGE, "cannot read " + imagePath + ": " + e);
    }
  }

  private static Rejection outside(String imagePath) {
    return new Rejection(Reason.PATH_OUTSIDE, imagePath + " leaves the data folder");
  }
}
