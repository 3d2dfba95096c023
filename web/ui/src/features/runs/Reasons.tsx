import { Advised } from "@/components/Advised";
import { stateColor } from "@/states/states";
import { type AnyHold, HeldWords, isAbout } from "../holds/HeldWords";
import classes from "./Reasons.module.css";

interface ReasonsProps {
  why?: string | null;
  error?: string | null;
  hold: AnyHold | null;
  state: string;
}

/** Why something waits, is held or failed: the first thing that whoever opens it wants to know. */
export function Reasons({ why, error, hold, state }: ReasonsProps) {
  const colour = stateColor.ink(state);
  return (
    <>
      {hold && (
        <p className={classes.reason} style={{ borderColor: stateColor.ink("deferred") }}>
          <HeldWords hold={hold} why={why} />
        </p>
      )}
      {why && why !== error && !(hold && isAbout(hold, why)) && (
        <p className={classes.reason} style={{ borderColor: colour }}>
          <Advised text={why} />
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
