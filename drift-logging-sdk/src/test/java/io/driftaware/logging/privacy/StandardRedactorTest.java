package io.driftaware.logging.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StandardRedactorTest {
    private static final Redactor REDACTOR = Redactor.standard();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // e-mail
                "write to john.doe+news@mail.example.co.uk, please | write to [EMAIL], please",
                "<jürgen.müller@bücher.de>           | <[EMAIL]>",
                "mailto:o'brien@example.org?x        | mailto:[EMAIL]?x",
                "连系alice@example.com谢谢              | 连系[EMAIL]谢谢",
                "a@b.io,c_d@e-f.com.                 | [EMAIL],[EMAIL].",
                "отправь на иван@пример.рф           | отправь на [EMAIL]",
                "用户@例子.广告, उदाहरण@उदाहरण.भारत      | [EMAIL], [EMAIL]",
                "x?email=john%40example.com&a=%40b    | x?email=[EMAIL]&a=%40b",
                "john\uFF20example.com                | [EMAIL]",
                // telephone
                "call +49 (0)30 901820 now           | call [PHONE] now",
                "+14155552671                        | [PHONE]",
                "tel:+44-20-7946-0958                | tel:[PHONE]",
                "0049 30 1234567                     | [PHONE]",
                "00493012345678                      | [PHONE]",
                "030/1234567                         | [PHONE]",
                "(030) 123 45 67                     | [PHONE]",
                "0170-1234567                        | [PHONE]",
                "01701234567                         | [PHONE]",
                "06 12 34 56 78                      | [PHONE]",
                "06.12.34.56.78                      | [PHONE]",
                "(415) 555-2671                      | [PHONE]",
                "415-555-2671 or 415.555.2671        | [PHONE] or [PHONE]",
                "1-800-555-0199                      | [PHONE]",
                "電話030-1234567                       | 電話[PHONE]",
                "هاتف ٠١٠١٢٣٤٥٦٧٨                    | هاتف [PHONE]",
                "\uFF0B49 30 901820                   | [PHONE]",
                "415-555-2671x12                      | [PHONE]x12",
                // bank account
                "IBAN DE89 3704 0044 0532 0130 00 ok  | IBAN [IBAN] ok",
                "de89370400440532013000              | [IBAN]",
                "GB82-WEST-1234-5698-7654-32         | [IBAN]",
                "FR1420041010050500013M02606         | [IBAN]",
                "NO9386011117947                     | [IBAN]",
                "DE89.3704.0044  0532\u20090130 00        | [IBAN]",
                // card
                "4111 1111 1111 1111                 | [CARD]",
                "card:5555555555554444, exp 12/29    | card:[CARD], exp 12/29",
                "3782-822463-10005                   | [CARD]",
                "6011000990139424                    | [CARD]",
                "id 12 4111 1111 1111 1111           | id 12 [CARD]",
                "card_4111111111111111               | card_[CARD]",
                "3530111333300000 30569309025904     | [CARD] [CARD]",
                "4111.1111.1111.1111 or 4111 - 1111 - 1111 - 1111 | [CARD] or [CARD]",
                "4111  1111  1111  1111               | [CARD]",
                // fields of a table
                "7,4111111111111111,0612345678,10.0.0.1,2001:db8::1 | 7,[CARD],[PHONE],[IP],[IP]",
                // address
                "It is 2001:db8::1.                   | It is [IP].",
                "from 192.168.0.1:8080               | from [IP]:8080",
                "10.0.0.0/8                          | [IP]/8",
                "2001:0db8:85a3:0000:0000:8a2e:0370:7334 | [IP]",
                "[2001:db8::1]:443                   | [[IP]]:443",
                "::1 and fe80::1ff:fe23:4567:890a%eth2 | [IP] and [IP]",
                "::ffff:192.0.2.128                  | [IP]",
                // tokens and keys
                "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U | Bearer [JWT]",
                "sk-proj-4Kd8Tz0qWm2Lr7Vb1Nx5        | [API_KEY]",
                "OPENAI_API_KEY=sk-4Kd8Tz0qWm2Lr7Vb1Nx5Yc9Hf3Jg6Pa | OPENAI_API_KEY=[SECRET]",
                "ghp_16C7e42F292c6912E7710c838347Ae178B4a. | [API_KEY].",
                "AKIAIOSFODNN7EXAMPLE                | [API_KEY]",
                "AIzaSyDaGmWKa4JsXZ-HjGw7ISLn_3namBGewQe | [API_KEY]",
                "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy | [API_KEY]",
                "hf_aBcDeFgHiJkLmNoPqRsTuVwXyZaBcDeFgH | [API_KEY]",
                "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 | [API_KEY]",
                "postgres://app:s3cr3t!@db/x         | postgres://[SECRET]@db/x",
                "key wJalrXUtnFEMI7K7MDENGbPxRfiCYz  | key [SECRET]",
                "-----BEGIN RSA PRIVATE KEY----- MIIabc+/x -----END RSA PRIVATE KEY----- after | [SECRET] after",
                "-----BEGIN PRIVATE KEY----- MIIabc without an end | [SECRET]",
                "postgres://app:p@ss@db/x            | postgres://[SECRET]@db/x",
                "_sk-4Kd8Tz0qWm2Lr7Vb1Nx5_, old-AKIAIOSFODNN7EXAMPLE | _[API_KEY], old-[API_KEY]",
                "AKIAIOSFODNABEXAMPLE                | [API_KEY]",
                "------BEGIN CERTIFICATE----------BEGIN RSA PRIVATE KEY-----abc | ------BEGIN CERTIFICATE-----[SECRET]",
                "\\n-----BEGIN EC PRIVATE KEY-----\\nabc | \\n[SECRET]",
                // behind a name
                "jdbc:postgresql://db/x?user=app&password=s3cr3t&a=b | jdbc:postgresql://db/x?user=app&password=[SECRET]&a=b",
                "Server=db;Password=p,a)ss!;Pooling=1 | Server=db;Password=[SECRET];Pooling=1",
                "password: hunter2, pwd = hunter2     | password: [SECRET], pwd = [SECRET]",
                "{\"password\": \"a b\\\"1\"}, 'PASSWD' => 'x' | {\"password\": \"[SECRET]\"}, 'PASSWD' => '[SECRET]'",
                "{\\\"client_secret\\\": \\\"abc\\\"}       | {\\\"client_secret\\\": \\\"[SECRET]\\\"}",
                "-H \"Authorization: Bearer abc\" -u x | -H \"Authorization: Bearer [SECRET]\" -u x",
                "Authorization: Basic dXNlcjpwYXNz== | Authorization: Basic [SECRET]",
                "X-Api-Key: 9944b09199c62bcf9418ad846 | X-Api-Key: [SECRET]",
                "AWS_SECRET_ACCESS_KEY=wJalr/K7M/bPx+ | AWS_SECRET_ACCESS_KEY=[SECRET]",
                "config[\"db.password\"] = \"x\"       | config[\"db.password\"] = \"[SECRET]\"",
                "a@b.de at 10.1.2.3, 4111111111111111 | [EMAIL] at [IP], [CARD]",
            })
    void personal_data_and_secrets_are_replaced(String text, String redacted) {
        assertThat(REDACTOR.redact(text)).isEqualTo(redacted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "What is the capital of France?",
                "on 2026-11-27 at 22:53:10, or 27.11.2026, 01.02.2026 or 01-02-2026 10:30",
                "2026-11-27T22:53:10.123456Z",
                "from 08.00 - 17.30, room 0123",
                "pi is 3.14159265358979, half 0.0123456789, 1,234,567.89 and 1e10",
                "3.0612345678",
                "4111 1111 1111 1112",
                "order 1234567890123456",
                "1732746000123",
                "GB82 WEST 1234 5698 7654 33",
                "DE891234 and XX89370400440532013000",
                "version 1.2.3, 1.2.3.4.5, 300.1.2.3",
                "Chrome/120.0.6099.109",
                "std::vector<int>, Face::add, f :: a -> b",
                "00:1a:2b:3c:4d:5e",
                "550e8400-e29b-41d4-a716-446655440000",
                "01234567-0123-4123-8123-012345678901",
                "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                "0123456789abcdef0123456789abcdef",
                "@home, user@localhost, a@b, @, a@.de",
                "sk-learn and sk-toolbox-of-many-long-words",
                "StoredRealArrayRowsTest, getHTTPResponseCodeForURL2",
                "a_very_long_name_in_snake_case_with_2_numbers",
                "https://example.com/a/b?c=d#e",
                "http://example.com:8080/@x",
                "-----BEGIN CERTIFICATE----- abc",
                "shalom שלום 😀 مرحبا",
                "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
                "eyJ is how a token begins",
                "chatcmpl-9XyZ3aBcD4eFgH5iJkL6mNoP7qRs, msg_01XFDUDYJgAACzvnptvVoYEL",
                "Password: must be long. password == x, password = read(1), f(password=get(1))",
                "secret_santa_party_planning_2024 and my_hf_model_name_version_2",
                "max_tokens=4096, token = tokenizer.next(), token=tokens[i2], the secret: nobody knows, authorization: required",
                "password=, 100%40, a=b",
                "你好@小明",
                "C++ and 2+2, 5 + 1234567890",
            })
    void everything_else_stays_as_it_is(String text) {
        assertThat(REDACTOR.redact(text)).isSameAs(text);
    }

    @Test
    void what_was_replaced_is_not_replaced_again() {
        String once = REDACTOR.redact(
                "a@b.de +49 30 901820 DE89370400440532013000 4111111111111111 10.0.0.1 ::1 ghp_16C7e42F292c6912E7710c838347Ae178B4a");
        assertThat(once).isEqualTo("[EMAIL] [PHONE] [IBAN] [CARD] [IP] [IP] [API_KEY]");
        assertThat(REDACTOR.redact(once)).isSameAs(once);
    }

    @Test
    void a_match_is_found_wherever_it_stands() {
        String email = "first.last@example.com";
        for (int before = 0; before < 40; before++) {
            String text = " ".repeat(before) + email + " ".repeat(40 - before);
            assertThat(REDACTOR.redact(text)).isEqualTo(" ".repeat(before) + "[EMAIL]" + " ".repeat(40 - before));
        }
    }

    @Test
    void nothing_is_added_but_placeholders_and_nothing_changes_its_place() {
        SplittableRandom random = new SplittableRandom(5);
        String alphabet = "aZ09@:.+-(_/ ,=%eyJsk\"\\\u0000\uD83D\uDE00\u05D0\u0661é";
        int replaced = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String redacted = REDACTOR.redact(text.toString());
            int from = 0;
            for (String kept : redacted.split("\\[[A-Z_]+]", -1)) {
                from = text.indexOf(kept, from);
                assertThat(from)
                        .as("'%s' of '%s' in '%s'", kept, text, redacted)
                        .isNotNegative();
                from += kept.length();
            }
            replaced += redacted.contentEquals(text) ? 0 : 1;
        }
        assertThat(replaced).isPositive();
    }

    /** With time that grows with the square of the length, each of these texts would take an hour. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "@",
                "a@",
                "a.",
                "1 ",
                "0",
                "0 0",
                "::",
                "1:",
                "://a:",
                "eyJaaaaaaaa.",
                "sk-",
                "SG.a",
                "+1 ",
                "(0",
                "DE89",
                "-----BEGIN ",
                "4111 ",
                "1.",
                "a@a.",
                "aA1",
                "\uD83D",
                "[",
                "e::",
                "%40",
                "a%40a.",
                "password=",
                "token=a",
                "password='",
                "token:",
                "a-eyJaaaaaaaa",
                "aA1-sk-",
                "://a:@",
                "例@"
            })
    @Timeout(60)
    void no_repetition_makes_it_slow(String repeated) {
        String text = repeated.repeat(4_000_000 / repeated.length());
        assertThat(REDACTOR.redact(text)).isNotNull();
    }
}
