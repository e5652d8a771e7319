import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Counts, by lane, what {@link Numbers} makes: keyed state of the last number and of how many there
 * were. A number that does not follow the last one is a violation. An operator and no function,
 * since only an operator can read its state of all keys.
 */
final class Count extends AbstractStreamOperator<Long> implements OneInputStreamOperator<Long, Long> {
  private static final long serialVersionUID = 1;
  private static final ValueStateDescriptor<Tuple2<Long, Long>> SEEN =
      new ValueStateDescriptor<>("seen", Types.TUPLE(Types.LONG, Types.LONG)); // the last number, how many

  private final int lanes;
  private final long failAfter;
  private final Ledger ledger;
  private transient long records;
  private transient ValueState<Tuple2<Long, Long>> seen;

  Count(int lanes, long failAfter, String ledger) {
    this.lanes = lanes;
    this.failAfter = failAfter;
    this.ledger = new Ledger(ledger, "count");
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    seen = context.getKeyedStateStore().getState(SEEN);
    if (ledger.isSilent()) {
      return;
    }
    String from = ledger.open(getRuntimeContext(), context.getOperatorStateStore());
    SortedMap<Integer, Long> counts = new TreeMap<>();
    SortedMap<Integer, Long> numbers = read(counts);
    ledger.start(context.isRestored(), from, numbers, counts);
  }

  /** The last number of every lane that is this subtask's, and into `counts` how many there were. */
  private SortedMap<Integer, Long> read(SortedMap<Integer, Long> counts) throws Exception {
    RuntimeContext context = getRuntimeContext();
    SortedMap<Integer, Long> numbers = new TreeMap<>();
    for (int lane = 0; lane < lanes; ++lane) {
      if (KeyGroupRangeAssignment.assignKeyToParallelOperator(
              (long) lane, Ledger.task(context, "getMaxNumberOfParallelSubtasks"),
              Ledger.task(context, "getNumberOfParallelSubtasks"))
          == Ledger.task(context, "getIndexOfThisSubtask")) {
        numbers.put(lane, 0L);
        counts.put(lane, 0L);
      }
    }
    this.<Long>getKeyedStateBackend().applyToAllKeys(
        VoidNamespace.INSTANCE, VoidNamespaceSerializer.INSTANCE, SEEN, (lane, state) -> {
          numbers.put(lane.intValue(), state.value().f0);
          counts.put(lane.intValue(), state.value().f1);
        });
    return numbers;
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    if (ledger.isSilent()) {
      return;
    }
    SortedMap<Integer, Long> counts = new TreeMap<>();
    SortedMap<Integer, Long> numbers = read(counts);
    ledger.snapshot(context.getCheckpointId(), numbers, counts);
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) throws Exception {
    super.notifyCheckpointComplete(checkpoint);
    ledger.complete(checkpoint);
  }

  @Override
  public void processElement(StreamRecord<Long> record) throws Exception {
    if (failAfter > 0 && ++records > failAfter) {
      throw new IllegalStateException("failing on purpose after " + failAfter + " records");
    }
    long number = record.getValue() / lanes;
    Tuple2<Long, Long> before = seen.value() == null ? Tuple2.of(0L, 0L) : seen.value();
    if (number != before.f0 + 1) {
      ledger.violation(String.format(
          "\"lane\":%d,\"number\":%d,\"last\":%d", record.getValue() % lanes, number, before.f0));
    }
    seen.update(Tuple2.of(number, before.f1 + 1));
    output.collect(record.replace(before.f1 + 1));
  }
}
