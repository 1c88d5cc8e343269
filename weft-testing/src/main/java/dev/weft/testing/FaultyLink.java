package dev.weft.testing;

import dev.weft.spi.ForwardingChannel;
import dev.weft.spi.TimeSource;
import dev.weft.spi.Transport;
import dev.weft.spi.TransportChannel;
import dev.weft.spi.TransportListener;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * A network inside a {@link Simulation} that fails as its seed says: a {@link FaultyTransport} in
 * memory to whose channels chance does what a test does by hand. Give the same one to the clients'
 * and the servers' builders.
 *
 * <p>Each channel, at each of its ends, gets some of the chosen {@link Fault}s when it is made, and
 * further ones from time to time, until somebody {@linkplain #heal heals} the network.
 *
 * <p>Inside of a simulation only.
 */
public final class FaultyLink implements Transport {

  /** What can happen. */
  public enum Fault {
    /** Reads and writes take few bytes at a time, down to one. */
    SPLIT,
    /**
     * What is read comes late, on each channel by another time: so channels overtake each other.
     */
    DELAY,
    /** A byte is another one. Weft trusts the transport in this: only TLS finds each. */
    CORRUPT,
    /** One end reads the end of the stream, and can write on. */
    HALF_CLOSE,
    /** Nothing is read, or written, for a while or for good. */
    STALL,
    /** A channel ends. */
    CUT,
    /** Connecting fails, or takes longer than it may. */
    REFUSE
  }

  private static final int SPLIT_BYTES_MAX = 40;

  /** In what a channel carries before it is cut or corrupted. */
  private static final int BYTES_MAX = 8_000;

  private static final int DELAY_MICROS_MAX = 20_000;

  private final Simulation simulation;
  private final TimeSource time;
  private final RandomGenerator random;
  private final Set<Fault> faults;
  private final Duration interval;
  private final FaultyTransport network;
  private final Map<Fault, Long> counts = new EnumMap<>(Fault.class);
  private BiConsumer<Fault, String> listener = (fault, what) -> {};
  private boolean healed;

  /** With all faults but {@link Fault#CORRUPT}, one each 100 ms or so for each channel. */
  public FaultyLink(Simulation simulation) {
    this(simulation, EnumSet.complementOf(EnumSet.of(Fault.CORRUPT)), Duration.ofMillis(100));
  }

  /**
   * With these faults only.
   *
   * @param faults which can happen; none: a network that works
   * @param interval how long there is peace on a channel, on the average, until the next one
   */
  public FaultyLink(Simulation simulation, Set<Fault> faults, Duration interval) {
    this.simulation = simulation;
    this.time = simulation.time();
    this.random = simulation.random();
    this.faults = faults.isEmpty() ? EnumSet.noneOf(Fault.class) : EnumSet.copyOf(faults);
    this.interval = interval;
    this.network = new FaultyTransport(new SteppingTransport(new MemoryTransport()), time);
    network.onChannel(this::begin);
  }

  /** Tells somebody of each fault, and what it is. Before it is used. */
  public void onFault(BiConsumer<Fault, String> newListener) {
    listener = newListener;
  }

  /** How many there were of each fault so far. */
  public Map<Fault, Long> counts() {
    return new EnumMap<>(counts);
  }

  /**
   * All channels that were made so far, both ends of each; see {@link FaultyTransport#channels}.
   */
  public List<FaultyChannel> channels() {
    return network.channels();
  }

  /**
   * Ends all faults for good: what is stalled goes on, delays are over. Channels end whose bytes
   * were changed, or of which one end has seen the end of the stream: what they carry means nothing
   * any more.
   */
  public void heal() {
    healed = true;
    for (FaultyChannel channel : network.channels()) {
      channel.splitReads(Integer.MAX_VALUE);
      channel.splitWrites(Integer.MAX_VALUE);
      channel.delayReads(Duration.ZERO);
      channel.cutAfterReading(Long.MAX_VALUE);
      channel.cutAfterWriting(Long.MAX_VALUE);
      channel.resumeReads();
      channel.resumeWrites();
      if (channel.isOpen() && !channel.isSound()) {
        channel.cut();
      }
    }
  }

  @Override
  public String scheme() {
    return network.scheme();
  }

  @Override
  public TransportChannel connect(URI address, Duration timeout) throws IOException {
    if (can(Fault.DELAY) && random.nextBoolean()) {
      await(Duration.ofNanos(random.nextLong(1_000L * DELAY_MICROS_MAX)));
    }
    if (can(Fault.REFUSE) && random.nextInt(4) == 0) {
      if (random.nextInt(4) > 0) {
        happens(Fault.REFUSE, "connecting to " + address + " fails");
        throw new IOException("cannot connect to " + address + ": the network refuses it");
      }
      happens(Fault.REFUSE, "connecting to " + address + " takes too long");
      await(timeout);
      throw new SocketTimeoutException("cannot connect to " + address + " in " + timeout);
    }
    return network.connect(address, timeout);
  }

  private void await(Duration duration) throws IOException {
    try {
      simulation.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while connecting", e);
    }
  }

  @Override
  public TransportListener listen(URI address) throws IOException {
    return network.listen(address);
  }

  private boolean can(Fault fault) {
    return !healed && faults.contains(fault);
  }

  private void happens(Fault fault, String what) {
    counts.merge(fault, 1L, Long::sum);
    simulation.trace(fault.name().hashCode());
    listener.accept(fault, what);
  }

  /** A channel is made. */
  private void begin(FaultyChannel channel) {
    if (can(Fault.SPLIT) && random.nextInt(3) == 0) {
      split(channel);
    }
    if (can(Fault.DELAY) && random.nextInt(3) == 0) {
      delay(channel);
    }
    if (can(Fault.CUT) && random.nextInt(8) == 0) {
      int bytes = position();
      if (random.nextBoolean()) {
        channel.cutAfterReading(bytes);
      } else {
        channel.cutAfterWriting(bytes);
      }
      happens(Fault.CUT, channel.peer() + " will be cut after " + bytes + " bytes");
    }
    if (can(Fault.CORRUPT) && random.nextInt(4) == 0) {
      int position = position();
      if (random.nextBoolean()) {
        channel.corruptRead(position);
      } else {
        channel.corruptWrite(position);
      }
      happens(Fault.CORRUPT, channel.peer() + " will have byte " + position + " changed");
    }
    later(channel);
  }

  /** The beginning is the most vulnerable: small numbers are likelier. */
  private int position() {
    return random.nextInt(1 + random.nextInt(BYTES_MAX));
  }

  private void later(FaultyChannel channel) {
    if (!healed && !faults.isEmpty()) {
      time.schedule(random.nextLong(2 * interval.toNanos()), () -> befall(channel));
    }
  }

  private void befall(FaultyChannel channel) {
    if (healed || !channel.isOpen()) {
      return;
    }
    List<Fault> possible = List.copyOf(faults); // in the order of the enum
    switch (possible.get(random.nextInt(possible.size()))) {
      case SPLIT -> split(channel);
      case DELAY -> delay(channel);
      case STALL -> stall(channel);
      case HALF_CLOSE -> {
        happens(Fault.HALF_CLOSE, channel.peer() + " has no more to read");
        channel.endReads();
      }
      case CUT -> {
        happens(Fault.CUT, channel.peer() + " is cut");
        channel.cut();
      }
      case CORRUPT, REFUSE -> {
        // Those are decided when a channel is made.
      }
    }
    later(channel);
  }

  private void split(FaultyChannel channel) {
    int bytes = 1 + random.nextInt(SPLIT_BYTES_MAX);
    happens(Fault.SPLIT, channel.peer() + " takes " + bytes + " bytes at a time");
    if (random.nextBoolean()) {
      channel.splitReads(bytes);
    } else {
      channel.splitWrites(bytes);
    }
  }

  private void delay(FaultyChannel channel) {
    int micros = random.nextInt(1 + random.nextInt(DELAY_MICROS_MAX));
    if (random.nextBoolean()) {
      micros -= micros % 1000; // whole numbers make things coincide
    }
    happens(Fault.DELAY, channel.peer() + " is late by " + micros + " us");
    channel.delayReads(Duration.ofNanos(1_000L * micros));
  }

  private void stall(FaultyChannel channel) {
    int kind = random.nextInt(3);
    if (kind != 0) {
      channel.stallReads();
    }
    if (kind != 1) {
      channel.stallWrites();
    }
    long nanos = random.nextLong(4 * interval.toNanos());
    boolean forGood = random.nextInt(4) == 0;
    happens(
        Fault.STALL,
        channel.peer() + " stalls " + (forGood ? "for good" : "for " + Duration.ofNanos(nanos)));
    if (!forGood) {
      time.schedule(
          nanos,
          () -> {
            channel.resumeReads();
            channel.resumeWrites();
          });
    }
  }

  @Override
  public String toString() {
    return "faulty link with " + faults;
  }

  /** Before and after whatever is done to a channel, other threads may go first. */
  private final class SteppingTransport implements Transport {

    private final Transport wrapped;

    SteppingTransport(Transport wrapped) {
      this.wrapped = wrapped;
    }

    @Override
    public String scheme() {
      return wrapped.scheme();
    }

    @Override
    public TransportChannel connect(URI address, Duration timeout) throws IOException {
      simulation.point();
      return new SteppingChannel(wrapped.connect(address, timeout));
    }

    @Override
    public TransportListener listen(URI address) throws IOException {
      TransportListener listening = wrapped.listen(address);
      return new TransportListener() {
        @Override
        public String address() {
          return listening.address();
        }

        @Override
        public TransportChannel accept() throws IOException {
          return new SteppingChannel(listening.accept());
        }

        @Override
        public void close() throws IOException {
          listening.close();
        }
      };
    }
  }

  private interface Operation {
    int run() throws IOException;
  }

  private final class SteppingChannel extends ForwardingChannel {

    SteppingChannel(TransportChannel wrapped) {
      super(wrapped);
    }

    private int step(Operation operation) throws IOException {
      simulation.point();
      int result = operation.run();
      simulation.trace(result);
      simulation.point();
      return result;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return step(() -> super.read(target));
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
      return step(() -> super.readNow(target));
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return step(() -> super.write(source));
    }

    @Override
    public boolean canWriteNow() {
      simulation.point();
      return super.canWriteNow();
    }

    @Override
    public int writeNow(ByteBuffer source) throws IOException {
      return step(() -> super.writeNow(source));
    }

    @Override
    public void close() throws IOException {
      simulation.point();
      super.close();
    }
  }
}
