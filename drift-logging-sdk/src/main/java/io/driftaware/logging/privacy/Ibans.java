package io.driftaware.logging.privacy;

/** International bank account numbers (ISO 13616): the country says how long, and the whole is 1 modulo 97. */
final class Ibans {
    private static final String LENGTHS =
            "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27"
                    + " DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23"
                    + " IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30"
                    + " NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23"
                    + " ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30";

    private static final int[] LENGTH = new int[26 * 26];

    static {
        for (String country : LENGTHS.split(" ")) {
            LENGTH[(country.charAt(0) - 'A') * 26 + country.charAt(1) - 'A'] = Integer.parseInt(country.substring(2));
        }
    }

    private static final int LONGEST_GAP = 3;

    private Ibans() {}

    /** Where the account number ends that begins at {@code at}, or -1. */
    static int end(String text, int at) {
        int first = letter(text, at);
        int second = letter(text, at + 1);
        if (first < 0 || second < 0 || !Chars.is(text, at + 2, Chars.DIGIT) || !Chars.is(text, at + 3, Chars.DIGIT)) {
            return -1;
        }
        int length = LENGTH[first * 26 + second];
        int position = at + 4;
        int remainder = 0;
        for (int taken = 4; taken < length; taken++) {
            for (int gap = 0; gap < LONGEST_GAP && isSeparator(text, position); gap++) {
                position++;
            }
            int value = value(text, position);
            if (value < 0) {
                return -1;
            }
            remainder = append(remainder, value);
            position++;
        }
        remainder = append(append(remainder, first + 10), second + 10);
        remainder = append(append(remainder, Chars.digit(text, at + 2)), Chars.digit(text, at + 3));
        return length > 0 && remainder == 1 && !Chars.is(text, position, Chars.ALNUM) ? position : -1;
    }

    private static int append(int remainder, int value) {
        return (remainder * (value < 10 ? 10 : 100) + value) % 97;
    }

    private static int value(String text, int at) {
        int letter = letter(text, at);
        return letter >= 0 ? letter + 10 : Chars.digit(text, at);
    }

    /** 0 for A or a, or -1. */
    private static int letter(String text, int at) {
        if (!Chars.is(text, at, Chars.LOWER | Chars.UPPER)) {
            return -1;
        }
        return (text.charAt(at) | 0x20) - 'a';
    }

    private static boolean isSeparator(String text, int at) {
        return at < text.length() && " -.\t\r\n\u00A0\u2009\u202F".indexOf(text.charAt(at)) >= 0;
    }
}
