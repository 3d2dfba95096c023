import { Code } from "@mantine/core";
import type { Hold, TaskInstance } from "@/api/runTypes";
import { Text, useText } from "@/i18n";
import { Time } from "@/time/Time";

/** A hold; of a task it is known whether it is held in every run. */
export type AnyHold = Hold & Partial<NonNullable<TaskInstance["hold"]>>;

/** Who holds something, since when and why, and how it is released: `command` does what the button does. */
export function HeldWords({ hold, command }: { hold: AnyHold; command: string }) {
  const t = useText();
  const button = t(hold.every_run ? "hold.releaseEvery" : "hold.release");
  const { actor, reason } = hold;
  return (
    <>
      <Text
        k={reason ? "hold.because" : "hold.by"}
        values={{ actor: <b>{actor}</b>, time: <Time at={hold.held_at} />, reason }}
      />
      {". "}
      <Text k="hold.releaseWith" values={{ button, command: <Code>{command}</Code> }} />.
    </>
  );
}
