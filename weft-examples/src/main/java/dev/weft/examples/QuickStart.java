package dev.weft.examples;

// The README's quick start: everything from here on.

import dev.weft.OneWay;
import dev.weft.RpcClient;
import dev.weft.RpcFunction;
import dev.weft.RpcServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

public class QuickStart {

  public interface WordCounter {
    Map<String, Integer> count(String line);

    CompletableFuture<Map<String, Integer>> countAsync(List<String> lines);

    @OneWay
    void forget(String word);
  }

  static class SimpleWordCounter implements WordCounter {
    private final Set<String> forgotten = ConcurrentHashMap.newKeySet();

    @Override
    public Map<String, Integer> count(String line) {
      Map<String, Integer> counts = new TreeMap<>();
      for (String word : line.split(" ", -1)) {
        if (!forgotten.contains(word)) {
          counts.merge(word, 1, Integer::sum);
        }
      }
      return counts;
    }

    @Override
    public CompletableFuture<Map<String, Integer>> countAsync(List<String> lines) {
      return CompletableFuture.completedFuture(count(String.join(" ", lines)));
    }

    @Override
    public void forget(String word) {
      forgotten.add(word);
    }
  }

  public static void main(String[] args) {
    try (RpcServer server =
            RpcServer.builder()
                .service(WordCounter.class, new SimpleWordCounter())
                .function("echo", String.class, String.class, text -> text)
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.connect(server.address())) {

      WordCounter counter = client.service(WordCounter.class);
      System.out.println(counter.count("to be or not to be"));
      System.out.println(counter.countAsync(List.of("to be", "or not to be")).join());
      counter.forget("or");

      RpcFunction<String, String> echo = client.function("echo", String.class, String.class);
      System.out.println(echo.call("hi"));
      System.out.println(echo.call("hi again", Duration.ofSeconds(1)));
      System.out.println(echo.callAsync("hi later").join());
    }
  }
}
