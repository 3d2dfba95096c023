import { Advised } from "@/components/Advised";
import { stateColor } from "@/states/states";
import { type AnyHold, HeldWords } from "../holds/HeldWords";
import { WhyWaits, type WhyWaitsProps } from "../holds/WhyWaits";
import classes from "./Reasons.module.css";

interface ReasonsProps {
  why?: string | null;
  error?: string | null;
  hold: AnyHold | null;
  /** The command that releases it. */
  release: string;
  state: string;
  /** What it is about: `why` may name a hold of its run or its DAG. */
  target?: WhyWaitsProps["target"];
}

/** Why something waits, is held or failed: the first thing that whoever opens it wants to know. */
export function Reasons({ why, error, hold, release, state, target }: ReasonsProps) {
  const colour = stateColor.ink(state);
  // What is held waits for nothing else before that: then the server's reason is the same hold.
  const isSaid = hold !== null && Boolean(why?.endsWith(`: ${release}`));
  return (
    <>
      {hold && (
        <p className={classes.reason} style={{ borderColor: stateColor.ink("deferred") }}>
          <HeldWords hold={hold} command={release} />
        </p>
      )}
      {why && why !== error && !isSaid && (
        <p className={classes.reason} style={{ borderColor: colour }}>
          {target ? <WhyWaits why={why} target={target} /> : <Advised text={why} />}
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
