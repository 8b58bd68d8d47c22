package io.driftaware.core.sequential;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;

/** The two parts of a week whose traffic differs most often. */
public enum WeekPart {
    /** Monday to Friday. */
    WEEKDAY,
    /** Saturday and Sunday. */
    WEEKEND;

    /** Where a moment lies. */
    public static WeekPart of(Instant moment, ZoneId zone) {
        DayOfWeek day = moment.atZone(zone).getDayOfWeek();
        return day == DayOfWeek.SATURDAY || day == DayOfWeek.SUNDAY ? WEEKEND : WEEKDAY;
    }
}
