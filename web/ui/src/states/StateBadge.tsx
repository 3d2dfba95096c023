import type { CSSProperties } from "react";
import { type MessageKey, useText } from "../i18n";
import classes from "./StateBadge.module.css";
import { StateIcon } from "./StateIcon";
import { stateColor } from "./states";

/** The words for a state of a task or run, in the user's language. */
export function useStateName(): (state: string) => string {
  const t = useText();
  return (state) => t(`state.${state}` as MessageKey);
}

/** A state as icon and words. `count` is put before the words (`3 failed`). */
export function StateBadge({ state, count }: { state: string; count?: number }) {
  const name = useStateName();
  const style = { "--ink": stateColor.ink(state), "--fill": stateColor.fill(state) } as CSSProperties;
  return (
    <span className={classes.badge} style={style} data-state={state}>
      <StateIcon state={state} size={13} />
      {count === undefined ? name(state) : `${count.toLocaleString()} ${name(state)}`}
    </span>
  );
}
