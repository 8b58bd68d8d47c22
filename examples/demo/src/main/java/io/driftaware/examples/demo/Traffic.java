package io.driftaware.examples.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Draws the exchanges of a period. Which queries, answers and times come up is random, from the seed; how many
 * belong to a topic, are refused, rude or rated is a quota that is met exactly, so that what the monitor should find
 * does not depend on luck.
 */
final class Traffic {
    /** The most asked topic comes up this many times as often as the least asked one. */
    private static final double TOPIC_SPREAD = 2.5;

    private static final double RUDE_RATE = 0.005;
    private static final double RATED_SHARE = 0.25;
    private static final double NEW_TOPIC_REFUSAL_RATE = 0.35;

    private final Corpus corpus;
    private final SplittableRandom seeds;

    Traffic(Corpus corpus, long seed) {
        this.corpus = corpus;
        this.seeds = new SplittableRandom(seed);
    }

    List<Exchange> baseline(int count, Instant from, Instant to) {
        return period(count, from, to, 0, Scenario.USUAL_REFUSAL_RATE, Scores.USUAL);
    }

    List<Exchange> recent(int count, Instant from, Instant to, Scenario scenario) {
        return period(count, from, to, scenario.newTopicShare(), scenario.recentRefusalRate(), scenario.recentScores());
    }

    private List<Exchange> period(
            int count, Instant from, Instant to, double newShare, double refusalRate, Scores spread) {
        RandomGenerator random = seeds.split();
        int newCount = quota(count, newShare);
        List<Topic> topics = new ArrayList<>(count);
        addByWeight(corpus.newTopics(), newCount, topics);
        addByWeight(corpus.topics(), count - newCount, topics);

        // The new topics come first in the list, and are refused more often: the assistant knows nothing of them.
        int refusals = quota(count, refusalRate);
        int refusedNew = Math.min(refusals, quota(newCount, NEW_TOPIC_REFUSAL_RATE));
        BitSet refused = pick(refusedNew, 0, newCount, random);
        refused.or(pick(refusals - refusedNew, newCount, count, random));
        BitSet answered = (BitSet) refused.clone();
        answered.flip(0, count);
        BitSet rude = pickFrom(answered, quota(count, RUDE_RATE), random);

        List<Double> scores = shuffled(spread.of(quota(count, RATED_SHARE)), random);
        List<Instant> times = shuffled(times(count, from, to, random), random);
        List<Exchange> exchanges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Topic topic = topics.get(i);
            exchanges.add(new Exchange(
                    times.get(i),
                    topic,
                    topic.drawQuery(random),
                    reply(topic, refused.get(i), rude.get(i), random),
                    refused.get(i),
                    rude.get(i),
                    OptionalDouble.empty()));
        }
        exchanges.sort((a, b) -> a.at().compareTo(b.at()));
        return rated(exchanges, scores, random);
    }

    private String reply(Topic topic, boolean refused, boolean rude, RandomGenerator random) {
        if (refused) {
            return Topic.draw(corpus.refusals(), random).replace("{topic}", topic.title());
        }
        return rude ? Topic.draw(corpus.rudeReplies(), random) : topic.drawAnswer(random);
    }

    private static List<Exchange> rated(List<Exchange> exchanges, List<Double> scores, RandomGenerator random) {
        BitSet rated = pick(scores.size(), 0, exchanges.size(), random);
        List<Exchange> result = new ArrayList<>(exchanges);
        int next = 0;
        for (int i = rated.nextSetBit(0); i >= 0; i = rated.nextSetBit(i + 1)) {
            Exchange e = exchanges.get(i);
            OptionalDouble score = OptionalDouble.of(scores.get(next++));
            result.set(i, new Exchange(e.at(), e.topic(), e.query(), e.reply(), e.refused(), e.rude(), score));
        }
        return List.copyOf(result);
    }

    /** Shares that fall evenly from the first topic to the last, rounded so that they add up to {@code count}. */
    private static void addByWeight(List<Topic> topics, int count, List<Topic> target) {
        double total = topics.size() * (1 + TOPIC_SPREAD) / 2;
        double upTo = 0;
        int added = 0;
        for (int i = 0; i < topics.size(); i++) {
            upTo += TOPIC_SPREAD - (TOPIC_SPREAD - 1) * i / (topics.size() - 1);
            for (long end = Math.round(count * upTo / total); added < end; added++) {
                target.add(topics.get(i));
            }
        }
    }

    /** One time in each of {@code count} equal parts of the period. */
    private static List<Instant> times(int count, Instant from, Instant to, RandomGenerator random) {
        double step = (double) Duration.between(from, to).toMillis() / count;
        List<Instant> times = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            times.add(from.plusMillis((long) ((i + random.nextDouble()) * step)));
        }
        return times;
    }

    private static int quota(int count, double share) {
        return (int) Math.round(count * share);
    }

    private static BitSet pick(int count, int from, int to, RandomGenerator random) {
        BitSet all = new BitSet();
        all.set(from, to);
        return pickFrom(all, count, random);
    }

    private static BitSet pickFrom(BitSet candidates, int count, RandomGenerator random) {
        BitSet picked = new BitSet();
        shuffled(candidates.stream().boxed().toList(), random).stream()
                .limit(count)
                .forEach(picked::set);
        return picked;
    }

    private static <T> List<T> shuffled(List<T> list, RandomGenerator random) {
        List<T> copy = new ArrayList<>(list);
        Collections.shuffle(copy, new Random(random.nextLong()));
        return copy;
    }
}
