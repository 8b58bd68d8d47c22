package io.driftaware.benchmarks.chaos;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What is taken out of a monitor, by changing its statements on their way: the run has to notice it. */
enum Broken {
    NOTHING(Map.of()),
    /** Nobody ends the check of an earlier leader, and every take-over has the same number. */
    FENCE(Map.of(
            "SELECT pg_terminate_backend(pid)", "SELECT pid",
            "pg_try_advisory_lock_shared(?)", "? IS NOT NULL",
            "pg_advisory_unlock_shared(?)", "? IS NOT NULL",
            "(s.value ->> 'epoch')::bigint + 1", "(s.value ->> 'epoch')::bigint")),
    /** Rows are read past transactions that are under way. */
    WATERMARK(Map.of("SELECT pg_snapshot_xmin(s)::text", "SELECT pg_snapshot_xmax(s)::text"));

    private final Map<String, String> changes;

    Broken(Map<String, String> changes) {
        this.changes = changes;
    }

    static Broken of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    DataSource around(DataSource real) {
        return this == NOTHING ? real : wrap(DataSource.class, real);
    }

    private <T> T wrap(Class<T> type, T real) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            try {
                Object result = method.invoke(real, changed(arguments));
                if (result instanceof Connection connection && type == DataSource.class) {
                    return wrap(Connection.class, connection);
                }
                return method.getName().equals("createStatement") && result instanceof Statement statement
                        ? wrap(Statement.class, statement)
                        : result;
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        };
        return type.cast(Proxy.newProxyInstance(Broken.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private Object @Nullable [] changed(Object @Nullable [] arguments) {
        if (arguments == null || arguments.length == 0 || !(arguments[0] instanceof String sql)) {
            return arguments;
        }
        Object[] changed = arguments.clone();
        for (Map.Entry<String, String> change : changes.entrySet()) {
            sql = sql.replace(change.getKey(), change.getValue());
        }
        changed[0] = sql;
        return changed;
    }
}
