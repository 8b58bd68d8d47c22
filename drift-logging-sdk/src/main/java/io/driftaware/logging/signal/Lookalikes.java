package io.driftaware.logging.signal;

/** Letters that look like Latin ones, and digits and signs that stand for letters. */
final class Lookalikes {
    private static final String CYRILLIC_AND_GREEK = "аеорсухіјѕԁһкмтвнгοαερτυικν";
    private static final String LATIN = "aeopcyxijsdhkmtbhroaeptuikv";

    private Lookalikes() {}

    static char latin(char c) {
        if (c < 0x370 || c > 0x52F) {
            return c;
        }
        int index = CYRILLIC_AND_GREEK.indexOf(c);
        return index < 0 ? c : LATIN.charAt(index);
    }

    /** {@return the letter that a digit or sign stands for; {@code one} is what 1 and | are read as} */
    static char letter(char c, char one) {
        return switch (c) {
            case '0' -> 'o';
            case '1', '|', '!' -> one;
            case '3' -> 'e';
            case '4', '@' -> 'a';
            case '5', '$' -> 's';
            case '7', '+' -> 't';
            case '8' -> 'b';
            case '9' -> 'g';
            default -> c;
        };
    }
}
