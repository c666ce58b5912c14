package dev.tandem.pairs.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final ImageDecoder DECODER = new ImageDecoder(64 * 48);

  @ParameterizedTest
  @CsvSource({"png,png", "jpg,jpeg", "gif,gif", "bmp,bmp"})
  void wholeImagesPassWithTheirFormatAndSize(String writer, String format) throws Exception {
    byte[] bytes = TestImages.encode(writer, 64, 48);
    ImageFile image = DECODER.decode(bytes);
    assertThat(image.bytes()).isEqualTo(bytes);
    assertThat(image.format()).isEqualTo(format);
    assertThat(image.width()).isEqualTo(64);
    assertThat(image.height()).isEqualTo(48);
  }

  @Test
  void onePixelAboveTheLimitIsTooMany() throws IOException {
    assertRejected(TestImages.encode("png", 64, 49), Reason.TOO_MANY_PIXELS, "64 x 49 = 3136");
  }

  @Test
  void aBombIsRefusedByItsHeader() throws IOException {
    assertRejected(
        TestImages.pngBomb(Integer.MAX_VALUE, Integer.MAX_VALUE),
        Reason.TOO_MANY_PIXELS,
        "4611686014132420609 pixels, at most 3072");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void aCutFileIsCorrupt(String format) throws IOException {
    byte[] whole = TestImages.encode(format, 64, 48);
    assertRejected(Arrays.copyOf(whole, whole.length / 2), Reason.CORRUPT_IMAGE, "");
    assertRejected(Arrays.copyOf(whole, 12), Reason.CORRUPT_IMAGE, "");
  }

  @Test
  void aSizeThatIsNotTheImagesIsCorrupt() throws IOException {
    byte[] narrow = TestImages.encode("png", 64, 48);
    narrow[19] = 32; // the low byte of the width
    assertRejected(narrow, Reason.CORRUPT_IMAGE, "does not match its checksum");
  }

  @Test
  void otherFilesAreNoImages() {
    assertRejected(new byte[0], Reason.CORRUPT_IMAGE, "0 bytes in no known image format");
    assertRejected("<svg/>".getBytes(), Reason.CORRUPT_IMAGE, "no known image format");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp"})
  void damagedBytesNeverEscapeAsAnotherError(String format) throws IOException {
    byte[] whole = TestImages.encode(format, 32, 32);
    Random random = new Random(7);
    for (int trial = 0; trial < 200; trial++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < 4; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        ImageFile image = DECODER.decode(damaged);
        assertThat((long) image.width() * image.height()).isLessThanOrEqualTo(64 * 48);
      } catch (Rejection e) {
        assertThat(e.reason()).isIn(Reason.CORRUPT_IMAGE, Reason.TOO_MANY_PIXELS);
      }
    }
  }

  private static void assertRejected(byte[] bytes, Reason reason, String message) {
    assertThatThrownBy(() -> DECODER.decode(bytes))
        .isInstanceOfSatisfying(Rejection.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }
}
