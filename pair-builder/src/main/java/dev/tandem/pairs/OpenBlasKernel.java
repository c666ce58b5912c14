package dev.tandem.pairs;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;
import static org.bytedeco.openblas.presets.openblas_nolapack.blas_set_num_threads;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * Products by OpenBLAS. Every task multiplies in its own thread and in no other: tasks already take
 * all cores.
 */
record OpenBlasKernel() implements ProductKernel {

  static boolean loads() {
    return Library.LOADS;
  }

  /** Loaded once, when first asked for. */
  private static final class Library {
    /** Where MLlib looks for its BLAS. */
    private static final String MLLIB_PATH = "dev.ludovic.netlib.blas.nativeLibPath";

    static final boolean LOADS = load();

    private static boolean load() {
      try {
        shareWithMllib(Path.of(Loader.load(openblas_nolapack.class)));
        blas_set_num_threads(1);
        return true;
      } catch (LinkageError e) {
        return false; // no library for this platform: Java takes over
      }
    }

    /** Two versions of OpenBLAS in one process call into each other and crash. */
    private static void shareWithMllib(Path bindings) {
      Path library = bindings.resolveSibling("libopenblas_nolapack.so.0");
      if (Files.exists(library) && System.getProperty(MLLIB_PATH) == null) {
        System.setProperty(MLLIB_PATH, library.toString());
      }
    }
  }

  @Override
  public Operand operand(float[] matrix, int dimension) {
    return new Native(matrix, dimension);
  }

  /** The matrix outside the heap, with buffers that grow to the largest product asked for. */
  private static final class Native implements Operand {
    private final FloatPointer matrix;
    private final int dimension;
    private FloatPointer left = new FloatPointer();
    private FloatPointer result = new FloatPointer();
    private int count;

    Native(float[] matrix, int dimension) {
      this.matrix = new FloatPointer(matrix);
      this.dimension = dimension;
    }

    @Override
    public void take(float[] values, int[] rows) {
      count = rows.length;
      left = atLeast(left, (long) count * dimension);
      int first = 0;
      while (first < count) { // rows that lie together are copied together
        int end = first + 1;
        while (end < count && rows[end] == rows[end - 1] + 1) {
          end++;
        }
        left.position((long) first * dimension);
        left.put(values, rows[first] * dimension, (end - first) * dimension);
        first = end;
      }
      left.position(0);
    }

    @Override
    public void multiply(int from, int width, float[] product) {
      if (count == 0 || width == 0) {
        return;
      }
      result = atLeast(result, (long) count * width);
      matrix.position((long) from * dimension);
      cblas_sgemm(
          CblasRowMajor,
          CblasNoTrans,
          CblasTrans,
          count,
          width,
          dimension,
          1,
          left,
          dimension,
          matrix,
          dimension,
          0,
          result,
          width);
      result.get(product, 0, count * width);
    }

    private static FloatPointer atLeast(FloatPointer buffer, long size) {
      if (buffer.capacity() >= size) {
        return buffer;
      }
      buffer.close();
      return new FloatPointer(size);
    }

    @Override
    public void close() {
      matrix.close();
      left.close();
      result.close();
    }
  }
}
