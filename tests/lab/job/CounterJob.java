import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.datagen.DataGeneratorSource;

/**
 * The lab's job: a source of consecutive numbers ({@link Numbers}) and a counter behind it that sees
 * loss and duplication ({@link Count}); both tell what they keep and what they were restored with
 * ({@link Ledger}). One source for Flink 1.12 to 2: no sink and no open() is known to all of them.
 *
 * <p>Arguments, each with a value: {@code --rate} records a second of each source (10),
 * {@code --keys} number of lanes (16), {@code --name} of the job (counter), {@code --fail-after}
 * records after which every counting task throws (0 = never; it counts from each start, so
 * the job fails again after a restart), {@code --refuse} a text with which main itself
 * throws, {@code --uid} of the operator that counts (count), {@code --source-uid} (source), {@code
 * --count} records after which it is finished (0 = never), {@code --ledger} the file of the ledger
 * (none). Parallelism comes with the submission, checkpointing from the cluster.
 */
public final class CounterJob {
  public static void main(String[] words) throws Exception {
    Map<String, String> options = options(words);
    if (options.containsKey("--refuse")) {
      throw new IllegalStateException(options.get("--refuse"));
    }
    long rate = Long.parseLong(options.getOrDefault("--rate", "10"));
    int lanes = Integer.parseInt(options.getOrDefault("--keys", "16"));
    long failAfter = Long.parseLong(options.getOrDefault("--fail-after", "0"));
    long count = Long.parseLong(options.getOrDefault("--count", "0"));
    String ledger = options.get("--ledger");
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    if (count > 0 && ledger != null) {
      throw new IllegalArgumentException("--count: a job that ends has its numbers in no order, and no ledger");
    }
    SingleOutputStreamOperator<Long> source =
        count > 0
            ? environment.fromSequence(1, count)
            : environment
                .addSource(new DataGeneratorSource<>(new Numbers(lanes, ledger), rate, null))
                .returns(Types.LONG);
    source
        .uid(options.getOrDefault("--source-uid", "source"))
        .name("source")
        .keyBy(record -> record % lanes)
        .transform("count", Types.LONG, new Count(lanes, failAfter, ledger))
        .uid(options.getOrDefault("--uid", "count"))
        .filter(counted -> false)
        .uid("sink")
        .name("sink");
    environment.execute(options.getOrDefault("--name", "counter"));
  }

  private static Map<String, String> options(String[] words) {
    if (words.length % 2 != 0) {
      throw new IllegalArgumentException("options come in pairs: --name value");
    }
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      options.put(words[i], words[i + 1]);
    }
    return options;
  }
}
