import { useLanguage, useText } from "../i18n";
import { usePreferences } from "../preferences/store";
import { absoluteTime, durationText, momentParts, relativeTime, shortTime, zoneName } from "./format";
import classes from "./Time.module.css";
import { useNow } from "./useNow";

interface TimeProps {
  /** RFC 3339, as the API sends it. */
  at: string | null | undefined;
  /** How it is written; the tooltip always has the moment in full, with its zone. */
  as?: "absolute" | "short" | "relative";
  /** Shown when there is no time. */
  none?: string;
}

/** A moment in the user's zone. */
export function Time({ at, as = "absolute", none }: TimeProps) {
  const t = useText();
  if (!at) return <span className={classes.none}>{none ?? t("time.never")}</span>;
  return as === "relative" ? <RelativeTime at={at} /> : <FixedTime at={at} as={as} />;
}

function RelativeTime({ at }: { at: string }) {
  const language = useLanguage();
  // The clock ticks rarely; what is drawn between two ticks must not lie in its future.
  const now = Math.max(useNow("slow"), Date.now());
  return <Moment at={at}>{relativeTime(new Date(at), new Date(now), language)}</Moment>;
}

function FixedTime({ at, as }: { at: string; as: "absolute" | "short" }) {
  const { zone } = usePreferences();
  const moment = new Date(at);
  return <Moment at={at}>{as === "short" ? shortTime(moment, zone) : absoluteTime(moment, zone)}</Moment>;
}

function Moment({ at, children }: { at: string; children: string }) {
  const { zone } = usePreferences();
  const moment = new Date(at);
  const label = `${absoluteTime(moment, zone)} ${zoneName(zone)} (${momentParts(moment, zone).offset})`;
  return (
    <time dateTime={at} title={label} className={classes.figures}>
      {children}
    </time>
  );
}

interface DurationProps {
  /** Seconds; null with `since` counts up from there. */
  seconds: number | null | undefined;
  since?: string | null;
}

/** How long something took, or has been going on. */
export function Duration({ seconds, since }: DurationProps) {
  const language = useLanguage();
  if (seconds !== null && seconds !== undefined) return <Span>{durationText(seconds, language)}</Span>;
  return since ? <Running since={since} /> : <Span>–</Span>;
}

function Running({ since }: { since: string }) {
  const now = useNow("second");
  const language = useLanguage();
  return <Span>{durationText(Math.max(0, Math.round((now - new Date(since).getTime()) / 1000)), language)}</Span>;
}

function Span({ children }: { children: string }) {
  return <span className={classes.figures}>{children}</span>;
}
