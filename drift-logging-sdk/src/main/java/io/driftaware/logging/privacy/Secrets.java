package io.driftaware.logging.privacy;

import java.util.ArrayList;
import java.util.List;

/** Tokens that give access: those with a form of their own, and those that look random. */
final class Secrets {
    /** @param least characters of the whole, the beginning included */
    private record Form(String beginning, int least) {}

    private static final int SHORTEST_RANDOM = 24;
    /** Share of neighbours of different class: 0.62 among random letters and digits, under 0.4 where words are written together. */
    private static final double RESTLESS = 0.45;

    /** How Amazon's keys begin: of capitals and a few digits, or none. */
    private static final List<String> CAPITALS = List.of("AKIA", "ASIA");

    private static final int CAPITALS_LENGTH = 20;
    private static final int LONGEST_WORD = 16;
    private static final int LONGEST_LOOK = 64;

    private static final int SHORTEST_PART = 8;
    private static final int MOST_PARTS = 5;
    private static final String PEM = "-----BEGIN ";
    private static final int LONGEST_PEM_NAME = 40;

    private static final List<List<Form>> FORMS = new ArrayList<>();

    static {
        for (int i = 0; i < 128; i++) {
            FORMS.add(new ArrayList<>());
        }
        add(
                20,
                "sk- sk_live_ sk_test_ rk_live_ rk_test_ pk_live_ pk_test_ whsec_ gsk_ xai- pplx- nvapi- tvly- lsv2_ hf_ r8_");
        add(20, "GOCSPX- ATATT3 dckr_pat_ lin_api_ figd_ ntn_ shpss_ shpca_ xoxe- xoxe. hvb.");
        add(
                20,
                "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- npm_ pypi- dop_v1_ shpat_ sq0atp- sq0csp- secret_ vercel_ hvs.");
        add(20, "xoxb- xoxp- xoxa- xoxr- xoxs- xapp- AKIA ASIA SG. ya29. AGE-SECRET-KEY-");
        add(35, "AIza");
    }

    /** How providers name responses, messages, calls and files: random, and no secret. */
    private static final List<String> NAMES = List.of(
            "chatcmpl-",
            "cmpl-",
            "resp_",
            "msg_",
            "req_",
            "gen-",
            "call_",
            "toolu_",
            "run_",
            "step_",
            "thread_",
            "asst_",
            "conv_",
            "file-",
            "batch_",
            "ftjob-");

    private Secrets() {}

    private static void add(int least, String beginnings) {
        for (String beginning : beginnings.split(" ")) {
            FORMS.get(beginning.charAt(0)).add(new Form(beginning, least));
        }
    }

    /** Where the JSON Web Token ends whose first part is {@code from} to {@code end}, or -1. */
    static int jwtEnd(String text, int from, int end) {
        if (end - from < SHORTEST_PART || !text.startsWith("eyJ", from)) {
            return -1;
        }
        int last = -1;
        int position = end;
        for (int part = 1; part < MOST_PARTS && Chars.is(text, position, '.'); part++) {
            int next = Chars.runEnd(text, position + 1, Chars.TOKEN);
            if (part == 1 && next - position - 1 < SHORTEST_PART) {
                return -1;
            }
            if (next == position + 1) {
                break;
            }
            position = next;
            last = next;
        }
        return last;
    }

    /**
     * Where the key of a well-known service ends that begins at {@code from} of a token with this {@code end}, or -1.
     *
     * @param within something else stands before it, as in {@code key_sk-...}
     */
    static int apiKeyEnd(String text, int from, int end, int classes, boolean within) {
        char first = text.charAt(from);
        if (first >= 128) {
            return -1;
        }
        for (Form form : FORMS.get(first)) {
            if (text.startsWith(form.beginning, from)) {
                if (!isMade(text, from + form.beginning.length(), end, classes, form.beginning, within)) {
                    return -1;
                }
                int last = end;
                while (form.beginning.endsWith(".")
                        && Chars.is(text, last, '.')
                        && Chars.is(text, last + 1, Chars.TOKEN)) {
                    last = Chars.runEnd(text, last + 1, Chars.TOKEN);
                }
                return last - from >= form.least ? last : -1;
            }
        }
        return -1;
    }

    private static boolean isMade(String text, int from, int end, int classes, String beginning, boolean within) {
        if (beginning.endsWith(".") || CAPITALS.contains(beginning)) {
            return true;
        }
        // Names in programs are words with underscores between.
        boolean likeName = within || beginning.endsWith("_");
        return looksMade(classes) && (!likeName || hasLongRun(text, from, end));
    }

    /** Whether a token that looks like a word may be a key of capitals and a few digits, or none. */
    static boolean isCapitals(String text, int from, int end) {
        return end - from == CAPITALS_LENGTH && CAPITALS.contains(text.substring(from, from + 4));
    }

    /** Whether letters and digits stand together as in no word, near the beginning. */
    private static boolean hasLongRun(String text, int from, int end) {
        int last = Math.min(end, from + LONGEST_LOOK);
        int run = 0;
        for (int i = from; i < last && run < LONGEST_WORD; i++) {
            run = Chars.is(text, i, Chars.ALNUM) ? run + 1 : 0;
        }
        return run == LONGEST_WORD;
    }

    /** Digits, or both cases: not a few words with hyphens between. */
    private static boolean looksMade(int classes) {
        return (classes & Chars.DIGIT) != 0 || (classes & (Chars.LOWER | Chars.UPPER)) == (Chars.LOWER | Chars.UPPER);
    }

    /**
     * Whether a token looks random, and not like an id of a provider's.
     *
     * @param from where it begins
     * @param end where it ends
     * @param classes that occur in it
     * @param neighbours pairs of letters or digits that stand side by side
     * @param changes those of them that are of different class
     */
    static boolean isRandom(String text, int from, int end, int classes, int neighbours, int changes) {
        return end - from >= SHORTEST_RANDOM
                && (classes & Chars.ALNUM) == Chars.ALNUM
                && changes >= RESTLESS * neighbours
                && NAMES.stream().noneMatch(name -> text.startsWith(name, from));
    }

    /** Where the private key in PEM form ends that begins at {@code at}, or -1. One without an end takes the rest of the text. */
    static int pemEnd(String text, int at) {
        if (!text.startsWith(PEM, at)) {
            return -1;
        }
        int nameFrom = at + PEM.length();
        int nameTo = nameFrom;
        while (nameTo < text.length()
                && nameTo - nameFrom < LONGEST_PEM_NAME
                && (Chars.is(text, nameTo, Chars.ALNUM) || text.charAt(nameTo) == ' ')) {
            nameTo++;
        }
        if (!text.substring(nameFrom, nameTo).contains("PRIVATE KEY")) {
            return -1;
        }
        int end = text.indexOf("-----END ", nameTo);
        if (end < 0) {
            return text.length();
        }
        int closing = text.indexOf("-----", end + PEM.length() - 2);
        return closing < 0 ? text.length() : closing + "-----".length();
    }

    /**
     * Where user and password of a URL end, before the last @, whose {@code ://} is at {@code at}; -1 if there is no password. Looks
     * no further than the next slash, and so at nothing twice.
     */
    static int credentialsEnd(String text, int at) {
        if (!text.startsWith("://", at)) {
            return -1;
        }
        boolean password = false;
        int end = -1;
        for (int i = at + 3; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '@' && !password || c <= ' ' || "/?#\"<>".indexOf(c) >= 0) {
                break;
            }
            password |= c == ':';
            end = c == '@' ? i : end;
        }
        return end;
    }
}
