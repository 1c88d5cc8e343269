package dev.weft.fory;

import static dev.weft.fory.Carrier.bind;
import static dev.weft.fory.Carrier.roundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.weft.fory.Carrier.Of;
import dev.weft.spi.Marshaller;
import dev.weft.spi.ValueType;
import java.io.Externalizable;
import java.io.File;
import java.io.InputStream;
import java.io.ObjectInput;
import java.io.ObjectInputStream;
import java.io.ObjectOutput;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RefusedTypesTest {

  record Order(@Nullable Runnable callback) {}

  record Cart(Map<String, List<Order>> orders) {}

  interface Animal {}

  record Dog(String name) implements Animal {}

  record Cat(String name, int lives) implements Animal {}

  abstract static class Machine {
    int power;
  }

  static final class Lathe extends Machine {
    int speed;
  }

  record Zoo(Animal animal, List<Animal> more, Object anything) {}

  sealed interface Shape permits Round, Angular {}

  record Round(double radius) implements Shape {}

  record Angular(Thread drawer) implements Shape {}

  static class Open {
    int x;
  }

  static class Closed extends Open {
    int y;
  }

  record HoldsOpen(Open open) {}

  static class Worker extends Thread {}

  static class Outer {
    @SuppressWarnings("ClassCanBeStatic")
    class Inner {
      int x;
    }
  }

  static class Frozen implements Serializable {
    private static final long serialVersionUID = 1;
    int x;

    private Object readResolve() {
      return this;
    }
  }

  static class Custom implements Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) {}

    private void writeObject(ObjectOutputStream out) {}
  }

  public static class External implements Externalizable {
    @Override
    public void writeExternal(ObjectOutput out) {}

    @Override
    public void readExternal(ObjectInput in) {}
  }

  record Skips(int x) {
    static final Thread STATIC = Thread.currentThread();
  }

  static class HasTransient {
    int x = 1;
    transient Thread thread = Thread.currentThread();
  }

  record Box<T>(@Nullable T content) {}

  static class Nest<T> {
    @Nullable Nest<List<T>> next;
  }

  private static final Class<?> ANONYMOUS = new Object() {}.getClass();

  static Stream<Arguments> refusals() {
    return Stream.of(
        arguments(
            Thread.class,
            "java.lang.Thread cannot be sent: send the data it stands for, in a record"),
        arguments(
            Order.class,
            "field Order.callback: java.lang.Runnable cannot be sent: it is code, not data"),
        arguments(
            Cart.class,
            "field Cart.orders: field Order.callback: java.lang.Runnable cannot be sent: it is"
                + " code, not data"),
        arguments(
            new Of<List<Map<String, Thread>>>() {}.type,
            "java.lang.Thread cannot be sent: send the data it stands for, in a record"),
        arguments(
            new Of<Box<Thread>>() {}.type,
            "field Box.content: java.lang.Thread cannot be sent: send the data it stands for, in a"
                + " record"),
        arguments(
            Thread[].class,
            "java.lang.Thread cannot be sent: send the data it stands for, in a record"),
        arguments(
            new Of<Function<String, String>>() {}.type,
            "java.util.function.Function cannot be sent: it is code, not data"),
        arguments(
            new Of<Stream<String>>() {}.type,
            "java.util.stream.Stream cannot be sent: send its content, as a byte[] or a String"),
        arguments(
            InputStream.class,
            "java.io.InputStream cannot be sent: send its content, as a byte[] or a String"),
        arguments(
            ByteBuffer.class,
            "java.nio.ByteBuffer cannot be sent: send its content, as a byte[] or a String"),
        arguments(Path.class, "java.nio.file.Path cannot be sent: send its name as a String"),
        arguments(File.class, "java.io.File cannot be sent: send its name as a String"),
        arguments(Calendar.class, "java.util.Calendar cannot be sent: send a value of java.time"),
        arguments(
            new Of<Class<?>>() {}.type,
            "java.lang.Class cannot be sent: it belongs to this JVM; send its name as a String"),
        arguments(
            Method.class,
            "java.lang.reflect.Method cannot be sent: it belongs to this JVM; send its name as a"
                + " String"),
        arguments(
            ClassLoader.class,
            "java.lang.ClassLoader cannot be sent: send the data it stands for, in a record"),
        arguments(
            ReentrantLock.class,
            "java.util.concurrent.locks.ReentrantLock cannot be sent: send the data it stands for,"
                + " in a record"),
        arguments(
            AtomicInteger.class,
            "java.util.concurrent.atomic.AtomicInteger cannot be sent: send the plain value"),
        arguments(
            new Of<CompletableFuture<String>>() {}.type,
            "java.util.concurrent.CompletableFuture cannot be sent: send the data it stands for, in"
                + " a record"),
        arguments(CharSequence.class, "java.lang.CharSequence cannot be sent: send a String"),
        arguments(StringBuilder.class, "java.lang.StringBuilder cannot be sent: send a String"),
        arguments(
            Object.class,
            "java.lang.Object cannot be sent: say which type it is, or register what stands behind"
                + " it with ForyCodec.builder().register(...)"),
        arguments(
            new Of<List<?>>() {}.type,
            "java.lang.Object cannot be sent: say which type it is, or register what stands behind"
                + " it with ForyCodec.builder().register(...)"),
        arguments(
            List.class,
            "java.lang.Object cannot be sent: say which type it is, or register what stands behind"
                + " it with ForyCodec.builder().register(...)"),
        arguments(
            Number.class,
            "java.lang.Number cannot be sent: seal the class, or register what stands behind it"
                + " with ForyCodec.builder().register(...)"),
        arguments(
            Serializable.class,
            "java.io.Serializable cannot be sent: seal the interface, or register what stands"
                + " behind it with ForyCodec.builder().register(...)"),
        arguments(
            Animal.class,
            "dev.weft.fory.RefusedTypesTest$Animal cannot be sent: seal the interface, or register"
                + " what stands behind it with ForyCodec.builder().register(...)"),
        arguments(
            Machine.class,
            "dev.weft.fory.RefusedTypesTest$Machine cannot be sent: seal the class, or register"
                + " what stands behind it with ForyCodec.builder().register(...)"),
        arguments(
            Shape.class,
            "subtype Angular: field Angular.drawer: java.lang.Thread cannot be sent: send the data"
                + " it stands for, in a record"),
        arguments(
            Worker.class,
            "dev.weft.fory.RefusedTypesTest$Worker cannot be sent: it extends java.lang.Thread"),
        arguments(
            Outer.Inner.class,
            "field Inner.this$0: dev.weft.fory.RefusedTypesTest$Outer cannot be sent:"
                + " dev.weft.fory.RefusedTypesTest$Outer$Inner is an inner class; make it static"),
        arguments(
            ANONYMOUS,
            ANONYMOUS.getName()
                + " cannot be sent: it has no name of its own; declare a record or a class"),
        arguments(
            Frozen.class,
            "dev.weft.fory.RefusedTypesTest$Frozen cannot be sent: it serializes itself; give a"
                + " serializer to ForyCodec.builder().serializer(...)"),
        arguments(
            Custom.class,
            "dev.weft.fory.RefusedTypesTest$Custom cannot be sent: it serializes itself; give a"
                + " serializer to ForyCodec.builder().serializer(...)"),
        arguments(
            External.class,
            "dev.weft.fory.RefusedTypesTest$External cannot be sent: it serializes itself; give a"
                + " serializer to ForyCodec.builder().serializer(...)"),
        arguments(
            new Of<Box<IllegalStateException>>() {}.type,
            "field Box.content: java.lang.IllegalStateException cannot be sent: an exception"
                + " travels only where a method declares it"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusalNamesThePathAndSaysWhatToDo(Type type, String message) {
    assertThatThrownBy(() ->
            new ForyCodec().bind(List.of(new ValueType("WordCounter.count: argument 1", type))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("WordCounter.count: argument 1: " + message);
  }

  @Test
  void localClassIsRefused() {
    class Local {
      int x = new ArrayList<String>().size();
    }
    assertThat(new Local().x).isZero();
    assertThatThrownBy(() -> bind(Local.class))
        .hasMessageContaining("it is a local class; declare it outside of the method");
  }

  @Test
  void localRecordIsSent() {
    record Local(int x) {}
    assertThat(roundTrip(Local.class, new Local(3))).isEqualTo(new Local(3));
  }

  @Test
  void staticAndTransientFieldsDoNotMatter() {
    assertThat(roundTrip(Skips.class, new Skips(3))).isEqualTo(new Skips(3));
    assertThat(
            ((HasTransient)
                    Objects.requireNonNull(roundTrip(HasTransient.class, new HasTransient())))
                .x)
        .isEqualTo(1);
  }

  @Test
  void typeThatExpandsForeverStillBinds() {
    Nest<String> nest = new Nest<>();
    nest.next = new Nest<>();
    Nest<?> back =
        (Nest<?>) Objects.requireNonNull(roundTrip(new Of<Nest<String>>() {}.type, nest));
    assertThat(back.next).isNotNull();
  }

  @Test
  void registeredTypesStandBehindInterfacesAbstractClassesAndObject() {
    ForyCodec codec = ForyCodec.builder().register(Dog.class, Cat.class, Lathe.class).build();
    Zoo zoo = new Zoo(new Dog("rex"), List.of(new Cat("tom", 9), new Dog("ben")), new Cat("x", 1));
    assertThat(roundTrip(bind(codec, Zoo.class), zoo)).isEqualTo(zoo);
    assertThat(roundTrip(bind(codec, Object.class), "text")).isEqualTo("text");
    assertThat(roundTrip(bind(codec, Object.class), List.of(1, "a"))).isEqualTo(List.of(1, "a"));
    Lathe lathe = new Lathe();
    lathe.power = 5;
    lathe.speed = 7;
    Lathe back = (Lathe) Objects.requireNonNull(roundTrip(bind(codec, Machine.class), lathe));
    assertThat(back.power).isEqualTo(5);
    assertThat(back.speed).isEqualTo(7);
  }

  @Test
  void registeredTypeIsLookedIntoAsWell() {
    ForyCodec codec = ForyCodec.builder().register(Order.class).build();
    assertThatThrownBy(() -> bind(codec, Object.class))
        .hasMessage(
            Carrier.PATH
                + ": registered Order: field Order.callback: java.lang.Runnable cannot be sent:"
                + " it is code, not data");
  }

  @Test
  void numbersBehindNumberAreSentWhenRegistered() {
    ForyCodec codec = ForyCodec.builder().register(Integer.class, Long.class).build();
    assertThat(roundTrip(bind(codec, Number.class), 5L)).isEqualTo(5L);
  }

  @Test
  void subclassNobodyKnowsIsRefusedWhenEncoded() {
    Marshaller marshaller = bind(HoldsOpen.class);
    assertThatThrownBy(() -> Carrier.encode(marshaller, new HoldsOpen(new Closed())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Carrier.PATH)
        .hasMessageContaining(
            "dev.weft.fory.RefusedTypesTest$Closed cannot be sent: it is none of the types")
        .hasMessageContaining("seal its supertype, or register it");
    assertThat(Carrier.encode(marshaller, new HoldsOpen(new Open()))).isNotEmpty();
  }

  @Test
  void registeredSubclassOfAnOpenClassIsSent() {
    Marshaller marshaller =
        bind(ForyCodec.builder().register(Closed.class).build(), HoldsOpen.class);
    HoldsOpen back =
        (HoldsOpen) Objects.requireNonNull(roundTrip(marshaller, new HoldsOpen(new Closed())));
    assertThat(back.open).isInstanceOf(Closed.class);
  }

  @Test
  void codeBehindObjectIsRefusedWhenEncoded() {
    Marshaller marshaller = bind(ForyCodec.builder().register(Dog.class).build(), Object.class);
    Runnable lambda = () -> {};
    for (Object value :
        new Object[] {
          lambda,
          String.class,
          Thread.currentThread(),
          new IllegalStateException("x"),
          new AtomicInteger(),
          new StringBuilder().reverse(),
          new Cat("tom", 9),
          List.of(lambda),
          Map.of("k", String.class),
        }) {
      assertThatThrownBy(() -> Carrier.encode(marshaller, value))
          .as("%s", value)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(".*(cannot be sent|hit disallowed list).*");
    }
    assertThat(roundTrip(marshaller, new Dog("rex"))).isEqualTo(new Dog("rex"));
  }

  @Test
  void wrongValueFailsOnlyItsOwnCall() {
    Marshaller marshaller = bind(new Of<List<Box<String>>>() {}.type);
    List<Object> wrong = Arrays.asList(new Box<>(Thread.currentThread()));
    assertThatThrownBy(() -> Carrier.encode(marshaller, wrong))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(roundTrip(marshaller, List.of(new Box<>("x")))).isEqualTo(List.of(new Box<>("x")));
  }

  @Test
  void classesWhoseNamesCollideAreRefused() {
    assertThat(ForyTypes.idOf("java.lang.String"))
        .isNotEqualTo(ForyTypes.idOf("java.lang.Integer"));
    assertThat(ForyTypes.idOf("dev.weft.Any")).isBetween(0, (1 << 28) - 1);
  }
}
