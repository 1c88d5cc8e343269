package dev.weft.benchmarks.html;

import java.util.ArrayList;
import java.util.List;

/** Where the values of an axis stand in the picture, and where its marks are. */
sealed interface Ruler {

  /** Where a value stands. */
  double at(double value);

  /** The values that have a mark. */
  List<Double> marks();

  /** Whole powers of ten, and what lies between two values. */
  final class Logarithmic implements Ruler {

    private final double low;
    private final double high;
    private final double from;
    private final double to;

    Logarithmic(double min, double max, double from, double to) {
      low = Math.floor(Math.log10(min) + 1e-9);
      high = Math.max(low + 1, Math.ceil(Math.log10(max) - 1e-9));
      this.from = from;
      this.to = to;
    }

    @Override
    public double at(double value) {
      return from + (to - from) * (Math.log10(value) - low) / (high - low);
    }

    @Override
    public List<Double> marks() {
      List<Double> marks = new ArrayList<>();
      for (double power = low; power <= high; power++) {
        marks.add(Math.pow(10, power));
      }
      return marks;
    }
  }

  /** From zero, in steps of one, two or five, of which there are at most ten. */
  final class Linear implements Ruler {

    private static final int STEPS_MAX = 10;

    private final double step;
    private final int steps;
    private final double from;
    private final double to;

    Linear(double max, double from, double to) {
      double wanted = max > 0 ? max : 1;
      double power = Math.pow(10, Math.floor(Math.log10(wanted / STEPS_MAX)));
      double size = power;
      for (double factor : new double[] {1, 2, 5, 10}) {
        size = factor * power;
        if (size * STEPS_MAX >= wanted) {
          break;
        }
      }
      this.step = size;
      this.steps = (int) Math.ceil(wanted / size - 1e-9);
      this.from = from;
      this.to = to;
    }

    @Override
    public double at(double value) {
      return from + (to - from) * value / (step * steps);
    }

    @Override
    public List<Double> marks() {
      List<Double> marks = new ArrayList<>();
      for (int i = 0; i <= steps; i++) {
        marks.add(i * step);
      }
      return marks;
    }
  }
}
