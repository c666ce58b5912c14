package dev.tandem.schemas.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.image.UnreadableImageException.Kind;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileDecoderTest {
  private static final int SIDE = 16;

  /** What JPEG's quantisation and conversions of colour may change in flat areas. */
  private static final int JPEG_ROUNDING = 4;

  @Test
  void greyStaysWhatItIs() throws IOException {
    BufferedImage grey = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    fill(grey.getRaster(), 100);
    assertPixel(decode(ImageFixtures.encode(grey, "png")), 0, 0, 0, 100, 100, 100);
    assertPixel(decode(ImageFixtures.encode(grey, "jpg")), 3, 3, JPEG_ROUNDING, 100, 100, 100);
  }

  @Test
  void sixteenBitsAreRounded() throws IOException {
    BufferedImage grey = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY);
    fill(grey.getRaster(), 100 * 257 + 128); // just below the middle of 100 and 101
    assertPixel(decode(ImageFixtures.encode(grey, "png")), 0, 0, 0, 100, 100, 100);
    BufferedImage rgb = components(DataBuffer.TYPE_USHORT, false);
    fill(rgb.getRaster(), 200 * 257, 100 * 257 + 128, 7 * 257 + 200);
    assertPixel(decode(ImageFixtures.encode(rgb, "png")), 0, 0, 0, 200, 100, 8);
  }

  @Test
  void transparencyIsComposedOnWhite() throws IOException {
    BufferedImage image = components(DataBuffer.TYPE_BYTE, true);
    fill(image.getRaster(), 200, 100, 0, 51); // a fifth
    assertPixel(decode(ImageFixtures.encode(image, "png")), 0, 0, 0, 244, 224, 204);
    fill(image.getRaster(), 10, 20, 30, 0);
    assertPixel(decode(ImageFixtures.encode(image, "png")), 0, 0, 0, 255, 255, 255);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 255, 255, 255, 0, 255, 255", // CMYK: values are inverted, so cyan alone
    "0, 255, 255, 0, 128, 128, 128, 0", // half black over yellow
    "2, 76, 85, 255, 255, 0, 255, 255", // YCCK: the complement of cyan, red, as YCbCr
    "2, 128, 128, 128, 255, 127, 127, 127",
  })
  void fourChannelsBecomeColours(
      int transform, int a, int b, int c, int d, int red, int green, int blue) throws IOException {
    byte[] jpeg = ImageFixtures.jpegOfFourChannels(SIDE, transform, a, b, c, d);
    assertPixel(decode(jpeg), 8, 8, JPEG_ROUNDING, red, green, blue);
  }

  @ParameterizedTest
  @CsvSource({
    // Where the stored top left quarter, red, and the top right one, green, are shown.
    "1, TL, TR", "2, TR, TL", "3, BR, BL", "4, BL, BR",
    "5, TL, BL", "6, TR, BR", "7, BR, TR", "8, BL, TL",
  })
  void orientationIsApplied(int orientation, String red, String green) throws IOException {
    int width = 4 * SIDE;
    int height = 2 * SIDE;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.RED);
    graphics.fillRect(0, 0, width / 2, height / 2);
    graphics.setColor(Color.GREEN);
    graphics.fillRect(width / 2, 0, width / 2, height / 2);
    graphics.dispose();
    for (byte[] file :
        new byte[][] {
          ImageFixtures.orientedJpeg(ImageFixtures.encode(image, "jpg"), orientation),
          ImageFixtures.orientedPng(ImageFixtures.encode(image, "png"), orientation)
        }) {
      RgbImage upright = decode(file);
      assertThat(upright.width()).isEqualTo(orientation < 5 ? width : height);
      assertQuarter(upright, red, 255, 0, 0);
      assertQuarter(upright, green, 0, 255, 0);
    }
  }

  @Test
  void nonsenseAboutTheOrientationIsPassedOver() throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    byte[] jpeg = ImageFixtures.encode(image, "jpg");
    assertThat(decode(ImageFixtures.orientedJpeg(jpeg, 9))).isEqualTo(decode(jpeg));
    assertThat(decode(ImageFixtures.orientedJpeg(jpeg, 0))).isEqualTo(decode(jpeg));
  }

  @Test
  void theFirstFrameOfAnAnimationIsPlacedOnItsScreen() throws IOException {
    RgbImage shown = decode(animation());
    assertThat(shown.width()).isEqualTo(12);
    assertThat(shown.height()).isEqualTo(10);
    assertPixel(shown, 5, 4, 0, 255, 0, 0);
    assertPixel(shown, 8, 6, 0, 255, 0, 0);
    assertPixel(shown, 4, 4, 0, 255, 255, 255);
    assertPixel(shown, 9, 6, 0, 255, 255, 255);
  }

  /** A red frame of 4 x 3 at (5, 4) of a screen of 12 x 10, then a blue one. */
  private static byte[] animation() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    IIOMetadata stream = writer.getDefaultStreamMetadata(null);
    String streamFormat = stream.getNativeMetadataFormatName();
    IIOMetadataNode root = new IIOMetadataNode(streamFormat);
    root.appendChild(node("Version", "value", "89a"));
    root.appendChild(
        node(
            "LogicalScreenDescriptor",
            "logicalScreenWidth",
            "12",
            "logicalScreenHeight",
            "10",
            "colorResolution",
            "8",
            "pixelAspectRatio",
            "0"));
    stream.mergeTree(streamFormat, root);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.prepareWriteSequence(stream);
      for (Color color : new Color[] {Color.RED, Color.BLUE}) {
        BufferedImage frame = new BufferedImage(4, 3, BufferedImage.TYPE_BYTE_INDEXED);
        Graphics2D graphics = frame.createGraphics();
        graphics.setColor(color);
        graphics.fillRect(0, 0, 4, 3);
        graphics.dispose();
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(frame), null);
        String format = metadata.getNativeMetadataFormatName();
        IIOMetadataNode placed = new IIOMetadataNode(format);
        placed.appendChild(
            node(
                "ImageDescriptor",
                "imageLeftPosition",
                "5",
                "imageTopPosition",
                "4",
                "imageWidth",
                "4",
                "imageHeight",
                "3",
                "interlaceFlag",
                "FALSE"));
        metadata.mergeTree(format, placed);
        writer.writeToSequence(new IIOImage(frame, null, metadata), null);
      }
      writer.endWriteSequence();
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static IIOMetadataNode node(String name, String... attributes) {
    IIOMetadataNode node = new IIOMetadataNode(name);
    for (int i = 0; i < attributes.length; i += 2) {
      node.setAttribute(attributes[i], attributes[i + 1]);
    }
    return node;
  }

  @Test
  void losslessWebpIsRead() throws IOException {
    byte[] opaque = ImageFixtures.webp(6, 3, 40, new int[] {10, 200}, 90, new int[] {255});
    ImageFileDecoder.Decoded decoded = ImageFileDecoder.UNLIMITED.decode(opaque);
    assertThat(decoded.format()).isEqualTo("webp");
    assertThat(decoded.image().width()).isEqualTo(6);
    assertPixel(decoded.image(), 2, 2, 0, 40, 10, 90);
    assertPixel(decoded.image(), 3, 0, 0, 40, 200, 90);
    byte[] alpha = ImageFixtures.webp(6, 3, 40, new int[] {10, 200}, 90, new int[] {0, 51});
    assertPixel(decode(alpha), 0, 1, 0, 255, 255, 255);
    assertPixel(decode(alpha), 5, 1, 0, 212, 244, 222);
  }

  @Test
  void lossyWebpIsRead() throws IOException {
    // The smallest file of the kind, as libwebp writes it.
    String file = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA";
    RgbImage image = decode(Base64.getDecoder().decode(file));
    assertThat(image.width()).isEqualTo(1);
    assertThat(image.height()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tiff", "webp"})
  void cutFilesAreRefused(String format) throws IOException {
    byte[] whole =
        format.equals("webp")
            ? ImageFixtures.webp(60, 60, 0, new int[] {10, 200}, 90, new int[] {255})
            : ImageFixtures.encode(noise(), format);
    decode(whole);
    assertRefused(Arrays.copyOf(whole, whole.length / 2), Kind.CORRUPT, "");
    assertRefused(Arrays.copyOf(whole, 12), Kind.CORRUPT, "");
    assertRefused(new byte[0], Kind.CORRUPT, "0 bytes in no known image format");
  }

  @Test
  void tooManyPixelsAreRefusedByTheHeader() throws IOException {
    byte[] webp = ImageFixtures.webp(64, 64, 0, new int[] {10}, 90, new int[] {255});
    assertRefused(webp, Kind.TOO_MANY_PIXELS, "64 x 64 = 4096 pixels, at most 4095");
    byte[] png = ImageFixtures.encode(new BufferedImage(4096, 1, 1), "png");
    assertRefused(png, Kind.TOO_MANY_PIXELS, "4096 x 1 = 4096 pixels, at most 4095");
  }

  private static void assertRefused(byte[] file, Kind kind, String message) {
    assertThatThrownBy(() -> new ImageFileDecoder(64 * 64 - 1).decode(file))
        .isInstanceOfSatisfying(
            UnreadableImageException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(message);
  }

  private static BufferedImage noise() {
    BufferedImage image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 1600; i++) {
      image.setRGB(i % 40, i / 40, i * 2654435 & 0xFFFFFF);
    }
    return image;
  }

  private static BufferedImage components(int type, boolean alpha) {
    int bands = alpha ? 4 : 3;
    ComponentColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB), alpha, false, alpha ? 3 : 1, type);
    WritableRaster raster = Raster.createInterleavedRaster(type, SIDE, SIDE, bands, null);
    return new BufferedImage(model, raster, false, null);
  }

  private static void fill(WritableRaster raster, int... pixel) {
    for (int i = 0; i < SIDE * SIDE; i++) {
      raster.setPixel(i % SIDE, i / SIDE, pixel);
    }
  }

  private static void assertQuarter(RgbImage image, String place, int red, int green, int blue) {
    int x = image.width() * (place.endsWith("L") ? 1 : 3) / 4;
    int y = image.height() * (place.startsWith("T") ? 1 : 3) / 4;
    assertPixel(image, x, y, JPEG_ROUNDING, red, green, blue);
  }

  private static void assertPixel(RgbImage image, int x, int y, int tolerance, int... rgb) {
    for (int c = 0; c < 3; c++) {
      assertThat(Math.abs(image.channel(x, y, c) - rgb[c]))
          .as("channel %d at (%d, %d) is %d", c, x, y, image.channel(x, y, c))
          .isLessThanOrEqualTo(tolerance);
    }
  }

  private static RgbImage decode(byte[] file) throws IOException {
    return RgbImage.decode(file);
  }
}
