package io.driftaware.core.sequential;

import java.time.Instant;
import java.time.ZoneId;

/** Parts of a week in which traffic differs as a rule: six hours of a day, on working days or at the weekend. */
public enum Stratum {
    /** Monday to Friday, 0 to 6. */
    WEEKDAY_NIGHT,
    /** Monday to Friday, 6 to 12. */
    WEEKDAY_MORNING,
    /** Monday to Friday, 12 to 18. */
    WEEKDAY_AFTERNOON,
    /** Monday to Friday, 18 to 24. */
    WEEKDAY_EVENING,
    /** Saturday and Sunday, 0 to 6. */
    WEEKEND_NIGHT,
    /** Saturday and Sunday, 6 to 12. */
    WEEKEND_MORNING,
    /** Saturday and Sunday, 12 to 18. */
    WEEKEND_AFTERNOON,
    /** Saturday and Sunday, 18 to 24. */
    WEEKEND_EVENING;

    private static final int HOURS = 6;

    /** Where a moment lies. */
    public static Stratum of(Instant moment, ZoneId zone) {
        boolean weekend = WeekPart.of(moment, zone) == WeekPart.WEEKEND;
        return values()[moment.atZone(zone).getHour() / HOURS + (weekend ? WEEKEND_NIGHT.ordinal() : 0)];
    }
}
