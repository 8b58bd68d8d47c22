package io.driftaware.examples.sampledata;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.commons.statistics.distribution.BetaDistribution;

/**
 * Generates the rows. Everything follows from the seed, and shares are met exactly: of 200 interactions at 2 %, four
 * are refused whatever the seed, and the ratings are the quantiles of their distribution. So a scenario shows what it is
 * meant to show with every seed. Topics have the same directions in every scenario of one seed.
 */
final class Generator {
    private static final double RATED_SHARE = 0.3;
    private static final double DOCUMENT_NOISE = 0.05;

    private final TopicVectors vectors;
    private final SplittableRandom documents;
    private final SplittableRandom baseline;
    private final SplittableRandom recent;

    Generator(int dimension, long seed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        vectors = new TopicVectors(dimension, seeds.split());
        documents = seeds.split();
        baseline = seeds.split();
        recent = seeds.split();
    }

    List<SampleDocument> documents(int count) {
        SampleTexts texts = new SampleTexts(documents);
        List<Topic> topics = quotas(List.of(20, 20, 20, 20, 20), count, documents);
        List<SampleDocument> result = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Topic topic = topics.get(i);
            result.add(new SampleDocument(
                    String.format("doc_%03d_%s.txt", i, topic.label()),
                    topic,
                    texts.title(topic),
                    texts.content(topic),
                    vectors.near(topic, DOCUMENT_NOISE, documents)));
        }
        return result;
    }

    /** One by one, because the vectors of many would fill the memory. */
    void baseline(int count, Instant from, Instant to, Consumer<SampleInteraction> target) {
        interactions(Behaviour.USUAL, count, from, to, baseline, target);
    }

    /** One by one, as for the baseline. */
    void recent(Scenario scenario, int count, Instant from, Instant to, Consumer<SampleInteraction> target) {
        interactions(scenario.recent(), count, from, to, recent, target);
    }

    private void interactions(
            Behaviour behaviour,
            int count,
            Instant from,
            Instant to,
            RandomGenerator random,
            Consumer<SampleInteraction> target) {
        List<Topic> topics = quotas(behaviour.topicWeights(), count, random);
        List<Boolean> refused = marks(behaviour.refusalRate(), count, random);
        List<Boolean> toxic = marks(behaviour.toxicityRate(), count, random);
        List<OptionalDouble> ratings = ratings(behaviour, count, random);
        SampleTexts texts = new SampleTexts(random);
        double step = (double) Duration.between(from, to).toMillis() / count;
        for (int i = 0; i < count; i++) {
            Topic topic = topics.get(i);
            target.accept(new SampleInteraction(
                    from.plusMillis((long) ((i + random.nextDouble()) * step)),
                    topic,
                    texts.query(topic),
                    texts.reply(topic, refused.get(i), toxic.get(i)),
                    refused.get(i),
                    toxic.get(i),
                    ratings.get(i),
                    vectors.near(topic, behaviour.noise(), random)));
        }
    }

    /** Each topic as often as its weight says, in random order. */
    private static List<Topic> quotas(List<Integer> weights, int count, RandomGenerator random) {
        List<Topic> topics = new ArrayList<>(count);
        int upTo = 0;
        for (Topic topic : Topic.values()) {
            upTo += weights.get(topic.ordinal());
            for (long end = Math.round(count * upTo / 100.0); topics.size() < end; ) {
                topics.add(topic);
            }
        }
        return shuffled(topics, random);
    }

    private static List<Boolean> marks(double rate, int count, RandomGenerator random) {
        long marked = Math.round(rate * count);
        List<Boolean> marks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            marks.add(i < marked);
        }
        return shuffled(marks, random);
    }

    private static List<OptionalDouble> ratings(Behaviour behaviour, int count, RandomGenerator random) {
        BetaDistribution distribution = BetaDistribution.of(behaviour.alpha(), behaviour.beta());
        long rated = Math.round(RATED_SHARE * count);
        List<OptionalDouble> ratings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ratings.add(
                    i < rated
                            ? OptionalDouble.of(
                                    hundredths(distribution.inverseCumulativeProbability((i + 0.5) / rated)))
                            : OptionalDouble.empty());
        }
        return shuffled(ratings, random);
    }

    /** As the column stores it. */
    private static double hundredths(double score) {
        return Math.round(score * 100) / 100.0;
    }

    private static <T> List<T> shuffled(List<T> list, RandomGenerator random) {
        List<T> copy = new ArrayList<>(list);
        Collections.shuffle(copy, new Random(random.nextLong()));
        return copy;
    }
}
