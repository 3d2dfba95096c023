import { Code } from "@mantine/core";
import type { Hold, TaskInstance } from "@/api/runTypes";
import { commandIn } from "@/components/advice";
import { Text, useText } from "@/i18n";
import { Time } from "@/time/Time";

/** A hold; of a task it is known whether it is held in every run. */
export type AnyHold = Hold & Partial<NonNullable<TaskInstance["hold"]>>;

interface HeldWordsProps {
  hold: AnyHold;
  /** Why it waits, when that is the hold: there stands the command that releases it. */
  why?: string | null | undefined;
}

/** Who holds something, since when and why, and how it is released. */
export function HeldWords({ hold, why }: HeldWordsProps) {
  const t = useText();
  const command = why && isAbout(hold, why) ? commandIn(why) : null;
  const button = t(hold.every_run ? "hold.releaseEvery" : "hold.release");
  const { actor, reason } = hold;
  return (
    <>
      <Text
        k={reason ? "hold.because" : "hold.by"}
        values={{ actor: <b>{actor}</b>, time: <Time at={hold.held_at} />, reason }}
      />
      {". "}
      <Text
        k={command ? "hold.releaseWith" : "hold.releaseHere"}
        values={{ button, command: <Code>{command}</Code> }}
      />
      .
    </>
  );
}

/** Whether the server's reason is this hold: then it need not be said twice. */
export function isAbout({ actor }: Hold, why: string): boolean {
  return why.includes(` is held by ${actor}`);
}
