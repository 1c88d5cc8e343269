package dev.weft.benchmarks;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/** {@link Small} for libraries that want a serializable bean: not all of them know records. */
public final class SmallBean implements Serializable {

  private static final long serialVersionUID = 1L;

  private int number;
  private String text = "";
  private ArrayList<Integer> numbers = new ArrayList<>();

  /** For those who fill it later. */
  public SmallBean() {}

  /** The request of this number. */
  static SmallBean of(int number) {
    SmallBean bean = new SmallBean();
    bean.number = number;
    bean.text = Small.TEXT;
    bean.numbers = NUMBERS;
    return bean;
  }

  private static final ArrayList<Integer> NUMBERS = new ArrayList<>(Small.NUMBERS);

  /** As {@link Small#read}. */
  int read() {
    int size = numbers.size();
    return Small.read(number, text, size, numbers.get(size - 1));
  }

  /** See {@link Small}. */
  public int getNumber() {
    return number;
  }

  /** See {@link Small}. */
  public void setNumber(int newNumber) {
    number = newNumber;
  }

  /** See {@link Small}. */
  public String getText() {
    return text;
  }

  /** See {@link Small}. */
  public void setText(String newText) {
    text = newText;
  }

  /** See {@link Small}. */
  public List<Integer> getNumbers() {
    return numbers;
  }

  /** See {@link Small}. */
  public void setNumbers(List<Integer> newNumbers) {
    numbers = new ArrayList<>(newNumbers);
  }
}
