import type { Hold } from "@/api/runTypes";
import { advised } from "@/components/advice";
import { Text, useText } from "@/i18n";
import { stateColor } from "@/states/states";
import { Time } from "@/time/Time";
import classes from "./Reasons.module.css";

interface ReasonsProps {
  why?: string | null;
  error?: string | null;
  hold: Hold | null;
  state: string;
}

/** Why something waits, is held or failed: the first thing that whoever opens it wants to know. */
export function Reasons({ why, error, hold, state }: ReasonsProps) {
  const t = useText();
  const colour = stateColor.ink(state);
  return (
    <>
      {hold && (
        <p className={classes.reason} style={{ borderColor: stateColor.ink("deferred") }}>
          <Text
            k={hold.reason ? "hold.because" : "hold.by"}
            values={{ actor: <b>{hold.actor}</b>, time: <Time at={hold.held_at} />, reason: hold.reason }}
          />
        </p>
      )}
      {why && why !== error && (
        <p className={classes.reason} style={{ borderColor: colour }}>
          {advised(why, t)}
        </p>
      )}
      {error && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long error scrolls, so the keyboard must reach it
        <pre className={classes.error} style={{ borderColor: colour }} tabIndex={0}>
          {error}
        </pre>
      )}
    </>
  );
}
