import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.functions.source.datagen.DataGenerator;

/**
 * The source: for each lane the numbers 1, 2, 3, …, all lanes in turn. A record is {@code number *
 * lanes + lane}. Its state is each lane's last number; every subtask reads all of it and has the
 * lanes that are its own at this parallelism.
 */
final class Numbers implements DataGenerator<Long> {
  private static final long serialVersionUID = 1;

  private final int lanes;
  private final Ledger ledger;
  private transient SortedMap<Integer, Long> last;
  private transient ListState<Tuple2<Integer, Long>> kept;
  private transient int turn;

  Numbers(int lanes, String ledger) {
    this.lanes = lanes;
    this.ledger = new Ledger(ledger, "source");
  }

  @Override
  public void open(String name, FunctionInitializationContext context, RuntimeContext runtime) throws Exception {
    int width = Ledger.task(runtime, "getNumberOfParallelSubtasks");
    if (width > lanes) {
      throw new IllegalStateException("--keys " + lanes + " are too few for a parallelism of " + width);
    }
    String from = ledger.open(runtime, context.getOperatorStateStore());
    last = new TreeMap<>();
    turn = Ledger.task(runtime, "getIndexOfThisSubtask");
    for (int lane = turn; lane < lanes; lane += width) {
      last.put(lane, 0L);
    }
    kept = context.getOperatorStateStore().getUnionListState(
        new ListStateDescriptor<>("last", Types.TUPLE(Types.INT, Types.LONG)));
    for (Tuple2<Integer, Long> one : kept.get()) {
      last.replace(one.f0, one.f1);
    }
    ledger.start(context.isRestored(), from, last, new TreeMap<>());
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    kept.clear();
    for (SortedMap.Entry<Integer, Long> one : last.entrySet()) {
      kept.add(Tuple2.of(one.getKey(), one.getValue()));
    }
    ledger.snapshot(context.getCheckpointId(), last, new TreeMap<>());
  }

  @Override
  public boolean hasNext() {
    return true;
  }

  @Override
  public Long next() {
    SortedMap<Integer, Long> later = last.tailMap(turn);
    int lane = later.isEmpty() ? last.firstKey() : later.firstKey();
    turn = lane + 1;
    return last.merge(lane, 1L, Long::sum) * lanes + lane;
  }
}
