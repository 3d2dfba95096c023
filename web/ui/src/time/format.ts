import type { Language, Zone } from "../preferences/store";

const LOCAL = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The IANA name of the zone that times are shown in. */
export const zoneName = (zone: Zone): string => (zone === "UTC" ? "UTC" : LOCAL);

const two = (n: number) => String(n).padStart(2, "0");

/** Minutes east of UTC, as `+09:00`. */
function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/**
 * A moment's parts in a zone: date `2026-11-21`, clock `10:01:16`, offset `+09:00`.
 * By the getters of Date and not by Intl, which takes a hundred times as long: lists ask for thousands.
 */
export function momentParts(at: Date, zone: Zone): { date: string; clock: string; offset: string } {
  const east = zone === "UTC" ? 0 : -at.getTimezoneOffset();
  const shifted = new Date(at.getTime() + east * 60_000);
  return {
    date: `${shifted.getUTCFullYear()}-${two(shifted.getUTCMonth() + 1)}-${two(shifted.getUTCDate())}`,
    clock: `${two(shifted.getUTCHours())}:${two(shifted.getUTCMinutes())}:${two(shifted.getUTCSeconds())}`,
    offset: offsetText(east),
  };
}

/** `2026-11-21 10:01:16`, in the zone. */
export function absoluteTime(at: Date, zone: Zone): string {
  const { date, clock } = momentParts(at, zone);
  return `${date} ${clock}`;
}

/** As short as it stays clear: `10:01` today, `11-20 10:01` this year, else `2025-11-20 10:01`. */
export function shortTime(at: Date, zone: Zone, now: Date = new Date()): string {
  const { date, clock } = momentParts(at, zone);
  const today = momentParts(now, zone).date;
  const minute = clock.slice(0, 5);
  if (date === today) return minute;
  return `${date.slice(0, 4) === today.slice(0, 4) ? date.slice(5) : date} ${minute}`;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

const relativeFormats = new Map<string, Intl.RelativeTimeFormat>();

function relativeFormat(language: string): Intl.RelativeTimeFormat {
  const known =
    relativeFormats.get(language) ?? new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  relativeFormats.set(language, known);
  return known;
}

/** `3 minutes ago`, `in 2 hours`; within five seconds `now`. */
export function relativeTime(at: Date, now: Date, language: string): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const format = relativeFormat(language);
  if (Math.abs(seconds) < 5) return format.format(0, "second");
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ["second", 1];
  return format.format(Math.trunc(seconds / size), unit);
}

/** The signs of days, hours, minutes, seconds; milliseconds are the same everywhere. */
const SIGNS: Record<Language, [string, string, string, string]> = {
  en: ["d", "h", "m", "s"],
  ko: ["일", "시간", "분", "초"],
};

/** The language that the page is written in, as its root element says: durations are written far from any component. */
const pageLanguage = (): Language => (globalThis.document?.documentElement.lang === "ko" ? "ko" : "en");

/** The signs of the page's language. */
export const timeSigns = (language: Language = pageLanguage()) => SIGNS[language];

/** A duration in seconds as two parts at most: `0s`, `4ms`, `0.42s`, `7.3s`, `2m 05s`, `3h 12m`, `2d 4h`; `2분 05초`. */
export function durationText(seconds: number, language: Language = pageLanguage()): string {
  const [d, h, m, s] = SIGNS[language];
  if (seconds <= 0) return `0${s}`;
  if (seconds < 0.1) return `${Math.max(Math.round(seconds * 1000), 1)}ms`;
  if (seconds < 1) return `${seconds.toFixed(2)}${s}`;
  if (seconds < 10) return `${seconds.toFixed(1)}${s}`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${s}`;
  if (whole < 3_600) return `${Math.floor(whole / 60)}${m} ${two(whole % 60)}${s}`;
  if (whole < 86_400) return `${Math.floor(whole / 3_600)}${h} ${two(Math.floor((whole % 3_600) / 60))}${m}`;
  return `${Math.floor(whole / 86_400)}${d} ${Math.floor((whole % 86_400) / 3_600)}${h}`;
}
