package dev.weft.reliability.fuzz;

import dev.weft.OneWay;
import dev.weft.Sensitive;
import java.io.Serial;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A bit of all that a service can have. */
interface FuzzedService {

  enum Size {
    SMALL,
    LARGE
  }

  record Item(String name, Size size, int[] scores, @Nullable Item inside) {}

  record Order(
      long id, List<Item> items, Map<String, Item> byName, Optional<Instant> due, byte[] blob) {}

  /** Of sealed types, all are known. */
  sealed interface Shape permits Circle, Square {}

  record Circle(double radius) implements Shape {}

  record Square(double side, @Nullable Shape inside) implements Shape {}

  /** Declared, so it travels. */
  final class OutOfStock extends Exception {

    @Serial private static final long serialVersionUID = 1L;

    private final int left;

    OutOfStock(String message, int left) {
      super(message);
      this.left = left;
    }

    int left() {
      return left;
    }
  }

  String echo(String text);

  Order place(Order order, int times) throws OutOfStock;

  List<Shape> shapes(List<Shape> shapes);

  CompletableFuture<Long> later(long number);

  void login(@Sensitive String password);

  @OneWay
  void note(String text);

  /** What serves it: without harm, and at once. */
  final class Served implements FuzzedService {

    @Override
    public String echo(String text) {
      return text;
    }

    @Override
    public Order place(Order order, int times) throws OutOfStock {
      if (times < 0) {
        throw new OutOfStock("none left", times);
      }
      return order;
    }

    @Override
    public List<Shape> shapes(List<Shape> shapes) {
      return shapes;
    }

    @Override
    public CompletableFuture<Long> later(long number) {
      return number < 0 ? new CompletableFuture<>() : CompletableFuture.completedFuture(number);
    }

    @Override
    public void login(String password) {
      if (password.isEmpty()) {
        throw new IllegalArgumentException("no password");
      }
    }

    @Override
    public void note(String text) {
      // Noted.
    }
  }
}
