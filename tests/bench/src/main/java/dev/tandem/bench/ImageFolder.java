package dev.tandem.bench;

import dev.tandem.schemas.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/**
 * A data folder of generated images, PNG and JPEG in turn, half of them with a prompt and half with
 * a question; one in a hundred is broken, in each of the ways of {@link Fault} in turn. The same
 * seed gives the same images. Arguments: folder, images, seed.
 */
final class ImageFolder {
  /** One image in so many is broken. */
  static final int BROKEN_EVERY = 100;

  private static final int SCENES = 40;
  private static final int MIN_SIDE = 48;
  private static final int SPREAD = 32;
  private static final int SPOTS = 5;
  private static final int GRAIN = 10;

  private final Path folder;
  private final long seed;
  private final Map<Fault, Integer> broken = new TreeMap<>();

  private ImageFolder(Path folder, long seed) {
    this.folder = folder;
    this.seed = seed;
  }

  /** A way in which a file is broken. */
  enum Fault {
    /** The second half is missing. */
    TRUNCATED {
      @Override
      byte[] inflict(byte[] file) {
        return Arrays.copyOf(file, file.length / 2);
      }
    },
    /** The bytes that tell the format are others. */
    WRONG_MAGIC {
      @Override
      byte[] inflict(byte[] file) {
        byte[] other = file.clone();
        Arrays.fill(other, 0, 8, (byte) 'x');
        return other;
      }
    },
    /** There are no bytes. */
    EMPTY {
      @Override
      byte[] inflict(byte[] file) {
        return new byte[0];
      }
    },
    /** It is a text. */
    TEXT {
      @Override
      byte[] inflict(byte[] file) {
        return "404: there is no such picture\n".repeat(20).getBytes(StandardCharsets.UTF_8);
      }
    },
    /** The header says twice the height. */
    WRONG_SIZE {
      @Override
      byte[] inflict(byte[] file) {
        ByteBuffer other = ByteBuffer.wrap(file.clone());
        if (file[0] == (byte) 0x89) {
          other.putInt(PNG_HEIGHT, 2 * other.getInt(PNG_HEIGHT));
        } else {
          int height = frameHeader(other) + JPEG_HEIGHT;
          other.putShort(height, (short) (2 * other.getShort(height)));
        }
        return other.array();
      }
    };

    private static final int PNG_HEIGHT = 20;

    /** After the marker, the segment's length and the precision. */
    private static final int JPEG_HEIGHT = 5;

    abstract byte[] inflict(byte[] file);

    /** Where a baseline JPEG's marker SOF0 is. */
    private static int frameHeader(ByteBuffer jpeg) {
      int at = 2;
      while (jpeg.getShort(at) != (short) 0xFFC0) {
        at += 2 + (jpeg.getShort(at + 2) & 0xFFFF);
      }
      return at;
    }
  }

  public static void main(String[] arguments) throws IOException {
    Map<Fault, Integer> broken =
        write(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]));
    System.out.println(arguments[1] + " images in " + arguments[0] + ", broken: " + broken);
  }

  /** Writes the folder; says how many images are broken in each way. */
  static Map<Fault, Integer> write(Path folder, int images, long seed) throws IOException {
    ImageFolder writer = new ImageFolder(folder, seed);
    Files.createDirectories(folder.resolve("images"));
    try (Writer generation = Files.newBufferedWriter(folder.resolve("generation.jsonl"));
        Writer understanding = Files.newBufferedWriter(folder.resolve("understanding.jsonl"))) {
      for (int i = 0; i < images; i++) {
        writer.add(i, i % 2 == 0 ? generation : understanding, i % 2 == 0);
      }
    }
    return writer.broken;
  }

  private void add(int number, Writer lines, boolean generation) throws IOException {
    Random random = new Random(seed * 1_000_003 + number);
    int scene = random.nextInt(SCENES);
    String format = random.nextBoolean() ? "png" : "jpg";
    byte[] file = encoded(picture(scene, random), format);
    if (number % BROKEN_EVERY == BROKEN_EVERY / 2 + number / BROKEN_EVERY % 2) { // both sides
      Fault[] faults = Fault.values();
      Fault fault = faults[number / BROKEN_EVERY % faults.length];
      broken.merge(fault, 1, Integer::sum);
      file = fault.inflict(file);
    }
    String path = "images/%06d.%s".formatted(number, format);
    Files.write(folder.resolve(path), file);
    lines.write(
        (generation
                ? "{\"image_path\": \"%s\", \"prompt\": \"a picture of scene %d\", \"tag\": \"%s\", \"include\": [{\"class\": \"scene %d\", \"count\": 1}]}\n"
                : "{\"image_path\": \"%s\", \"question\": \"Which scene is this? A. %d B. another\", \"answer\": \"A\", \"tag\": \"%s\", \"number\": %d}\n")
            .formatted(path, scene, format, generation ? scene : number));
  }

  /** Spots of the scene's colours, moved a little and with a grain, so that no two are the same. */
  private static RgbImage picture(int scene, Random random) {
    int width = MIN_SIDE + random.nextInt(SPREAD);
    int height = MIN_SIDE + random.nextInt(SPREAD);
    Random plan = new Random(scene);
    double[][] spots = new double[SPOTS][];
    for (int i = 0; i < SPOTS; i++) {
      spots[i] =
          new double[] {
            plan.nextDouble() + 0.1 * random.nextGaussian(),
            plan.nextDouble() + 0.1 * random.nextGaussian(),
            plan.nextInt(256),
            plan.nextInt(256),
            plan.nextInt(256)
          };
    }
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      double[] spot = nearest(spots, (double) (i % width) / width, (double) i / width / height);
      for (int c = 0; c < 3; c++) {
        double value = spot[2 + c] + GRAIN * random.nextGaussian();
        rgb[3 * i + c] = (byte) Math.max(0, Math.min(255, Math.round(value)));
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private static double[] nearest(double[][] spots, double x, double y) {
    double[] best = spots[0];
    for (double[] spot : spots) {
      if (Math.hypot(spot[0] - x, spot[1] - y) < Math.hypot(best[0] - x, best[1] - y)) {
        best = spot;
      }
    }
    return best;
  }

  private static byte[] encoded(RgbImage image, String format) throws IOException {
    BufferedImage picture = image.toBufferedImage();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, format, bytes);
    return bytes.toByteArray();
  }
}
