package dev.weft.benchmarks;

import dev.weft.benchmarks.grpc.SmallMessage;

/** The small record as a protobuf message, for libraries without a format of their own. */
final class SmallProto {

  private static final SmallMessage TEMPLATE =
      SmallMessage.newBuilder().setText(Small.TEXT).addAllNumbers(Small.NUMBERS).build();

  private SmallProto() {}

  /** Requests share text and numbers with the template, as Weft's share those of {@link Small}. */
  static SmallMessage of(int number) {
    return TEMPLATE.toBuilder().setNumber(number).build();
  }

  /** As {@link Small#read}. */
  static int read(SmallMessage answer) {
    int size = answer.getNumbersCount();
    return Small.read(answer.getNumber(), answer.getText(), size, answer.getNumbers(size - 1));
  }
}
