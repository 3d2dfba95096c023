/** A schedule that can be said in a few words; anything else is shown as it is written. */
export type Plain =
  | { kind: "minutes"; count: number }
  | { kind: "hours"; count: number; minute: number }
  | { kind: "days"; at: string }
  | { kind: "weekdays"; at: string }
  | { kind: "week"; day: number; at: string }
  | { kind: "month"; day: number; at: string }
  | { kind: "year"; month: number; day: number; at: string };

const PRESETS: Record<string, string> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
};
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const isNumber = (text: string) => /^\d+$/.test(text);
const clock = (hour: string, minute: string) => `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;

/** How far apart the values of a cron field are: 1 for `*`, n for a star with `/n`; null for anything else. */
function step(text: string): number | null {
  if (text === "*") return 1;
  const match = /^\*\/(\d+)$/.exec(text);
  return match ? Number(match[1]) : null;
}

/** The weekday that a cron field names alone: 0 is Sunday; null for ranges, lists and `*`. */
function weekday(text: string): number | null {
  if (isNumber(text) && Number(text) <= 7) return Number(text) % 7;
  const at = DAYS.indexOf(text.toLowerCase());
  return at < 0 ? null : at;
}

/** What a cron line means, when it is one of the usual kinds; null otherwise. */
export function plainCron(cron: string): Plain | null {
  const fields = (PRESETS[cron.trim()] ?? cron).trim().split(/\s+/);
  if (fields.length !== 5) return null;
  const [minute = "", hour = "", day = "", month = "", week = ""] = fields;
  if (day === "*" && month === "*" && week === "*") return often(minute, hour);
  if (!isNumber(minute) || !isNumber(hour)) return null;
  return seldom(clock(hour, minute), day, month, week);
}

function often(minute: string, hour: string): Plain | null {
  const minutes = step(minute);
  if (minutes !== null && hour === "*" && 60 % minutes === 0) return { kind: "minutes", count: minutes };
  if (!isNumber(minute)) return null;
  if (isNumber(hour)) return { kind: "days", at: clock(hour, minute) };
  const hours = step(hour);
  return hours !== null && 24 % hours === 0 ? { kind: "hours", count: hours, minute: Number(minute) } : null;
}

function seldom(at: string, day: string, month: string, week: string): Plain | null {
  if (day === "*" && month === "*") {
    if (week === "1-5" || week.toLowerCase() === "mon-fri") return { kind: "weekdays", at };
    const on = weekday(week);
    return on === null ? null : { kind: "week", day: on, at };
  }
  if (!isNumber(day) || week !== "*") return null;
  if (month === "*") return { kind: "month", day: Number(day), at };
  return isNumber(month) ? { kind: "year", month: Number(month), day: Number(day), at } : null;
}

/** Seconds of an interval that Python wrote (`1 day, 0:00:00`, `0:10:00`); null for anything else. */
export function deltaSeconds(text: string): number | null {
  const match = /^(?:(\d+) days?, )?(\d+):(\d\d):(\d\d)(?:\.\d+)?$/.exec(text);
  if (!match) return null;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}
