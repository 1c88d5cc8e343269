package dev.weft;

/**
 * What a client or server has carried since its beginning, all its connections together. What is
 * under way just now may or may not be counted yet.
 *
 * @param openCalls calls that have begun and not ended, now
 * @param connections connections there are now
 * @param writes write system calls
 * @param bytesWritten bytes handed to the transport
 * @param rawBytesWritten what they would have been without compression
 * @param messagesWritten requests, responses and other messages written
 * @param reads read system calls that brought something
 * @param bytesRead bytes taken from the transport
 * @param rawBytesRead what they would have been without compression
 * @param messagesRead messages read
 */
public record Stats(
    int openCalls,
    int connections,
    long writes,
    long bytesWritten,
    long rawBytesWritten,
    long messagesWritten,
    long reads,
    long bytesRead,
    long rawBytesRead,
    long messagesRead) {

  static Stats of(int openCalls, int connections, long[] traffic) {
    return new Stats(
        openCalls,
        connections,
        traffic[0],
        traffic[1],
        traffic[6],
        traffic[2],
        traffic[3],
        traffic[4],
        traffic[7],
        traffic[5]);
  }
}
