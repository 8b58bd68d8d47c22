package io.driftaware.examples.sampledata;

import java.util.List;
import java.util.Locale;

/** The five subjects, each with the words its texts are made of. */
enum Topic {
    MUSIC("song", "album", "artist", "genre", "melody", "lyrics", "concert", "band"),
    PROGRAMMING("code", "python", "javascript", "algorithm", "function", "variable", "debug", "api"),
    COOKING("recipe", "ingredient", "cook", "bake", "flavor", "kitchen", "meal", "dish"),
    SPORTS("game", "team", "player", "score", "match", "championship", "athlete", "training"),
    TRAVEL("destination", "flight", "hotel", "vacation", "explore", "culture", "tourist", "adventure");

    private final List<String> keywords;

    Topic(String... keywords) {
        this.keywords = List.of(keywords);
    }

    List<String> keywords() {
        return keywords;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
