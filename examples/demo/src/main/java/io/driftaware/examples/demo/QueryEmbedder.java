package io.driftaware.examples.demo;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.AbstractInProcessEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxBertBiEncoder;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/** all-MiniLM-L6-v2 in this process: 384 dimensions, unit length, no network. */
final class QueryEmbedder implements AutoCloseable {
    static final String MODEL = "all-MiniLM-L6-v2";
    static final int DIMENSION = 384;

    private static final int BATCH = 64;

    private final ExecutorService threads;
    private final MiniLm model;

    /** @param nativeLibraries folder that the tokenizer's library is unpacked to */
    QueryEmbedder(Path nativeLibraries) {
        // The tokenizer's library would otherwise look for updates of itself and report its use.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("DJL_CACHE_DIR", nativeLibraries.toString());
        threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        model = new MiniLm(threads);
    }

    /**
     * Embeds texts, several at a time.
     *
     * @param texts each is embedded once, however often it occurs
     * @param progress told how many distinct texts are done
     */
    Map<String, float[]> embed(Collection<String> texts, IntConsumer progress) {
        List<String> distinct = texts.stream().distinct().toList();
        Map<String, float[]> vectors = new HashMap<>();
        for (int from = 0; from < distinct.size(); from += BATCH) {
            List<String> batch = distinct.subList(from, Math.min(from + BATCH, distinct.size()));
            List<TextSegment> segments = new ArrayList<>(batch.size());
            batch.forEach(text -> segments.add(TextSegment.from(text)));
            List<Embedding> embedded = model.embedAll(segments).content();
            for (int i = 0; i < batch.size(); i++) {
                vectors.put(batch.get(i), embedded.get(i).vector());
            }
            progress.accept(vectors.size());
        }
        return vectors;
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    /**
     * The packaged model on one thread per text. With its defaults, each text uses every core and the threads wait for
     * each other: half as fast, and far slower on a busy machine.
     */
    private static final class MiniLm extends AbstractInProcessEmbeddingModel {
        private final OnnxBertBiEncoder encoder;

        MiniLm(Executor threads) {
            super(threads);
            try (InputStream model = resource("all-minilm-l6-v2-q.onnx");
                    InputStream tokenizer = resource("all-minilm-l6-v2-q-tokenizer.json");
                    OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
                settings.setIntraOpNumThreads(1);
                OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession session = environment.createSession(model.readAllBytes(), settings);
                encoder = new OnnxBertBiEncoder(environment, session, tokenizer, PoolingMode.MEAN);
            } catch (IOException | OrtException e) {
                throw new DemoException("the embedding model cannot be loaded: " + e.getMessage());
            }
        }

        private static InputStream resource(String name) {
            InputStream resource = QueryEmbedder.class.getClassLoader().getResourceAsStream(name);
            if (resource == null) {
                throw new DemoException("the embedding model is not on the class path: " + name + " is missing");
            }
            return resource;
        }

        @Override
        protected OnnxBertBiEncoder model() {
            return encoder;
        }

        @Override
        protected Integer knownDimension() {
            return DIMENSION;
        }
    }
}
