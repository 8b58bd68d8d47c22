package io.driftaware.logging.signal;

import java.text.Normalizer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * One letter for the many ways to write it: NFKD of each character by itself, lower case, without marks. What is invisible
 * (zero width, joiners, variation selectors, soft hyphen, direction marks) folds to nothing. Unlike a normalisation of the
 * whole text, this needs no look at neighbours, so a text of combining marks costs what any other does.
 */
final class Folding {
    /** The character leaves nothing. */
    static final char NOTHING = 0;

    /** Stands for any letter beyond the BMP: such scripts are not told apart. */
    private static final char A_LETTER = '\u4E00';

    private static final char SEVERAL = '\uFFFF';
    private static final int PAGE = 256;
    private static final AtomicReferenceArray<char[]> PAGES = new AtomicReferenceArray<>(PAGE);
    private static final char[] ASCII = page(0);

    private Folding() {}

    /** {@return what the character at {@code index} becomes; {@link #NOTHING}, a blank for what is no letter of the BMP} */
    static char fold(String text, int index) {
        char c = text.charAt(index);
        if (c < 128) {
            return ASCII[c];
        }
        if (Character.isSurrogate(c)) {
            return supplementary(text, index, c);
        }
        char[] page = PAGES.get(c >> 8);
        if (page == null) {
            page = page(c >> 8);
            PAGES.set(c >> 8, page);
        }
        char folded = page[c & 0xFF];
        return folded == SEVERAL ? decomposed(c).charAt(0) : folded;
    }

    /** {@return what follows the first letter of a character that folds to several, such as ß; else nothing} */
    static String rest(char c) {
        if (c < 128 || Character.isSurrogate(c)) {
            return "";
        }
        char[] page = PAGES.get(c >> 8);
        return page != null && page[c & 0xFF] == SEVERAL ? decomposed(c).substring(1) : "";
    }

    private static char supplementary(String text, int index, char c) {
        if (Character.isLowSurrogate(c)) {
            boolean second = index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
            return second ? NOTHING : ' ';
        }
        int point = text.codePointAt(index);
        if (Character.isSupplementaryCodePoint(point) && isStyled(point)) {
            String plain = Normalizer.normalize(Character.toString(point), Normalizer.Form.NFKD);
            return plain.length() == 1 ? Character.toLowerCase(plain.charAt(0)) : ' ';
        }
        return Character.isLetter(point) ? A_LETTER : ' ';
    }

    /** Mathematical letters and letters in circles and squares. */
    private static boolean isStyled(int point) {
        return point >= 0x1D400 && point <= 0x1D7FF || point >= 0x1F130 && point <= 0x1F189;
    }

    private static char[] page(int number) {
        char[] page = new char[PAGE];
        for (int i = 0; i < PAGE; i++) {
            char c = (char) (number << 8 | i);
            String plain = c < 128 ? String.valueOf(Character.toLowerCase(c)) : decomposed(c);
            page[i] = plain.isEmpty() ? NOTHING : plain.length() == 1 ? plain.charAt(0) : SEVERAL;
        }
        return page;
    }

    private static String decomposed(char c) {
        if (c == 'ß' || c == 'ẞ') {
            return "ss";
        }
        if (c == '’' || c == '‘' || c == 'ʼ' || c == '´') {
            return "'";
        }
        if (Character.isSurrogate(c)) {
            return " ";
        }
        String parts = Normalizer.normalize(String.valueOf(c), Normalizer.Form.NFKD);
        StringBuilder kept = new StringBuilder(2);
        for (int i = 0; i < parts.length(); i++) {
            char part = Character.toLowerCase(parts.charAt(i));
            if (!isInvisible(part)) {
                kept.append(part);
            }
        }
        return kept.toString();
    }

    private static boolean isInvisible(char c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.ENCLOSING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.FORMAT;
    }
}
