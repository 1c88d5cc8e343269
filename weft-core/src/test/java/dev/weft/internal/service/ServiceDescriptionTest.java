package dev.weft.internal.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.CallContext;
import dev.weft.OneWay;
import dev.weft.Timeout;
import java.io.IOException;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class ServiceDescriptionTest {

  private static List<String> names(Class<?> type) {
    return describe(type).methods().stream().map(MethodDescription::name).toList();
  }

  private static ServiceDescription describe(Class<?> type) {
    return ServiceDescription.of("S", type);
  }

  private static MethodDescription only(Class<?> type) {
    assertThat(describe(type).methods()).hasSize(1);
    return describe(type).methods().get(0);
  }

  private static void refused(Class<?> type, String message) {
    assertThatThrownBy(() -> describe(type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  interface Plain {
    int add(int one, long other);

    String text(String[] words, Map<String, List<Integer>> map, int[][] numbers);

    void nothing();
  }

  @Test
  void methodsAreNamedByTheirErasedArguments() {
    assertThat(names(Plain.class))
        .containsExactly(
            "S.add(int,long)", "S.nothing()", "S.text([Ljava.lang.String;,java.util.Map,[[I)");
    MethodDescription add = describe(Plain.class).methods().get(0);
    assertThat(add.label()).isEqualTo("S.add");
    assertThat(add.arguments()).containsExactly(int.class, long.class);
    assertThat(add.result()).isEqualTo(int.class);
    assertThat(add.hasResult()).isTrue();
    assertThat(add.async()).isFalse();
    assertThat(add.oneWay()).isFalse();
    assertThat(add.takesContext()).isFalse();
    assertThat(add.timeout()).isNull();
    assertThat(add.isFunction()).isFalse();
    assertThat(describe(Plain.class).methods().get(1).hasResult()).isFalse();
  }

  interface Overloaded {
    int f(int number);

    long f(long number);

    String f(String text);

    String f(String text, String more);

    String f(List<String> texts);
  }

  @Test
  void overloadsAreToldApart() {
    assertThat(names(Overloaded.class))
        .containsExactly(
            "S.f(int)",
            "S.f(java.lang.String)",
            "S.f(java.lang.String,java.lang.String)",
            "S.f(java.util.List)",
            "S.f(long)");
  }

  interface WithLocalMethods {
    String remote();

    default String local() {
      return "local";
    }

    static String fixed() {
      return "static";
    }

    @Override
    String toString();

    @Override
    boolean equals(Object other);

    @Override
    int hashCode();
  }

  @Test
  void defaultStaticAndObjectsMethodsAreNotSent() {
    assertThat(names(WithLocalMethods.class)).containsExactly("S.remote()");
  }

  interface OnlyLocal {
    default void local() {}

    @Override
    String toString();
  }

  interface Empty {}

  @Test
  void aServiceHasMethods() {
    refused(
        Empty.class,
        Empty.class.getName() + " has no methods that could be called: abstract, and not Object's");
    refused(
        OnlyLocal.class,
        OnlyLocal.class.getName()
            + " has no methods that could be called: abstract, and not Object's");
  }

  sealed interface Closed permits Open {
    void f();
  }

  non-sealed interface Open extends Closed {}

  @Test
  void onlyOpenInterfacesAreServices() {
    refused(String.class, "java.lang.String is not an interface: a service is described by one");
    refused(
        Override.class, "java.lang.Override is not an interface: a service is described by one");
    refused(Closed.class, Closed.class.getName() + " is sealed: its stubs could not implement it");
    assertThat(names(Open.class)).containsExactly("S.f()");
  }

  interface Store<K, V> {
    V get(K key);

    void put(K key, V value);

    List<V> all(Map<K, List<? extends V>> filter);

    V[] array(K[] keys);

    CompletableFuture<V> later(K key);
  }

  interface TextStore<V> extends Store<String, V> {}

  interface Users extends TextStore<Integer> {}

  @Test
  void typeVariablesOfParentsMeanWhatTheChildSays() {
    assertThat(names(Users.class))
        .containsExactly(
            "S.all(java.util.Map)",
            "S.array([Ljava.lang.String;)",
            "S.get(java.lang.String)",
            "S.later(java.lang.String)",
            "S.put(java.lang.String,java.lang.Integer)");
    ServiceDescription users = describe(Users.class);
    MethodDescription all = users.methods().get(0);
    assertThat(all.arguments().get(0).getTypeName())
        .isEqualTo("java.util.Map<java.lang.String, java.util.List<java.lang.Integer>>");
    assertThat(all.result().getTypeName()).isEqualTo("java.util.List<java.lang.Integer>");
    MethodDescription array = users.methods().get(1);
    assertThat(array.result()).isEqualTo(Integer[].class);
    assertThat(array.arguments()).containsExactly(String[].class);
    assertThat(users.methods().get(2).result()).isEqualTo(Integer.class);
    assertThat(users.methods().get(3).result()).isEqualTo(Integer.class);
    assertThat(users.methods().get(3).async()).isTrue();
  }

  @Test
  void aTypeVariableWithoutAMeaningIsRefused() {
    assertThatThrownBy(() -> describe(TextStore.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "S\\.\\w+: (argument \\d|result): nobody knows what V stands for; make"
                + " an interface that extends .*TextStore with a type in its place");
  }

  @SuppressWarnings("rawtypes")
  interface Raw extends TextStore {}

  @Test
  void aRawParentIsRefused() {
    assertThatThrownBy(() -> describe(Raw.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nobody knows what");
  }

  interface GenericMethod {
    <T> T f(T value);
  }

  @Test
  void methodsWithTypeParametersAreRefused() {
    refused(
        GenericMethod.class,
        "S.f: has type parameters of its own, which nobody could know at run time");
  }

  interface GivesObject {
    Object f(String text);
  }

  interface GivesNumber {
    Number f(String text);
  }

  interface GivesInteger {
    Integer f(String text);

    String a(String text);

    int b(String text);

    void z(String text);
  }

  interface All extends GivesObject, GivesNumber, GivesInteger {}

  interface AllBackwards extends GivesInteger, GivesNumber, GivesObject {}

  interface Narrowed extends GivesNumber {
    @Override
    Integer f(String text);
  }

  @Test
  void theNarrowestResultCounts() {
    for (Class<?> type : List.of(All.class, AllBackwards.class)) {
      MethodDescription method =
          describe(type).methods().stream()
              .filter(each -> each.label().equals("S.f"))
              .findFirst()
              .orElseThrow();
      assertThat(method.result()).as("of %s", type).isEqualTo(Integer.class);
      assertThat(describe(type).methods()).hasSize(4);
    }
    assertThat(only(Narrowed.class).result()).isEqualTo(Integer.class);
  }

  interface Big {
    // More than 32 methods, the size at which a sort notices that an order is none.
    Object m00();

    String m01();

    int m02();

    Integer m03();

    Number m04();

    Object m05();

    String m06();

    int m07();

    Integer m08();

    Number m09();

    Object m10();

    String m11();

    int m12();

    Integer m13();

    Number m14();

    Object m15();

    String m16();

    int m17();

    Integer m18();

    Number m19();

    Object m20();

    String m21();

    int m22();

    Integer m23();

    Number m24();

    Object m25();

    String m26();

    int m27();

    Integer m28();

    Number m29();

    Object m30();

    String m31();

    int m32();

    Integer m33();

    Number m34();
  }

  @Test
  void bigInterfacesAreServicesToo() {
    assertThat(names(Big.class)).hasSize(35).isSorted();
  }

  interface Left {
    void f(String text) throws IOException;

    void note(String text);
  }

  interface Right {
    void f(String text);

    void note(String text);
  }

  interface Both extends Left, Right {}

  interface BothBackwards extends Right, Left {}

  interface Note {
    void note(String text);
  }

  interface OneWayNote {
    @OneWay
    void note(String text);
  }

  interface BothNotes extends Note, OneWayNote {}

  @Test
  void whatIsOneWayForOneParentOnlyIsRefused() {
    assertThatThrownBy(() -> describe(BothNotes.class))
        .hasMessage("S.note: one of its declarations is @OneWay and another is not");
  }

  @Test
  void whatTwoParentsDeclareIsTheSameWhateverTheirOrder() {
    List<MethodDescription> one = describe(Both.class).methods();
    List<MethodDescription> other = describe(BothBackwards.class).methods();
    assertThat(one)
        .extracting(MethodDescription::name)
        .containsExactly("S.f(java.lang.String)", "S.note(java.lang.String)");
    for (int i = 0; i < one.size(); i++) {
      assertThat(one.get(i).exceptions()).isEqualTo(other.get(i).exceptions());
      assertThat(one.get(i).oneWay()).isEqualTo(other.get(i).oneWay());
      assertThat(one.get(i).declarations())
          .hasSize(2)
          .containsExactlyInAnyOrderElementsOf(other.get(i).declarations());
    }
  }

  interface NotesOneWay {
    @OneWay
    void note(String text);
  }

  interface NotesBothWays extends NotesOneWay, Right {}

  @Test
  void oneWayForOneParentAndNotForTheOtherIsRefused() {
    refused(NotesBothWays.class, "S.note: one of its declarations is @OneWay and another is not");
  }

  interface Futures {
    CompletableFuture<String> one(int number);

    CompletionStage<List<String>> stage();

    CompletableFuture<Void> nothing();

    CompletableFuture<?> anything();
  }

  @Test
  void aFuturesResultIsWhatItPromises() {
    List<MethodDescription> methods = describe(Futures.class).methods();
    assertThat(methods).allMatch(MethodDescription::async);
    assertThat(methods.get(0).result()).isEqualTo(Object.class);
    assertThat(methods.get(1).result()).isEqualTo(Void.class);
    assertThat(methods.get(1).hasResult()).isFalse();
    assertThat(methods.get(2).result()).isEqualTo(String.class);
    assertThat(methods.get(3).result().getTypeName()).isEqualTo("java.util.List<java.lang.String>");
  }

  interface RawFuture {
    @SuppressWarnings("rawtypes")
    CompletableFuture f();
  }

  interface PlainFuture {
    Future<String> f();
  }

  @Test
  void aRawFutureIsRefused() {
    refused(
        RawFuture.class,
        "S.f: result: a raw future does not say of what; write CompletableFuture<Something>");
  }

  @Test
  void anotherKindOfFutureIsAResultLikeAnyOther() {
    assertThat(only(PlainFuture.class).async()).isFalse(); // and refused by codecs
  }

  interface OneWays {
    @OneWay
    void f(String text);
  }

  interface OneWayWithResult {
    @OneWay
    int f();
  }

  interface OneWayWithFuture {
    @OneWay
    CompletableFuture<Void> f();
  }

  interface OneWayThatThrows {
    @OneWay
    void f() throws IOException;
  }

  @Test
  void oneWayMethodsReturnNothingAndThrowNothing() {
    assertThat(only(OneWays.class).oneWay()).isTrue();
    String message = "S.f: is @OneWay, so it must return void and declare no exceptions";
    refused(OneWayWithResult.class, message);
    refused(OneWayWithFuture.class, message);
    refused(OneWayThatThrows.class, message);
  }

  interface Throwing {
    void f() throws IOException, InterruptedException;
  }

  @Test
  void declaredExceptionsAreKnown() {
    assertThat(only(Throwing.class).exceptions())
        .containsExactly(IOException.class, InterruptedException.class);
  }

  interface WithContext {
    String f(CallContext context, String text);

    String g(String text, int number);
  }

  @Test
  void aLeadingContextIsNotSent() {
    MethodDescription f = describe(WithContext.class).methods().get(0);
    assertThat(f.name()).isEqualTo("S.f(java.lang.String)");
    assertThat(f.takesContext()).isTrue();
    assertThat(f.arguments()).containsExactly(String.class);
  }

  interface WithAndWithoutContext {
    String f(CallContext context, String text);

    String f(String text);
  }

  @Test
  void theSameMethodWithAndWithoutContextIsRefused() {
    refused(
        WithAndWithoutContext.class,
        "S.f: is there with and without a call context, and so twice under one name; rename one of"
            + " the two");
  }

  @Timeout(millis = 500)
  interface Timed {
    void plain();

    @Timeout(millis = 20)
    void quick();
  }

  interface InheritsTimed extends Timed {
    void own();
  }

  @Timeout(millis = 900)
  interface Child extends Plain {}

  interface BadTimeout {
    @Timeout(millis = 0)
    void f();
  }

  interface LongTimeout {
    @Timeout(millis = Long.MAX_VALUE)
    void f();
  }

  @Test
  void timeoutsStandAtTheMethodElseAtTheInterface() {
    List<MethodDescription> timed = describe(Timed.class).methods();
    assertThat(timed.get(0).timeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(timed.get(1).timeout()).isEqualTo(Duration.ofMillis(20));
    List<MethodDescription> inherited = describe(InheritsTimed.class).methods();
    assertThat(inherited.get(0).timeout()).as("own").isNull();
    assertThat(inherited.get(1).timeout()).as("plain").isEqualTo(Duration.ofMillis(500));
    assertThat(describe(Child.class).methods().get(0).timeout()).isEqualTo(Duration.ofMillis(900));
    refused(BadTimeout.class, "S.f: @Timeout of 0 ms is not between 1 ms and PT168H");
    refused(
        LongTimeout.class,
        "S.f: @Timeout of 9223372036854775807 ms is not between 1 ms and PT168H");
  }

  @Test
  void bothEndsDeriveTheSameFromTheInterface() {
    for (Class<?> type : List.of(Users.class, Overloaded.class, All.class)) {
      ServiceDescription one = describe(type);
      ServiceDescription again = describe(type);
      assertThat(again).isEqualTo(one);
      assertThat(again.hashCode()).isEqualTo(one.hashCode());
    }
  }

  @Test
  void theDefaultNameIsTheSimpleName() {
    assertThat(ServiceDescription.defaultName(Plain.class)).isEqualTo("Plain");
  }

  @Test
  void namesOfServicesAreChecked() {
    for (String name : List.of("", " ", "\t")) {
      assertThatThrownBy(() -> ServiceDescription.of(name, Plain.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a service's name must not be empty");
    }
    for (String name : List.of("a.b", "a(", "(")) {
      assertThatThrownBy(() -> ServiceDescription.of(name, Plain.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("service name \"" + name + "\": must not contain a dot or a parenthesis");
    }
    String tooLong = "x".repeat(1025);
    assertThatThrownBy(() -> ServiceDescription.of(tooLong, Plain.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the name " + "x".repeat(40) + "... has 1025 bytes, over the limit of 1024");
    assertThatThrownBy(() -> ServiceDescription.of("x".repeat(1020), Plain.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("over the limit of 1024");
  }

  @Test
  void namesOfFunctionsAreChecked() {
    assertThat(MethodDescription.function("a.b c", String.class, int.class).name())
        .isEqualTo("a.b c");
    assertThatThrownBy(() -> MethodDescription.function("", String.class, int.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a function's name must not be empty");
    assertThatThrownBy(() -> MethodDescription.function("f(x)", String.class, int.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("function name \"f(x)\": a parenthesis is reserved for methods of services");
    assertThatThrownBy(() -> MethodDescription.function("ü".repeat(513), String.class, int.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the name " + "ü".repeat(40) + "... has 1026 bytes, over the limit of 1024");
    MethodDescription function = MethodDescription.function("f", String.class, Void.class);
    assertThat(function.hasResult()).isFalse();
    assertThat(function.isFunction()).isTrue();
  }

  interface DeclaredMap {
    Map<String, List<Integer>> f();
  }

  interface DeclaredArray {
    List<List<String>>[] f();
  }

  @Test
  void resolvedTypesEqualTheirLike() throws NoSuchMethodException {
    // Codecs look types up in maps, next to those that the JDK makes.
    Type declared = DeclaredMap.class.getMethod("f").getGenericReturnType();
    TypeVariables variables = TypeVariables.of(Users.class);
    Type resolved = variables.resolve(declared, "here");
    assertThat(resolved).isEqualTo(declared);
    assertThat(declared).isEqualTo(resolved);
    assertThat(resolved.hashCode()).isEqualTo(declared.hashCode());
    assertThat(resolved.getTypeName()).isEqualTo(declared.getTypeName());
    assertThat(TypeVariables.erase(resolved)).isEqualTo(Map.class);
  }

  interface Nested<T> {
    List<T>[] f(T[][] values);
  }

  interface NestedOfLists extends Nested<List<String>> {}

  @Test
  void arraysOfGenericTypesAreResolved() throws NoSuchMethodException {
    MethodDescription f = only(NestedOfLists.class);
    assertThat(f.name()).isEqualTo("S.f([[Ljava.util.List;)");
    assertThat(f.result().getTypeName())
        .isEqualTo("java.util.List<java.util.List<java.lang.String>>[]");
    Type declared = DeclaredArray.class.getMethod("f").getGenericReturnType();
    assertThat(declared).isEqualTo(f.result());
    assertThat(f.result()).isEqualTo(declared);
    assertThat(f.result().hashCode()).isEqualTo(declared.hashCode());
  }
}
