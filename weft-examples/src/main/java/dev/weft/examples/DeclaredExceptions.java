package dev.weft.examples;

import dev.weft.RpcClient;
import dev.weft.RpcServer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Exceptions that a method declares arrive as themselves, with what they carry. */
public final class DeclaredExceptions {

  private DeclaredExceptions() {}

  /** Thrown when there is not enough in the account. */
  public static final class NotEnough extends Exception {

    private static final long serialVersionUID = 1L;

    private final long missing;

    /** Made by the bank, and again at its customer's. */
    public NotEnough(String message, long missing) {
      super(message);
      this.missing = missing;
    }

    /** How much more there should have been. */
    public long missing() {
      return missing;
    }
  }

  /** A bank. */
  public interface Bank {
    /** Takes money out of an account, and says what is left. */
    long withdraw(String account, long amount) throws NotEnough;
  }

  private static final class SmallBank implements Bank {

    private final Map<String, Long> accounts = new ConcurrentHashMap<>(Map.of("ann", 100L));

    @Override
    public synchronized long withdraw(String account, long amount) throws NotEnough {
      long left = accounts.getOrDefault(account, 0L) - amount;
      if (left < 0) {
        throw new NotEnough(account + " has not enough", -left);
      }
      accounts.put(account, left);
      return left;
    }
  }

  /** Runs it. */
  public static void main(String[] args) {
    try (RpcServer server =
            RpcServer.builder()
                .service(Bank.class, new SmallBank())
                .listen("tcp://127.0.0.1:0")
                .start();
        RpcClient client = RpcClient.connect(server.address())) {

      Bank bank = client.service(Bank.class);
      try {
        System.out.println("left: " + bank.withdraw("ann", 70));
        System.out.println("left: " + bank.withdraw("ann", 70));
      } catch (NotEnough e) {
        System.out.println(e.getMessage() + ": " + e.missing() + " more");
      }
    }
  }
}
