import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;

/** Kafka Streams: parses JSON and keeps one sum a key, in RocksDB with a changelog. Nothing else of our job. */
public final class KafkaStreamsSum {
    private KafkaStreamsSum() {}

    public static void main(String[] arguments) {
        String broker = arguments[0], topic = arguments[1], folder = arguments[3];
        long wanted = Long.parseLong(arguments[2]);
        Properties settings = new Properties();
        settings.put("application.id", "kafka-streams-sum");
        settings.put("bootstrap.servers", broker);
        settings.put("state.dir", folder);
        settings.put("auto.offset.reset", "earliest");
        settings.put("num.stream.threads", "1");
        settings.put("statestore.cache.max.bytes", "0");
        ObjectMapper json = new ObjectMapper();
        AtomicLong count = new AtomicLong(), first = new AtomicLong();
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(topic, Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
                .groupByKey()
                .aggregate(
                        () -> 0.0,
                        (key, value, sum) -> {
                            long seen = count.incrementAndGet();
                            if (seen == 1) first.set(System.nanoTime());
                            if (seen == wanted) {
                                System.out.printf("seconds %.6f%n", (System.nanoTime() - first.get()) / 1e9);
                                System.out.flush();
                            }
                            try {
                                return sum + json.readTree(value).size();
                            } catch (java.io.IOException error) {
                                throw new java.io.UncheckedIOException(error);
                            }
                        },
                        Materialized.with(Serdes.ByteArray(), Serdes.Double()));
        KafkaStreams streams = new KafkaStreams(builder.build(), settings);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }
}
