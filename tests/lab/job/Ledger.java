import java.io.IOException;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * What one subtask tells of its state, for the tests to read: a file that is only appended to, one
 * line of JSON for each event, each in one write, so that lines of several processes do not mix.
 *
 * <p>Events: {@code start} (what was restored, and from which snapshot by the snapshot's own
 * words), {@code snapshot} (what went into it), {@code complete}, {@code violation}. Every snapshot
 * has its own name in it, {@code <job's id>/<checkpoint's id>}. A line that cannot be written
 * fails the task.
 */
final class Ledger implements Serializable {
  private static final long serialVersionUID = 1;

  private final String file; // null: nothing is told
  private final String operator;
  private transient String job;
  private transient String who;
  private transient ListState<String> name;

  Ledger(String file, String operator) {
    this.file = file;
    this.operator = operator;
  }

  boolean isSilent() {
    return file == null;
  }

  /** Begins; the name of the snapshot that was restored, null without one. */
  String open(RuntimeContext context, OperatorStateStore store) throws Exception {
    job = context.getMetricGroup().getAllVariables().get("<job_id>");
    String attempt = context.getMetricGroup().getAllVariables().get("<task_attempt_num>");
    who = String.format("\"operator\":\"%s\",\"subtask\":%d,\"of\":%d,\"job\":\"%s\",\"attempt\":%s",
        operator, task(context, "getIndexOfThisSubtask"), task(context, "getNumberOfParallelSubtasks"), job, attempt);
    name = store.getUnionListState(new ListStateDescriptor<>("snapshot", Types.STRING));
    String restored = null;
    for (String one : name.get()) {
      if (restored != null && !restored.equals(one)) {
        violation("\"mixed\":[\"" + restored + "\",\"" + one + "\"]");
      }
      restored = one;
    }
    return restored;
  }

  /** A figure of the task, which Flink 2 has moved. */
  static int task(RuntimeContext context, String getter) throws Exception {
    try {
      Method info = RuntimeContext.class.getMethod("getTaskInfo");
      return (int) info.getReturnType().getMethod(getter).invoke(info.invoke(context));
    } catch (NoSuchMethodException older) {
      return (int) RuntimeContext.class.getMethod(getter).invoke(context);
    }
  }

  void start(boolean restored, String from, SortedMap<Integer, Long> numbers, SortedMap<Integer, Long> counts)
      throws IOException {
    write("start", String.format("\"restored\":%s,\"from\":%s,%s", restored, from == null ? null : '"' + from + '"',
        figures(numbers, counts)));
  }

  void snapshot(long checkpoint, SortedMap<Integer, Long> numbers, SortedMap<Integer, Long> counts) throws Exception {
    name.clear();
    name.add(job + "/" + checkpoint);
    write("snapshot", "\"checkpoint\":" + checkpoint + "," + figures(numbers, counts));
  }

  void complete(long checkpoint) throws IOException {
    write("complete", "\"checkpoint\":" + checkpoint);
  }

  void violation(String what) throws IOException {
    write("violation", what);
  }

  private static String figures(SortedMap<Integer, Long> numbers, SortedMap<Integer, Long> counts) {
    return "\"numbers\":" + json(numbers) + ",\"counts\":" + json(counts);
  }

  private static String json(SortedMap<Integer, Long> figures) {
    StringBuilder text = new StringBuilder("{");
    figures.forEach((lane, figure) ->
        text.append(text.length() > 1 ? "," : "").append('"').append(lane).append("\":").append(figure));
    return text.append('}').toString();
  }

  private void write(String event, String more) throws IOException {
    if (isSilent()) {
      return;
    }
    ByteBuffer line = StandardCharsets.UTF_8.encode("{\"event\":\"" + event + "\"," + who + "," + more + "}\n");
    try (FileChannel channel = FileChannel.open(
        Paths.get(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      channel.write(line);
    }
    if (line.hasRemaining()) {
      throw new IOException("half a line in " + file);
    }
  }
}
