package dev.weft.spi;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Arrays that are lent, and taken back while they are read. */
public final class LoanStress {

  private static final byte BEFORE = 1;
  private static final byte AFTER = 2;
  private static final int LENGTH = 256;

  private LoanStress() {}

  private static byte[] array() {
    byte[] array = new byte[LENGTH];
    Arrays.fill(array, BEFORE);
    return array;
  }

  /** The lender goes on, and uses his array for something else, while it is copied. */
  @JCStressTest
  @Outcome(id = "as it was", expect = ACCEPTABLE, desc = "all is from before")
  @Outcome(expect = FORBIDDEN, desc = "what the lender did afterwards was read")
  @State
  public static class ReadAndTakeBack {
    private final byte[] array = array();
    private final Loan loan = new Loan(array);

    {
      loan.beginReading();
    }

    @Actor
    public void reader(L_Result result) {
      ByteBuffer target = ByteBuffer.allocate(LENGTH);
      loan.copyTo(target, 0, LENGTH / 2);
      loan.copyTo(target, LENGTH / 2, LENGTH / 2);
      loan.endReading();
      result.r1 = Arrays.equals(target.array(), array()) ? "as it was" : "changed";
    }

    @Actor
    public void lender() {
      loan.takeBack();
      Arrays.fill(array, AFTER);
    }
  }

  /** The call ends while somebody is about to read; {@code ended} stands for the call's state. */
  @JCStressTest
  @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "it was read as it was")
  @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the call was over, nothing was read")
  @Outcome(expect = FORBIDDEN, desc = "what the lender did afterwards was read")
  @State
  public static class BeginAndEnd {
    private final byte[] array = array();
    private final Loan loan = new Loan(array);
    private volatile boolean ended;

    @Actor
    public void reader(ZZ_Result result) {
      loan.beginReading();
      result.r1 = !ended;
      ByteBuffer target = ByteBuffer.allocate(LENGTH);
      if (result.r1) {
        loan.copyTo(target, 0, LENGTH);
      }
      loan.endReading();
      result.r2 = !result.r1 || Arrays.equals(target.array(), array());
    }

    @Actor
    public void lender() {
      ended = true;
      loan.takeBack();
      Arrays.fill(array, AFTER);
    }
  }
}
