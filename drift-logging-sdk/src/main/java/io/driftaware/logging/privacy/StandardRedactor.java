package io.driftaware.logging.privacy;

import org.jspecify.annotations.Nullable;

/**
 * The redactor that is built in. No regular expressions: one pass over the text, in which each character is looked at a bounded
 * number of times, and nothing is copied before the first match.
 */
final class StandardRedactor implements Redactor {
    static final Redactor INSTANCE = new StandardRedactor();

    private StandardRedactor() {}

    @Override
    public String redact(String text) {
        return new Pass(text).run();
    }

    @Override
    public String toString() {
        return "Redactor.standard()";
    }

    private static final class Pass {
        private final String text;
        private final Numbers numbers = new Numbers();
        private @Nullable StringBuilder out;
        /** Up to here the text has been written, or replaced. */
        private int copied;

        /** Behind the last @, before which no address begins any more. */
        private int behindAt;

        private int position;
        private int tokenEnd;

        Pass(String text) {
            this.text = text;
        }

        String run() {
            int length = text.length();
            while (position < length) {
                int kind = Chars.kind(text.charAt(position));
                if (kind == 0 || !matched(kind)) {
                    position++;
                }
            }
            return out == null ? text : out.append(text, copied, length).toString();
        }

        /** Whether it has moved on. */
        private boolean matched(int kind) {
            if (kind == Chars.TRIGGER) {
                return trigger(text.charAt(position));
            }
            if (kind == Chars.JOINT && replaced(Secrets.pemEnd(text, position), "[SECRET]")) {
                return true;
            }
            if (position >= tokenEnd && token()) {
                return true;
            }
            if (kind == Chars.JOINT) {
                return false;
            }
            // A letter of another script may stand right before: not every script has spaces.
            boolean begins = !Chars.is(text, position - 1, Chars.ALNUM);
            if (begins && (kind == Chars.DIGIT ? number() : account())) {
                return true;
            }
            int end = Chars.runEnd(text, position, Chars.ALNUM);
            if (begins && Chars.is(text, end, ':') && replaced(Ipv6.end(text, position), "[IP]")) {
                return true;
            }
            position = end;
            return true;
        }

        private boolean trigger(char c) {
            return switch (c) {
                case '@', Chars.WIDE_AT -> email(1);
                case '%' -> text.startsWith("%40", position) && email(3);
                case '=' -> labelled();
                case ':' ->
                    credentials()
                            || labelled()
                            || !Chars.is(text, position - 1, Chars.ALNUM)
                                    && text.startsWith("::", position)
                                    && replaced(Ipv6.end(text, position), "[IP]");
                case '+', Chars.WIDE_PLUS -> phone(position + 1, true);
                default -> phone(position + 1, false);
            };
        }

        /** @param length of the @, which URLs write as %40 */
        private boolean email(int length) {
            int start = Emails.start(text, position, Math.max(copied, behindAt));
            behindAt = position + length;
            return start < position && replaced(start, Emails.end(text, position + length - 1), "[EMAIL]");
        }

        private boolean labelled() {
            Labels.Kind kind = Labels.kind(Labels.nameBefore(text, position));
            if (kind == Labels.Kind.NONE) {
                return false;
            }
            int start = Labels.valueStart(text, position, kind);
            return replaced(start, Labels.valueEnd(text, position, start, kind), "[SECRET]");
        }

        private boolean credentials() {
            return replaced(position + 3, Secrets.credentialsEnd(text, position), "[SECRET]");
        }

        /** Looks at the whole of the token that begins here. */
        private boolean token() {
            int classes = 0;
            int neighbours = 0;
            int changes = 0;
            int before = 0;
            int end = position;
            for (; end < text.length(); end++) {
                int kind = Chars.kind(text.charAt(end));
                if ((kind & Chars.TOKEN) == 0) {
                    break;
                }
                if ((kind & before & Chars.ALNUM) != 0) {
                    neighbours++;
                } else if (before != 0 && before != Chars.JOINT && kind != Chars.JOINT) {
                    neighbours++;
                    changes++;
                }
                classes |= kind;
                before = kind;
            }
            tokenEnd = end;
            int start = position;
            if ((classes & (Chars.DIGIT | Chars.JOINT)) == 0 && !goesOn(end) && !Secrets.isCapitals(text, start, end)) {
                // A word: what most texts are made of.
                position = end;
                return true;
            }
            for (int at = start; at < end; at++) {
                boolean begins =
                        Chars.is(text, at, Chars.ALNUM) && (at == start || Chars.is(text, at - 1, Chars.JOINT));
                if (begins && (replaced(at, Secrets.jwtEnd(text, at, end), "[JWT]") || apiKey(at, end, classes))) {
                    return true;
                }
            }
            if (isUuid(start, end)) {
                position = end;
                return true;
            }
            return Secrets.isRandom(text, start, end, classes, neighbours, changes) && replaced(end, "[SECRET]");
        }

        private boolean apiKey(int at, int end, int classes) {
            return replaced(at, Secrets.apiKeyEnd(text, at, end, classes, at > position), "[API_KEY]");
        }

        /** Whether a token of letters may be the beginning of something longer. */
        private boolean goesOn(int end) {
            return end < text.length() && (text.charAt(end) == '.' || text.charAt(end) == ':');
        }

        /** The groups of digits within one must not be taken for numbers. */
        private boolean isUuid(int start, int end) {
            if (end - start != 36) {
                return false;
            }
            for (int i = 0; i < 36; i++) {
                boolean joint = i == 8 || i == 13 || i == 18 || i == 23;
                if (joint ? text.charAt(start + i) != '-' : Chars.hex(text, start + i) < 0) {
                    return false;
                }
            }
            return true;
        }

        private boolean account() {
            return replaced(Ibans.end(text, position), "[IBAN]");
        }

        private boolean number() {
            // Behind a comma it may be the next field of a table.
            boolean fraction = Chars.is(text, position - 1, '.') && Chars.is(text, position - 2, Chars.DIGIT);
            if (fraction) {
                return false;
            }
            if (replaced(Numbers.ipv4End(text, position), "[IP]")) {
                return true;
            }
            if (!Numbers.canBegin(text, position)) {
                return false;
            }
            numbers.read(text, position, false);
            return replaced(numbers.cardEnd(text), "[CARD]") || replaced(numbers.nationalEnd(text), "[PHONE]");
        }

        /** A number behind a plus sign or an opening bracket. */
        private boolean phone(int from, boolean plus) {
            if (Chars.is(text, position - 1, Chars.ALNUM)) {
                return false;
            }
            int first = plus && Chars.is(text, from, '(') ? from + 1 : from;
            if (Chars.digit(text, first) < 0) {
                return false;
            }
            numbers.read(text, first, plus);
            return replaced(plus ? numbers.internationalEnd(text) : numbers.nationalEnd(text), "[PHONE]");
        }

        private boolean replaced(int end, String placeholder) {
            return replaced(position, end, placeholder);
        }

        /** Writes the placeholder instead of what stands from {@code start} to {@code end}, unless that is -1. */
        private boolean replaced(int start, int end, String placeholder) {
            if (end < 0) {
                return false;
            }
            StringBuilder target = out;
            if (target == null) {
                target = new StringBuilder(text.length());
                out = target;
            }
            target.append(text, copied, start).append(placeholder);
            copied = end;
            position = end;
            return true;
        }
    }
}
