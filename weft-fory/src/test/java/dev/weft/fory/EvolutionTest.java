package dev.weft.fory;

import static dev.weft.fory.Carrier.bind;
import static dev.weft.fory.Carrier.decode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.spi.Marshaller;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of the same classes, each in a class loader of its own, as in two processes. */
class EvolutionTest {

  private static final String OLD =
      """
      package shop;
      import java.util.*;
      public interface Shop {
        enum Status { NEW, PAID }
        record Item(String sku, int count) {}
        record Order(int id, String name, List<Item> items) {}
        class Customer {
          String name; int age; private final String city;
          Customer(String name, int age, String city) { this.name = name; this.age = age; this.city = city; }
          public String toString() { return name + " " + age + " " + city; }
        }
        class Base { int id = 1; }
        class Derived extends Base { int x = 2; public String toString() { return id + " " + x; } }
        sealed interface Figure permits Circle, Square {}
        record Circle(int r) implements Figure {}
        record Square(int a) implements Figure {}
        record Drawing(List<Figure> figures) {}
        record Numbers(int a, long b, String c, List<Integer> d) {}
        class NoStock extends Exception {
          final String sku;
          public NoStock(String sku) { super("none of " + sku); this.sku = sku; }
          public String toString() { return getMessage() + "; " + sku; }
        }
        record Service(Order order, Customer customer, Derived derived, Status status, Drawing drawing, Numbers numbers) {}
        static Object order() { return new Order(1, "first", List.of(new Item("a", 2))); }
        static Object customer() { return new Customer("Ann", 30, "Bern"); }
        static Object derived() { return new Derived(); }
        static Object status() { return Status.PAID; }
        static Object drawing() { return new Drawing(List.of(new Circle(1))); }
        static Object numbers() { return new Numbers(1, 2, "3", List.of(4)); }
        static Object noStock() { return new NoStock("a"); }
        static Object safe() { return Vault.safe(); }
      }
      class Vault {
        private enum Metal { GOLD }
        private record Coin(Metal metal) {}
        private record Safe(List<Coin> coins, Metal door) {}
        static Object safe() { return new Safe(List.of(new Coin(Metal.GOLD)), Metal.GOLD); }
      }
      """;

  private static final String NEW =
      """
      package shop;
      import java.util.*;
      public interface Shop {
        enum Status { DRAFT, PAID, NEW, LOST }
        enum Kind { BIG, SMALL }
        record Address(String street, Kind kind) {}
        record Item(int count, String sku, String color) {}
        record Order(
            List<Item> items, Address address, Address[] all, List<Address> list,
            Map<String, Address> map, Kind kind, List<Kind> kinds, Set<Kind> set, Map<Kind, Address> keyed,
            String name, int id, long total, Optional<Address> maybe) {}
        class Customer {
          String email = "none"; int age; List<String> tags = new ArrayList<>(); private final String city;
          Customer(int age, String city) { this.age = age; this.city = city; tags.add("t"); }
          public String toString() { return email + " " + age + " " + city + " " + tags; }
        }
        class Base { int id = 1; String more = "m"; }
        class Middle extends Base { Address between = new Address("s", Kind.BIG); }
        class Derived extends Middle { int x = 2; public String toString() { return id + " " + x + " " + between; } }
        sealed interface Figure permits Circle, Square, Triangle {}
        record Circle(int r) implements Figure {}
        record Square(int a) implements Figure {}
        record Triangle(int b) implements Figure {}
        record Drawing(List<Figure> figures, Figure extra) {}
        record Numbers(long a, int b, String c, List<Integer> d) {}
        class NoStock extends Exception {
          final String sku; final Integer left;
          public NoStock(String sku, Integer left) { super("none of " + sku); this.sku = sku; this.left = left; }
          public String toString() { return getMessage() + "; " + sku + "; " + left; }
        }
        record Service(Order order, Customer customer, Derived derived, Status status, Drawing drawing, Numbers numbers) {}
        static Object order() {
          Address a = new Address("Main", Kind.SMALL);
          return new Order(
              List.of(new Item(2, "a", "red")), a, new Address[] {a, null}, List.of(a), Map.of("k", a),
              Kind.BIG, List.of(Kind.BIG), Set.of(Kind.BIG), Map.of(Kind.BIG, a), "first", 1, 99, Optional.of(a));
        }
        static Object customer() { return new Customer(30, "Bern"); }
        static Object derived() { return new Derived(); }
        static Object status() { return Status.PAID; }
        static Object lost() { return Status.LOST; }
        static Object drawing() { return new Drawing(List.of(new Circle(1)), new Triangle(3)); }
        static Object triangles() { return new Drawing(List.of(new Triangle(1)), null); }
        static Object numbers() { return new Numbers(1, 2, "3", List.of(4)); }
        static Object large() { return new Numbers(1L << 32, 2, "3", List.of(4)); }
        static Object noStock() { return new NoStock("a", 0); }
        static Object safe() { return Vault.safe(); }
      }
      class Vault {
        private enum Metal { TIN, GOLD }
        private record Coin(int year, Metal metal) {}
        private record Bar(Metal metal) {}
        private record Safe(Metal door, List<Coin> coins, Bar bar) {}
        static Object safe() { return new Safe(Metal.GOLD, List.of(new Coin(1, Metal.GOLD)), new Bar(Metal.TIN)); }
      }
      """;

  @TempDir static Path directory;

  private static Version older;
  private static Version newer;

  @BeforeAll
  static void compile() throws Exception {
    older = new Version("old", OLD);
    newer = new Version("new", NEW);
  }

  @AfterAll
  static void close() throws IOException {
    older.loader.close();
    newer.loader.close();
  }

  private static final class Version {
    final URLClassLoader loader;

    Version(String name, String source) throws Exception {
      Path folder = Files.createDirectories(directory.resolve(name));
      Path file = Files.writeString(folder.resolve("Shop.java"), source);
      JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
      int status =
          compiler.run(null, null, null, "-proc:none", "-d", folder.toString(), file.toString());
      assertThat(status).isZero();
      loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
    }

    Marshaller marshaller(String type) {
      try {
        return bind(loader.loadClass("shop." + type));
      } catch (ClassNotFoundException e) {
        throw new IllegalArgumentException(e);
      }
    }

    Object make(String method) {
      try {
        return loader.loadClass("shop.Shop").getMethod(method).invoke(null);
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }

  private static String send(Version from, String made, Version to, String type) {
    String name = type.contains("$") ? type : "Shop$" + type;
    byte[] bytes = Carrier.encode(from.marshaller(name), from.make(made));
    return String.valueOf(decode(to.marshaller(name), bytes));
  }

  @Test
  void fieldsThatAreNewAreDroppedByTheOlderSide() {
    assertThat(send(newer, "order", older, "Order"))
        .isEqualTo("Order[id=1, name=first, items=[Item[sku=a, count=2]]]");
  }

  @Test
  void fieldsThatAreMissingAreNullOrZeroOnTheNewerSide() {
    assertThat(send(older, "order", newer, "Order"))
        .isEqualTo(
            "Order[items=[Item[count=2, sku=a, color=null]], address=null, all=null, list=null,"
                + " map=null, kind=null, kinds=null, set=null, keyed=null, name=first, id=1,"
                + " total=0, maybe=null]");
  }

  @Test
  void pojosEvolveLikeRecords() {
    assertThat(send(newer, "customer", older, "Customer")).isEqualTo("null 30 Bern");
    assertThat(send(older, "customer", newer, "Customer")).startsWith("null 30 Bern");
  }

  @Test
  void superclassesEvolveToo() {
    assertThat(send(newer, "derived", older, "Derived")).isEqualTo("1 2");
    assertThat(send(older, "derived", newer, "Derived")).startsWith("1 2");
  }

  @Test
  void privateClassesEvolveToo() {
    assertThat(send(newer, "safe", older, "Vault$Safe"))
        .isEqualTo("Safe[coins=[Coin[metal=GOLD]], door=GOLD]");
    assertThat(send(older, "safe", newer, "Vault$Safe"))
        .isEqualTo("Safe[door=GOLD, coins=[Coin[year=0, metal=GOLD]], bar=null]");
  }

  @Test
  void enumConstantsGoByNameNotByOrder() {
    assertThat(send(newer, "status", older, "Status")).isEqualTo("PAID");
    assertThat(send(older, "status", newer, "Status")).isEqualTo("PAID");
  }

  @Test
  void enumConstantThatIsUnknownIsNamed() {
    assertThatThrownBy(() -> send(newer, "lost", older, "Status"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("LOST not in [NEW, PAID]");
  }

  @Test
  void fieldOfAnUnknownSubtypeIsDroppedWithItsField() {
    assertThat(send(newer, "drawing", older, "Drawing"))
        .isEqualTo("Drawing[figures=[Circle[r=1]]]");
  }

  @Test
  void unknownSubtypeWithinAKnownFieldIsRefused() {
    assertThatThrownBy(() -> send(newer, "triangles", older, "Drawing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a class that is not known here");
  }

  @Test
  void numbersMayGrowWider() {
    assertThat(send(older, "numbers", newer, "Numbers")).isEqualTo("Numbers[a=1, b=2, c=3, d=[4]]");
    assertThat(send(newer, "numbers", older, "Numbers")).isEqualTo("Numbers[a=1, b=2, c=3, d=[4]]");
  }

  @Test
  void numberThatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> send(newer, "large", older, "Numbers"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("field shop.Shop$Numbers.a");
  }

  @Test
  void exceptionsEvolveByFieldName() {
    assertThat(send(newer, "noStock", older, "NoStock")).isEqualTo("none of a; a");
    assertThat(send(older, "noStock", newer, "NoStock")).isEqualTo("none of a; a; null");
  }

  @Test
  void bothVersionsCanTalkOverAndOver() {
    for (int i = 0; i < 5; i++) {
      assertThat(send(newer, "order", older, "Order")).startsWith("Order[id=1, name=first");
      assertThat(send(older, "order", newer, "Order")).startsWith("Order[items=[Item[count=2");
    }
  }
}
