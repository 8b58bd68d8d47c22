package io.driftaware.runner.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The functions that make sentences, axes and labels of numbers, fed by hand in a real browser. */
class DashboardWordsTest extends DriftedDashboard {
    @Test
    void values_of_episodes_are_told_in_the_quantity_that_they_were_judged_in() throws Exception {
        page.load(drifted.url());
        String told = page.inPage(
                """
                const { measured } = await import('/assets/episodes.js');
                return [['rate', 'share', 0.12, 0.05], ['rise', 'share', 0.12, 0.02], ['drop', 'score', 0.08, 0.05],
                  ['drifted_share', 'share', 0.07, 0.01], ['distance', 'distance', 0.62, 0.1], [null, null, 0.62, 0.1]]
                  .map(([measure, unit, value, threshold]) => measured({ measure, unit, threshold, opened_value: value })).join('|');
                """);
        assertThat(told.replace('\u00a0', ' ').split("\\|", -1))
                .containsExactly(
                        "12.0 % against a limit of 5.0 %",
                        "12.0 points more than in the baseline, acts from 2.0 points",
                        "0.080 less than in the baseline, acts from 0.050",
                        "at least 7.0 % not as before, acts from 1.0 %",
                        "cosine distance 0.6200, acts from 0.1000",
                        "");
        assertThat(page.text("#episodes")).contains("more than in the baseline").doesNotContain("null");
    }

    /** A flag that is held against its limit, before a baseline is learned. */
    @Test
    void a_rate_above_its_limit_is_not_told_as_a_change() throws Exception {
        page.load(drifted.url());
        String told = page.inPage(
                        """
                const { story } = await import('/assets/episodes.js');
                const stream = { verdict: 'DRIFT', headline: { value: 0.07, before: null, threshold: 0.05, unit: 'share', worse: 'higher',
                  detectable: null, label: 'of answers refuse', measure: 'rate' } };
                const episode = { id: 1, stream: 'refusals', opened_at: '2026-03-04T12:00:00Z', opened_value: 0.07, threshold: 0.05,
                  measure: 'rate', unit: 'share', began_about: null, drifted: null, actions: [],
                  proof: { hypothesis: 'limit', ratio: 1.1, chance_once_in_days: 1461, alarm_once_in_days: 600, beyond: 'limit', baseline_risk: 0 } };
                const overview = { generated_at: '2026-03-04T12:00:00Z', monitor: { false_alarm_days: 30 } };
                return story(episode, stream, {}, overview, () => {}, () => {}).textContent;
                """)
                .replace('\u00a0', ' ');
        assertThat(told)
                .contains("7.0 % of answers refuse (limit 5.0 %)")
                .contains(
                        "a rate within its limit would look like this once in 4 years at most (an alarm: once in 600 days)")
                .doesNotContain("not as before", "began", "chance", "baseline");
    }

    @Test
    void an_action_comes_with_what_it_did_for_this_drift() throws Exception {
        page.load(drifted.url());
        String told = page.inPage(
                """
                const { story } = await import('/assets/episodes.js');
                const episode = { id: 1, stream: 'refusals', opened_at: '2026-03-04T12:00:00Z', opened_value: 0.07, threshold: 0.05,
                  measure: 'rate', unit: 'share', began_about: null, drifted: null, proof: null,
                  actions: ['VERIFIED', 'INEFFECTIVE', 'UNCLEAR', null].map((outcome, i) => ({ id: i, action: 'command', kind: 'retrain',
                    state: 'SUCCEEDED', updated_at: '2026-03-04T12:00:00Z', due: null, detail: 'job ' + i, outcome })) };
                const overview = { generated_at: '2026-03-04T12:00:00Z', monitor: { false_alarm_days: 30 } };
                const page = story(episode, null, {}, overview, () => {}, () => {});
                return [...page.querySelectorAll('.action')].map((line) => line.textContent).join('|');
                """);
        assertThat(told.split("\\|"))
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("job 0, and the drift ended after it"),
                        line -> assertThat(line)
                                .endsWith("job 1, but the drift lasted beyond the time that it may take"),
                        line -> assertThat(line).endsWith("job 2, but whether it helped is not known"),
                        line -> assertThat(line).endsWith("job 3"));
    }

    @Test
    void a_short_interval_is_told_in_seconds() throws Exception {
        page.load(drifted.url());
        String told = page.inPage(
                """
                const { span } = await import('/assets/format.js');
                return [1, 30, 89, 90, 900].map(span).join('|');
                """);
        assertThat(told.replace('\u00a0', ' ').split("\\|"))
                .containsExactly("1 second", "30 seconds", "89 seconds", "2 minutes", "15 minutes");
    }

    @Test
    void a_last_row_whose_second_is_not_known_is_told_as_its_quarter_of_an_hour() throws Exception {
        page.load(drifted.url());
        String told = page.inPage(
                """
                const { lastRow } = await import('/assets/format.js');
                return [['11:45', '12:13:20'], ['11:45', null], ['12:00', null], ['12:14', null], ['08:00', null], [null, null]].map(([quarter, newest]) =>
                  lastRow({ last_row: quarter && `2026-03-04T${quarter}:00Z`, newest_row: newest && `2026-03-04T${newest}Z` }, '2026-03-04T12:15:00Z')).join('|');
                """);
        assertThat(told.split("\\|"))
                .containsExactly(
                        "2 minutes ago",
                        "15 to 30 minutes ago",
                        "at most 15 minutes ago",
                        "just now",
                        "4 hours ago",
                        "never");
    }

    @Test
    void the_labels_of_an_axis_are_the_values_that_they_stand_at() throws Exception {
        page.load(drifted.url());
        String labels = page.inPage(
                        """
                const { ticks } = await import('/assets/chart.js');
                return [[0, 0.1, 'share'], [0, 0.007, 'share'], [0, 0.9, 'share'], [0, 9, 'ratio'], [0.7, 0.79, 'score']].map(([low, high, unit]) =>
                  ticks(low, high, 4, unit).map((tick) => tick.label).join(' ')).join('|');
                """)
                .replace('\u00a0', ' ');
        assertThat(labels.split("\\|"))
                .containsExactly(
                        "0.0 % 2.5 % 5.0 % 7.5 % 10.0 %",
                        "0.0 % 0.2 % 0.4 % 0.6 %", "0 % 25 % 50 % 75 %", "0.0 2.5 5.0 7.5", "0.700 0.725 0.750 0.775");
    }

    /** In March the last Sunday has 23 hours there, in October 25. */
    @Test
    void days_begin_at_midnight_when_the_clocks_are_changed() throws Exception {
        page.browser().timeZone("Europe/Berlin");
        try {
            page.load(drifted.url());
            String hours = page.inPage(
                    """
                    const { timeTicks } = await import('/assets/chart.js');
                    const at = (text) => Date.parse(text);
                    return [['2026-03-25T10:00:00Z', '2026-04-05T10:00:00Z', 12], ['2026-10-20T10:00:00Z', '2026-11-02T10:00:00Z', 7],
                      ['2026-03-29T00:00:00Z', '2026-03-30T12:00:00Z', 6]].map(([from, to, most]) =>
                        timeTicks(at(from), at(to), most).found.map((tick) => new Date(tick).getHours()).join(' ')).join('|');
                    """);
            assertThat(hours.split("\\|")).containsExactly("0 0 0 0 0 0 0 0 0 0 0", "0 0 0 0 0 0", "6 12 18 0 6 12");
        } finally {
            page.browser().timeZone("");
        }
    }
}
