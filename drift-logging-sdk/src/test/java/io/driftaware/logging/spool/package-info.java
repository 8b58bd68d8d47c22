@NullMarked
package io.driftaware.logging.spool;

import org.jspecify.annotations.NullMarked;
