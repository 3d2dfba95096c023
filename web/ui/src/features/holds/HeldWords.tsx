import { Code } from "@mantine/core";
import type { Hold, TaskInstance } from "@/api/runTypes";
import { type MessageKey, Text, useText } from "@/i18n";
import { Time } from "@/time/Time";

/** A hold; of a task it is known whether it is held in every run. */
export type AnyHold = Hold & Partial<NonNullable<TaskInstance["hold"]>>;

/** Where the button stands that releases it, seen from where the words stand. */
export type ButtonPlace = "here" | "run" | "dag";

const WAYS: Record<ButtonPlace, MessageKey> = {
  here: "advice.release",
  run: "advice.releaseRun",
  dag: "advice.releaseDag",
};

interface HeldWordsProps {
  hold: AnyHold;
  /** Does what the button does. */
  command: string;
  place?: ButtonPlace;
}

/** Who holds something, since when and why, and how it is released. */
export function HeldWords({ hold, command, place = "here" }: HeldWordsProps) {
  const t = useText();
  const { actor, reason } = hold;
  const what = (
    <Text
      k={reason ? "hold.because" : "hold.by"}
      values={{ actor: <b>{actor}</b>, time: <Time at={hold.held_at} />, reason }}
    />
  );
  const way = t(WAYS[place], { name: t(hold.every_run ? "hold.releaseEvery" : "hold.release") });
  return (
    <>
      <Text k="advice.do" values={{ what, way, command: <Code>{command}</Code> }} />.
    </>
  );
}
