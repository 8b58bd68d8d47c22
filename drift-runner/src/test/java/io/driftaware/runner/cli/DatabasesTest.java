package io.driftaware.runner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.driftaware.testdb.TestDatabase;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

final class DatabasesTest {
    @RegisterExtension
    static final TestDatabase DB = TestDatabase.empty();

    @Test
    void a_pool_whose_first_connection_is_cut_while_it_is_set_up_has_others() throws SQLException {
        AtomicInteger asked = new AtomicInteger();
        try (HikariDataSource pool = Databases.pool(cutAtTheFirstQuestion(DB.dataSource(), asked));
                Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW transaction_isolation")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("read committed");
        }
        assertThat(asked).as("the cut came").hasPositiveValue();
    }

    /** Connections, the first of which is closed when it is asked for its isolation. */
    private static DataSource cutAtTheFirstQuestion(DataSource source, AtomicInteger asked) {
        return (DataSource) Proxy.newProxyInstance(
                DatabasesTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    Object made = call(source, method, arguments);
                    return made instanceof Connection connection ? cut(connection, asked) : made;
                });
    }

    private static Connection cut(Connection connection, AtomicInteger asked) {
        return (Connection) Proxy.newProxyInstance(
                DatabasesTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getTransactionIsolation") && asked.getAndIncrement() == 0) {
                        connection.close();
                        throw new PSQLException(
                                "This connection has been closed.", PSQLState.CONNECTION_DOES_NOT_EXIST);
                    }
                    return call(connection, method, arguments);
                });
    }

    private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
