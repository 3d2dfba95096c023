import { Link } from "react-router";
import { Panel } from "@/components/Panel";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { StateIcon } from "@/states/StateIcon";
import { stateColor, TASK_STATES } from "@/states/states";
import { tasksAddress } from "../taskList/filters";
import classes from "./TasksNow.module.css";

/** The unfinished task instances of what runs now, by state: a bar and its figures. */
export function TasksNow({ states }: { states: Record<string, number> }) {
  const t = useText();
  const name = useStateName();
  const shown = TASK_STATES.map((state) => ({ state, count: states[state] ?? 0 })).filter(({ count }) => count > 0);
  const total = shown.reduce((sum, { count }) => sum + count, 0);
  return (
    <Panel title={t("home.tasks")} aside={total > 0 && t("home.tasks.count", { count: total })}>
      {total === 0 && <span className={classes.nothing}>{t("home.tasks.none")}</span>}
      {total > 0 && (
        <>
          <div className={classes.bar} aria-hidden>
            {shown.map(({ state, count }) => (
              <span key={state} style={{ flex: count, background: stateColor.fill(state) }} />
            ))}
          </div>
          <ul className={classes.legend}>
            {shown.map(({ state, count }) => (
              <li key={state}>
                <Link to={tasksAddress({ state })}>
                  <StateIcon state={state} />
                  {name(state)}
                  <b>{count.toLocaleString()}</b>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
