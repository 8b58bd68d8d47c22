package io.driftaware.runner.reindex;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * A data source through which something else happens once, between two statements: what another process does there can be
 * shown without waiting for the moment.
 */
final class Interposed {
    /** What happens; throws what it likes. */
    interface Deed {
        void act() throws Exception;
    }

    private final String sql;
    private final boolean behind;
    private final Deed deed;
    private int until;
    private boolean due;
    private boolean done;

    private Interposed(String sql, int time, boolean behind, Deed deed) {
        this.sql = sql;
        this.until = time;
        this.behind = behind;
        this.deed = deed;
    }

    /** Just before the first statement that has this text in it. */
    static DataSource before(DataSource of, String sql, Deed deed) {
        return (DataSource) new Interposed(sql, 1, false, deed).around(of, DataSource.class);
    }

    /** Just before the statement that follows the n-th one that has this text in it. */
    static DataSource behind(DataSource of, int time, String sql, Deed deed) {
        return (DataSource) new Interposed(sql, time, true, deed).around(of, DataSource.class);
    }

    private Object around(Object of, Class<?> as) {
        return Proxy.newProxyInstance(as.getClassLoader(), new Class<?>[] {as}, (proxy, method, arguments) -> {
            if (arguments != null && arguments.length > 0 && arguments[0] instanceof String text) {
                comesTo(text);
            }
            try {
                Object result = method.invoke(of, arguments);
                if (result instanceof Connection) {
                    return around(result, Connection.class);
                }
                return method.getName().equals("createStatement") ? around(result, Statement.class) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }

    private void comesTo(String text) throws Exception {
        boolean now = due;
        if (!now && text.contains(sql) && --until == 0) {
            due = true;
            now = !behind;
        }
        if (now && !done) {
            done = true;
            deed.act();
        }
    }
}
