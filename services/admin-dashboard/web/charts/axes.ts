/** How a chart shows time along its foot. */
export interface TimeAxis {
  readonly timeZone: string;
  readonly label: (millis: number) => string;
  /** Distances that ticks may have. */
  readonly stepSeconds: readonly number[];
  /** Room for the first and the last bar. */
  readonly padSeconds: number;
  /** A window of this length that moves with the newest point; otherwise all points are shown. */
  readonly windowSeconds?: number;
}

const MINUTE = 60;
const DAY = 86_400;

const format = (options: Intl.DateTimeFormatOptions): TimeAxis['label'] => {
  const formatter = new Intl.DateTimeFormat('en-GB', options);
  return (millis) => formatter.format(millis);
};

const clock = { hour: '2-digit', minute: '2-digit' } as const;

/** The last moments, in the game's time zone. */
export const secondsAxis = (timeZone: string, windowSeconds: number): TimeAxis => ({
  timeZone,
  label: format({ ...clock, second: '2-digit', timeZone }),
  stepSeconds: [30, MINUTE],
  padSeconds: 0,
  windowSeconds,
});

/** Minutes, in the game's time zone. */
export const minutesAxis = (timeZone: string): TimeAxis => ({
  timeZone,
  label: format({ ...clock, timeZone }),
  stepSeconds: [5 * MINUTE, 10 * MINUTE, 30 * MINUTE],
  padSeconds: MINUTE / 2,
});

/** Calendar days; a day is drawn where it begins in UTC, whatever the time zone that it is a day of. */
export const daysAxis: TimeAxis = {
  timeZone: 'UTC',
  label: format({ day: 'numeric', month: 'short', timeZone: 'UTC' }),
  stepSeconds: [DAY, 2 * DAY, 7 * DAY],
  padSeconds: DAY / 2,
};
