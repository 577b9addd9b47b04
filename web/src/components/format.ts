/** Times, durations and sizes as people read them. All pure: the time zone is the browser's. */
const MINUTE = 60_000;

/** A duration: 0.02 ms, 480 ms, 2.4 s, 3 min 5 s, 2 h 10 min. */
export function duration(ms: number): string {
  if (ms < 1) {
    return `${ms < 0.005 ? 0 : ms.toFixed(2)} ms`;
  }
  if (ms < 1_000) {
    return `${Math.round(ms)} ms`;
  }
  const seconds = ms / 1_000;
  if (seconds < 59.95) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 3_600) {
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** When something was: "09:12:04" today, "yesterday 09:12", else with the date. */
export function moment(iso: string, now: Date): string {
  const time = new Date(iso);
  const days = daysBetween(time, now);
  if (days === 0) {
    return time.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  }
  const clock = time.toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  if (days === 1 || days === -1) {
    return `${relative.format(-days, "day")} ${clock}`;
  }
  const year = time.getFullYear() === now.getFullYear() ? undefined : ("numeric" as const);
  return `${time.toLocaleDateString(undefined, { day: "numeric", month: "short", year })} ${clock}`;
}

/** A time to come by the clocks of a place: "Mon, Nov 30, 2026, 07:00 AM". */
export function dueTime(iso: string, zone: string): string {
  return new Date(iso).toLocaleString(undefined, {
    ...{ weekday: "short", day: "numeric", month: "short", year: "numeric" },
    ...{ hour: "2-digit", minute: "2-digit", timeZone: zone },
  });
}

/** The time of day to the hundredth of a second: 09:12:04.31. */
export function clock(iso: string): string {
  return new Date(iso).toLocaleTimeString("en-GB", {
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
    fractionalSecondDigits: 2,
  });
}

function daysBetween(earlier: Date, later: Date): number {
  const start = (day: Date) => Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  return Math.round((start(later) - start(earlier)) / (24 * 60 * MINUTE));
}

/** The whole time, with milliseconds and zone, for a title. */
export function exactly(iso: string): string {
  const time = new Date(iso);
  const clock = time.toLocaleString(undefined, { dateStyle: "full", timeStyle: "medium" });
  return `${clock} (${time.getMilliseconds()} ms), ${Intl.DateTimeFormat().resolvedOptions().timeZone}`;
}

/** Bytes or characters: 812 B, 3.4 kB, 1.2 MB. */
export function size(bytes: number): string {
  if (bytes < 1_000) {
    return `${bytes} B`;
  }
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
