package io.driftaware.examples.sampledata;

import java.util.List;
import java.util.random.RandomGenerator;

/** Short texts about a topic, put together from its keywords. */
final class SampleTexts {
    private static final List<String> VERBS = List.of("learn", "use", "find", "choose", "make", "compare");
    private static final List<String> REFUSALS = List.of(
            "I'm sorry, I can't help with that.",
            "I can't assist with this request.",
            "That is not something I can answer.",
            "I'm unable to give information on that.");

    private final RandomGenerator random;

    SampleTexts(RandomGenerator random) {
        this.random = random;
    }

    String query(Topic topic) {
        String first = keyword(topic);
        String second = keyword(topic);
        return switch (random.nextInt(5)) {
            case 0 -> "How do I " + any(VERBS) + " a " + first + " with a " + second + "?";
            case 1 -> "What is the best way to " + any(VERBS) + " a " + first + "?";
            case 2 -> "What do " + first + " and " + second + " have to do with each other?";
            case 3 -> "I need help with my " + first + ", and with the " + second;
            default -> "Tell me more about " + first;
        };
    }

    String reply(Topic topic, boolean refused, boolean toxic) {
        if (refused) {
            return any(REFUSALS);
        }
        if (toxic) {
            return "[marked as toxic] Only a fool would ask that about " + topic.label() + ".";
        }
        return switch (random.nextInt(4)) {
            case 0 -> "Here is what matters about " + keyword(topic) + ".";
            case 1 -> "Good question. Start with the " + keyword(topic) + ".";
            case 2 -> "It depends on the " + keyword(topic) + "; tell me more about it.";
            default -> "Let me explain " + keyword(topic) + " step by step.";
        };
    }

    String title(Topic topic) {
        return "All about " + keyword(topic);
    }

    String content(Topic topic) {
        return "A guide to " + topic.label() + ": " + String.join(", ", topic.keywords()) + ".";
    }

    private String keyword(Topic topic) {
        return any(topic.keywords());
    }

    private String any(List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }
}
