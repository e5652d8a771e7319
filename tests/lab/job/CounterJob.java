import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.source.datagen.DataGeneratorSource;
import org.apache.flink.streaming.api.functions.source.datagen.RandomGenerator;

/**
 * The lab's job: it counts how often each key was seen, for ever. One source for Flink
 * 1.12 to 2: no sink and no open() is known to all of them.
 *
 * <p>Arguments, each with a value: {@code --rate} records a second of each source (10),
 * {@code --keys} number of keys (16), {@code --name} of the job (counter), {@code --fail-after}
 * records after which every counting task throws (0 = never; it counts from each start, so
 * the job fails again after a restart), {@code --refuse} a text with which main itself
 * throws, {@code --uid} of the operator that counts (count), {@code --count} records after which it
 * is finished (0 = never). Parallelism comes with the submission, checkpointing from the cluster.
 */
public final class CounterJob {
  public static void main(String[] words) throws Exception {
    Map<String, String> options = options(words);
    if (options.containsKey("--refuse")) {
      throw new IllegalStateException(options.get("--refuse"));
    }
    long rate = Long.parseLong(options.getOrDefault("--rate", "10"));
    long keys = Long.parseLong(options.getOrDefault("--keys", "16"));
    long failAfter = Long.parseLong(options.getOrDefault("--fail-after", "0"));
    long count = Long.parseLong(options.getOrDefault("--count", "0"));
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    SingleOutputStreamOperator<Long> source =
        count > 0
            ? environment.fromSequence(1, count)
            : environment
                .addSource(new DataGeneratorSource<>(RandomGenerator.longGenerator(0, 1L << 40), rate, null))
                .returns(Types.LONG);
    source
        .uid("source")
        .name("source")
        .keyBy(number -> number % keys)
        .map(new Count(failAfter))
        .uid(options.getOrDefault("--uid", "count"))
        .name("count")
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

  private static final class Count extends RichMapFunction<Long, Long> {
    private final long failAfter;
    private transient long seen;
    private transient ValueState<Long> counted;

    Count(long failAfter) {
      this.failAfter = failAfter;
    }

    @Override
    public Long map(Long number) throws Exception {
      if (failAfter > 0 && ++seen > failAfter) {
        throw new IllegalStateException("failing on purpose after " + failAfter + " records");
      }
      if (counted == null) {
        counted = getRuntimeContext().getState(new ValueStateDescriptor<>("counted", Types.LONG));
      }
      long count = (counted.value() == null ? 0 : counted.value()) + 1;
      counted.update(count);
      return count;
    }
  }
}
