package dev.weft;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a client or server has done since its beginning or its last reset, all its connections
 * together, those that have ended included.
 *
 * <p>Taking it stops nobody, so it is no picture of one instant: what is under way just now may be
 * counted in one number and not yet in another. Nothing is lost: once all is quiet, all numbers are
 * right.
 *
 * @param openCalls calls that have begun and not ended, now
 * @param queuedCalls calls among them that wait to be sent (client) or to be begun (server), now
 * @param connections connections there are now; a server's from when they are accepted until they
 *     are closed
 * @param calls all calls that have ended
 * @param methods the same by method, such as {@code WordCounter.count}, in the order of their
 *     names; overloads together; what was called and does not exist is {@code (unknown)}
 * @param traffic bytes and system calls
 * @param dials attempts of a client to connect
 * @param dialErrors those that failed, in connecting or in the handshake
 * @param accepts connections that a server has accepted
 * @param acceptErrors attempts to accept that failed, and connections that were turned away
 */
public record Stats(
    int openCalls,
    int queuedCalls,
    int connections,
    CallStats calls,
    Map<String, CallStats> methods,
    TrafficStats traffic,
    long dials,
    long dialErrors,
    long accepts,
    long acceptErrors) {

  /** The map is copied. */
  public Stats {
    methods = Collections.unmodifiableMap(new TreeMap<>(methods));
  }

  /** Write system calls. */
  public long writes() {
    return traffic.writes();
  }

  /** Bytes handed to the transport. */
  public long bytesWritten() {
    return traffic.bytesWritten();
  }

  /** What {@link #bytesWritten} would have been without compression. */
  public long rawBytesWritten() {
    return traffic.rawBytesWritten();
  }

  /** Requests, responses and other messages written. */
  public long messagesWritten() {
    return traffic.messagesWritten();
  }

  /** Read system calls that brought something. */
  public long reads() {
    return traffic.reads();
  }

  /** Bytes taken from the transport. */
  public long bytesRead() {
    return traffic.bytesRead();
  }

  /** What {@link #bytesRead} would have been without compression. */
  public long rawBytesRead() {
    return traffic.rawBytesRead();
  }

  /** Messages read. */
  public long messagesRead() {
    return traffic.messagesRead();
  }

  /** The average time of an answered call; zero when there were none. */
  public Duration timePerCall() {
    return calls.latency().mean();
  }

  /** Bytes written for each call, on the average; zero when there were none. */
  public double bytesWrittenPerCall() {
    return perCall(bytesWritten());
  }

  /** Bytes read for each call, on the average; zero when there were none. */
  public double bytesReadPerCall() {
    return perCall(bytesRead());
  }

  /** Write system calls for each call, on the average; zero when there were none. */
  public double writesPerCall() {
    return perCall(writes());
  }

  /** Read system calls for each call, on the average; zero when there were none. */
  public double readsPerCall() {
    return perCall(reads());
  }

  private double perCall(long number) {
    long all = calls.calls();
    return all == 0 ? 0 : (double) number / all;
  }

  /**
   * What came after earlier statistics of the same client or server: all numbers but the first
   * three, which are about now.
   */
  public Stats since(Stats earlier) {
    Map<String, CallStats> more = new TreeMap<>();
    methods.forEach((method, stats) -> {
      CallStats before = earlier.methods.get(method);
      CallStats difference = before == null ? stats : stats.since(before);
      if (difference.calls() != 0) {
        more.put(method, difference);
      }
    });
    return new Stats(
        openCalls,
        queuedCalls,
        connections,
        calls.since(earlier.calls),
        more,
        traffic.since(earlier.traffic),
        dials - earlier.dials,
        dialErrors - earlier.dialErrors,
        accepts - earlier.accepts,
        acceptErrors - earlier.acceptErrors);
  }
}
