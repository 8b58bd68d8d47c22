package io.driftaware.runner.reindex;

import static org.assertj.core.api.Assertions.assertThat;

import io.driftaware.runner.openai.FakeOpenAi;
import io.driftaware.runner.openai.OpenAiClient;
import io.driftaware.testdb.TestDatabase;
import io.driftaware.testdb.VectorKind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A database with twenty documents of an old model, and a fake server of models. Their names end with their dimension. */
@Timeout(120)
abstract class TwentyDocuments {
    static final String NEW = "new-model-6";
    static final UUID RUN = new UUID(0, 7);

    final FakeOpenAi fake = FakeOpenAi.start();
    TestDatabase db = TestDatabase.empty();

    abstract TestDatabase open();

    @BeforeEach
    void twenty_documents() {
        db = open();
        for (int i = 1; i <= 20; i++) {
            insert("s" + i, "about topic" + (i % 4) + " number " + i);
        }
    }

    @AfterEach
    void close() {
        db.close();
        fake.close();
    }

    String literal(float[] vector) {
        String numbers = Arrays.toString(vector).replace(" ", "");
        return db.vectorKind() == VectorKind.VECTOR
                ? numbers
                : numbers.replace('[', '{').replace(']', '}');
    }

    void insert(String source, String content) {
        db.execute("INSERT INTO documents (source, content, embedding) VALUES ('" + source + "', '" + content + "', '"
                + literal(fake.vector("old-model-4", 4, content)) + "')");
    }

    Reindexer reindexer(ReindexSettings settings, DocumentSource... sources) {
        return reindexer(NEW, 6, settings, sources);
    }

    Reindexer reindexer(String model, int dimension, ReindexSettings settings, DocumentSource... sources) {
        OpenAiClient client = new OpenAiClient(fake.url(), FakeOpenAi.KEY, Duration.ofSeconds(2), 1 << 19);
        return new Reindexer(
                db.dataSource(),
                new OpenAiEmbedder(client, model, dimension, false),
                List.of(sources),
                settings,
                InstantSource.system());
    }

    static ReindexSettings small() {
        return new ReindexSettings(6, 10_000, 1_000, 0, 0, 0, 0.5, Duration.ofSeconds(3));
    }

    static ReindexStatus finish(Reindexer reindexer) throws Exception {
        Reindexer.Slice slice = reindexer.work(Duration.ofSeconds(20));
        while (!slice.status().state().ended()) {
            Thread.sleep(Math.min(slice.next().toMillis(), 200));
            slice = reindexer.work(Duration.ofSeconds(20));
        }
        return slice.status();
    }

    void assertEveryDocumentHas(String model, int dimension) {
        assertThat(db.count("SELECT count(*) FROM documents")).isPositive();
        assertThat(db.count("SELECT count(*) FROM documents WHERE content_hash IS DISTINCT FROM md5(content)"
                        + " OR embedding_model IS DISTINCT FROM '" + model + "'"))
                .isZero();
        for (int i = 1; i <= db.count("SELECT max(id) FROM documents"); i++) {
            String content = db.value("SELECT content FROM documents WHERE id = " + i);
            if (content != null) {
                assertThat(db.value("SELECT embedding::text FROM documents WHERE id = " + i))
                        .isEqualTo(db.value("SELECT " + typed(literal(fake.vector(model, dimension, content)))));
            }
        }
    }

    private String typed(String literal) {
        return "'" + literal + "'::" + (db.vectorKind() == VectorKind.VECTOR ? "vector" : "real[]") + "::text";
    }
}
