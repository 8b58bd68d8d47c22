package io.driftaware.logging.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The form in which rows stand in spools and dead letters. */
final class RowFormatTest {
    private record Row(UUID id, @Nullable String text, float[] vector) {}

    private static final List<LogTable<Row>> TABLES = List.of(
            new LogTable<>("other", row -> false, List.of()),
            new LogTable<>(
                    "rows",
                    row -> true,
                    List.of(
                            new LogColumn<>("id", ColumnType.UUID, true, (row, out) -> out.uuid(row.id)),
                            new LogColumn<>("txt", ColumnType.TEXT, false, (row, out) -> out.text(row.text)),
                            new LogColumn<>("vec", ColumnType.EMBEDDING, true, (row, out) -> out.vector(row.vector)))));

    private static final Row ROW = new Row(new UUID(1, 2), "é", new float[] {1, -0.0f, Float.MIN_VALUE});

    private static final String HEADER =
            "01" + "02" + "0005" + hex("other") + "0000" + "0004" + hex("rows") + "0003" + "0002"
                    + hex("id") + "0004" + hex("UUID") + "01" + "0003" + hex("txt") + "0004" + hex("TEXT") + "00"
                    + "0003" + hex("vec")
                    + "0009" + hex("EMBEDDING") + "01";

    /** Floats as IEEE 754 says: 1 is 3f800000, -0 is 80000000, the smallest is 00000001. */
    private static final String GOLDEN = "01" + "00000010" + "0000000000000001" + "0000000000000002" + "00000002"
            + "c3a9" + "00000010" + "0003" + "0000" + "3f800000" + "80000000" + "00000001";

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(Row row) throws WriteFailure {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new RowFormat<>(TABLES).write(row, out::write);
        return out.toByteArray();
    }

    @Test
    void the_bytes_are_those_of_every_version_before() throws WriteFailure {
        assertThat(HexFormat.of().formatHex(new RowFormat<>(TABLES).header())).isEqualTo(HEADER);
        assertThat(HexFormat.of().formatHex(bytes(ROW))).isEqualTo(GOLDEN);
        assertThat(HexFormat.of().formatHex(bytes(new Row(new UUID(0, 0), null, new float[1]))))
                .isEqualTo("01" + "00000010" + "00".repeat(16) + "ffffffff" + "00000008" + "00010000" + "00000000");
    }

    /** What a COPY gets for a stored row is what it gets for the row itself, in both kinds of schema. */
    @Test
    void a_stored_row_is_sent_as_the_row_itself() throws Exception {
        StoredRows stored = StoredRows.of(HexFormat.of().parseHex(HEADER));
        assertThat(stored.tables()).extracting(LogTable::name).containsExactly("other", "rows");
        StoredRow row = stored.row(HexFormat.of().parseHex("ff" + GOLDEN), 1);
        assertThat(stored.tables().get(0).holds().test(row)).isFalse();
        assertThat(stored.tables().get(1).holds().test(row)).isTrue();
        for (VectorKind kind : VectorKind.values()) {
            assertThat(copy(kind, stored.tables().get(1), row)).isEqualTo(copy(kind, TABLES.get(1), ROW));
        }
        assertThat(stored.tables().get(1).columns())
                .extracting(LogColumn::type, LogColumn::required)
                .containsExactly(
                        tuple(ColumnType.UUID, true), tuple(ColumnType.TEXT, false), tuple(ColumnType.EMBEDDING, true));
    }

    private static <R> byte[] copy(VectorKind kind, LogTable<R> table, R row) throws SQLException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CopyBuffer buffer = new CopyBuffer();
        buffer.begin(kind, (bytes, length) -> out.write(bytes, 0, length));
        for (LogColumn<R> column : table.columns()) {
            column.field().write(row, buffer);
        }
        buffer.end();
        return out.toByteArray();
    }

    @Test
    void fields_larger_than_the_buffer_go_through_it() throws Exception {
        String text = "long text ".repeat(100_000);
        Row large = new Row(new UUID(1, 1), text, new float[16_000]);
        StoredRows stored = StoredRows.of(new RowFormat<>(TABLES).header());
        StoredRow row = stored.row(bytes(large), 0);
        assertThat(copy(VectorKind.REAL_ARRAY, stored.tables().get(1), row))
                .isEqualTo(copy(VectorKind.REAL_ARRAY, TABLES.get(1), large));
    }

    @Test
    void bytes_that_are_no_row_are_refused_and_not_read_past_their_end() throws Exception {
        StoredRows stored = StoredRows.of(HexFormat.of().parseHex(HEADER));
        byte[] golden = HexFormat.of().parseHex(GOLDEN);
        for (int length = 0; length < golden.length; length++) {
            byte[] cut = Arrays.copyOf(golden, length);
            assertThatThrownBy(() -> stored.row(cut, 0)).isInstanceOf(IllegalArgumentException.class);
        }
        byte[] longer = Arrays.copyOf(golden, golden.length + 1);
        assertThatThrownBy(() -> stored.row(longer, 0)).isInstanceOf(IllegalArgumentException.class);
        byte[] wrongTable = golden.clone();
        wrongTable[0] = 9;
        assertThatThrownBy(() -> stored.row(wrongTable, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_header_of_another_version_or_with_another_type_is_refused() {
        assertThatThrownBy(() -> StoredRows.of(HexFormat.of().parseHex("02" + HEADER.substring(2))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("format 2");
        assertThatThrownBy(() -> StoredRows.of(HexFormat.of().parseHex(HEADER.replace(hex("UUID"), hex("BLOB")))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("BLOB");
    }

    @Test
    void a_row_that_cannot_be_encoded_is_a_fault_of_the_row() {
        RowFormat<Row> format = new RowFormat<>(List.of(new LogTable<>("none", row -> false, List.of())));
        assertThatThrownBy(() -> format.write(ROW, (bytes, from, length) -> {}))
                .isInstanceOfSatisfying(
                        WriteFailure.class, e -> assertThat(e.kind()).isEqualTo(WriteFailure.Kind.ROW));
    }
}
