import type { Dag } from "@/api/dagTypes";
import type { Translate } from "@/i18n";
import { durationText } from "@/time/format";
import { deltaSeconds, type Plain, plainCron } from "./cron";

/** A Sunday: the names of weekdays are taken from the days after it. */
const SUNDAY = Date.UTC(2026, 0, 4);
const DAY = 86_400_000;

/** A DAG's schedule in the user's words; as it is written where words would be longer than it. */
export function scheduleWords(
  { schedule, schedule_kind }: Pick<Dag, "schedule" | "schedule_kind">,
  t: Translate,
  language: string,
): string {
  switch (schedule_kind) {
    case "none":
      return t("dags.noSchedule");
    case "once":
      return t("schedule.once");
    case "continuous":
      return t("schedule.continuous");
    case "assets":
      return assetWords(schedule, t);
    case "delta":
      return deltaWords(schedule, t);
    default: {
      const plain = plainCron(schedule);
      return plain ? cronWords(plain, t, language) : schedule;
    }
  }
}

/** The server writes `when NAME updated` or `when 2 assets updated`. */
function assetWords(schedule: string, t: Translate): string {
  const [, what] = /^when (.+) updated$/.exec(schedule) ?? [];
  if (!what) return t("dags.assetSchedule");
  const [, count] = /^(\d+) assets$/.exec(what) ?? [];
  return count ? t("schedule.assets", { count: Number(count) }) : t("schedule.asset", { asset: what });
}

function deltaWords(schedule: string, t: Translate): string {
  const seconds = deltaSeconds(schedule);
  return seconds === null ? schedule : t("schedule.every", { time: durationText(seconds) });
}

function cronWords(plain: Plain, t: Translate, language: string): string {
  switch (plain.kind) {
    case "minutes":
      return t("schedule.minutes", { count: plain.count });
    case "hours":
      return t("schedule.hours", { count: plain.count, minute: String(plain.minute).padStart(2, "0") });
    case "days":
      return t("schedule.days", { at: plain.at });
    case "weekdays":
      return t("schedule.weekdays", { at: plain.at });
    case "week":
      return t("schedule.week", { at: plain.at, day: part(SUNDAY + plain.day * DAY, { weekday: "long" }, language) });
    case "month":
      return t("schedule.month", { at: plain.at, day: plain.day });
    case "year":
      return t("schedule.year", {
        at: plain.at,
        date: part(Date.UTC(2024, plain.month - 1, plain.day), { month: "long", day: "numeric" }, language),
      });
  }
}

function part(at: number, what: Intl.DateTimeFormatOptions, language: string): string {
  return new Intl.DateTimeFormat(language, { ...what, timeZone: "UTC" }).format(at);
}
