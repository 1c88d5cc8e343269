package dev.weft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What calls cost on the wire, against the same calls as JSON over HTTP/1.1, with the JDK's own
 * client and server; both counted by a proxy, connections and handshakes included.
 *
 * <p>The workload: many callers at a time place orders in a shop, and learn what they cost.
 */
final class BytesPerCallTest {

  private static final int CALLS = 2_000;

  /** At a time. */
  private static final int CALLERS = 200;

  /** Each needs a connection of its own; how many they are makes no difference there. */
  private static final int HTTP_CALLERS = 20;

  @RegisterExtension private final World world = new World();

  /** The service of the workload. */
  public interface Shop {

    Receipt place(Order order);
  }

  /** What somebody buys. */
  public record Order(
      long orderNumber,
      String customer,
      String street,
      String city,
      String country,
      String currency,
      String shippingMethod,
      List<Item> items) {}

  /** One line of an order. */
  public record Item(String product, String title, int quantity, long unitPriceCents) {}

  /** What he has to pay. */
  public record Receipt(
      long orderNumber,
      String status,
      String warehouse,
      String carrier,
      long totalCents,
      long taxCents,
      String currency,
      List<ReceiptLine> lines) {}

  /** One line of a receipt. */
  public record ReceiptLine(String product, String availability, int quantity, long totalCents) {}

  private static final String[] FIRST = {"Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald"};
  private static final String[] LAST = {"Lovelace", "Hopper", "Turing", "Liskov", "Knuth"};
  private static final String[] STREETS = {"Station Road", "High Street", "Mill Lane", "Park Row"};
  private static final String[] CITIES = {"Cambridge", "Zurich", "Eindhoven", "Princeton"};
  private static final String[] SHIPPING = {"STANDARD", "EXPRESS", "PICKUP"};
  private static final Item[] GOODS = {
    new Item("SKU-100-4711", "Mechanical keyboard, 87 keys, brown switches", 1, 8_995),
    new Item("SKU-100-4712", "Mechanical keyboard, 105 keys, red switches", 1, 10_995),
    new Item("SKU-200-0815", "Wireless mouse, vertical, right hand", 1, 3_450),
    new Item("SKU-300-1001", "Monitor, 27 inches, 2560 x 1440, USB-C", 1, 32_900),
    new Item("SKU-400-2002", "USB-C cable, 2 m, braided, 100 W", 1, 1_290),
    new Item("SKU-500-3003", "Notebook stand, aluminium, foldable", 1, 4_590),
  };

  private static Order order(int number) {
    Random random = new Random(number);
    List<Item> items = new ArrayList<>();
    int count = 2 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      Item good = pick(random, GOODS);
      int quantity = 1 + random.nextInt(3);
      items.add(new Item(good.product(), good.title(), quantity, good.unitPriceCents()));
    }
    return new Order(
        20_260_000_000L + number,
        pick(random, FIRST) + " " + pick(random, LAST),
        (1 + random.nextInt(99)) + " " + pick(random, STREETS),
        pick(random, CITIES),
        "Switzerland",
        "CHF",
        pick(random, SHIPPING),
        items);
  }

  @SafeVarargs
  private static <T> T pick(Random random, T... all) {
    return all[random.nextInt(all.length)];
  }

  private static Receipt receipt(Order order) {
    long total = 0;
    List<ReceiptLine> lines = new ArrayList<>();
    for (Item item : order.items()) {
      long cents = item.quantity() * item.unitPriceCents();
      lines.add(new ReceiptLine(item.product(), "IN_STOCK", item.quantity(), cents));
      total += cents;
    }
    return new Receipt(
        order.orderNumber(),
        "CONFIRMED",
        "Warehouse North, Dock 7",
        "Swiss Post",
        total,
        total * 77 / 1077,
        order.currency(),
        lines);
  }

  /** Bytes per call, from the client and from the server. */
  private record Cost(double request, double response) {

    static Cost of(Tap tap) {
      double request = (double) tap.requests().bytes() / CALLS;
      return new Cost(request, (double) tap.responses().bytes() / CALLS);
    }
  }

  private interface Call {
    Receipt make(Order order) throws Exception;
  }

  /** Makes all calls, many at a time, and looks at each answer. */
  private static void call(int atATime, Call call) {
    AtomicInteger right = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int caller = 0; caller < atATime; caller++) {
      int each = CALLS / atATime;
      int first = caller * each;
      callers.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int number = first; number < first + each; number++) {
                  Order order = order(number);
                  try {
                    if (call.make(order).equals(receipt(order))) {
                      right.incrementAndGet();
                    }
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                }
              }));
    }
    callers.forEach(World::join);
    assertThat(right).hasValue(CALLS);
  }

  private Cost weft(String compression) throws IOException {
    RpcServer server = world.server(b -> b.service(Shop.class, BytesPerCallTest::receipt));
    try (Tap tap = Tap.before(URI.create(server.address()).getPort());
        RpcClient client =
            RpcClient.builder()
                .compressions(compression)
                .connect("tcp://127.0.0.1:" + tap.port())) {
      Shop shop = client.service(Shop.class);
      call(CALLERS, shop::place);
      return Cost.of(tap);
    }
  }

  private Cost http() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    // What is parsed from JSON there would be this.
    Map<String, Order> orders = new HashMap<>();
    for (int number = 0; number < CALLS; number++) {
      Order order = order(number);
      orders.put(json(order), order);
    }
    server.createContext(
        "/shop/orders",
        exchange -> {
          String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          byte[] response = json(receipt(orders.get(request))).getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, response.length);
          exchange.getResponseBody().write(response);
          exchange.close();
        });
    try (var executor = Executors.newVirtualThreadPerTaskExecutor();
        Tap tap = Tap.before(server.getAddress().getPort());
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      server.setExecutor(executor);
      server.start();
      URI uri = URI.create("http://127.0.0.1:" + tap.port() + "/shop/orders");
      call(
          HTTP_CALLERS,
          order -> {
            HttpRequest request =
                HttpRequest.newBuilder(uri)
                    .header("Content-Type", "application/json")
                    .header("Accept", "application/json")
                    .POST(BodyPublishers.ofString(json(order)))
                    .build();
            String answer = client.send(request, BodyHandlers.ofString()).body();
            Receipt receipt = receipt(order);
            assertThat(answer).isEqualTo(json(receipt));
            return receipt;
          });
      return Cost.of(tap);
    } finally {
      server.stop(0);
    }
  }

  private static String json(Order order) {
    return "{\"orderNumber\":%d,\"customer\":\"%s\",\"street\":\"%s\",\"city\":\"%s\",\"country\":\"%s\",\"currency\":\"%s\",\"shippingMethod\":\"%s\",\"items\":[%s]}"
        .formatted(
            order.orderNumber(),
            order.customer(),
            order.street(),
            order.city(),
            order.country(),
            order.currency(),
            order.shippingMethod(),
            order.items().stream()
                .map(item ->
                    "{\"product\":\"%s\",\"title\":\"%s\",\"quantity\":%d,\"unitPriceCents\":%d}"
                        .formatted(
                            item.product(), item.title(), item.quantity(), item.unitPriceCents()))
                .collect(Collectors.joining(",")));
  }

  private static String json(Receipt receipt) {
    return "{\"orderNumber\":%d,\"status\":\"%s\",\"warehouse\":\"%s\",\"carrier\":\"%s\",\"totalCents\":%d,\"taxCents\":%d,\"currency\":\"%s\",\"lines\":[%s]}"
        .formatted(
            receipt.orderNumber(),
            receipt.status(),
            receipt.warehouse(),
            receipt.carrier(),
            receipt.totalCents(),
            receipt.taxCents(),
            receipt.currency(),
            receipt.lines().stream()
                .map(line ->
                    "{\"product\":\"%s\",\"availability\":\"%s\",\"quantity\":%d,\"totalCents\":%d}"
                        .formatted(
                            line.product(),
                            line.availability(),
                            line.quantity(),
                            line.totalCents()))
                .collect(Collectors.joining(",")));
  }

  @Test
  void callsTakeFifteenTimesFewerBytesThanJsonOverHttp() throws IOException {
    Cost http = http();
    for (String compression : List.of("zstd", "deflate")) {
      Cost weft = weft(compression);
      assertThat(http.request() / weft.request()).as(compression + " requests").isGreaterThan(15);
      assertThat(http.response() / weft.response())
          .as(compression + " responses")
          .isGreaterThan(15);
    }
  }
}
