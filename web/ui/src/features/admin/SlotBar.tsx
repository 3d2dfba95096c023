import type { Pool } from "@/api/adminTypes";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { stateColor } from "@/states/states";
import classes from "./SlotBar.module.css";

/** How full a pool is, and with what. */
export function SlotBar({ pool }: { pool: Pool }) {
  const t = useText();
  const name = useStateName();
  const parts = [
    { state: "running", count: pool.running_slots },
    { state: "queued", count: pool.queued_slots },
    { state: "deferred", count: pool.include_deferred ? pool.deferred_slots : 0 },
  ];
  const whole = Math.max(pool.slots, pool.occupied_slots, 1);
  const words = parts.map(({ state, count }) => `${count} ${name(state)}`).join(", ");
  return (
    <span className={classes.line} title={words}>
      <span className={classes.track} role="img" aria-label={words}>
        {parts.map(({ state, count }) => (
          <span key={state} style={{ width: `${(count / whole) * 100}%`, background: stateColor.fill(state) }} />
        ))}
      </span>
      {t("pools.taken", { count: pool.occupied_slots })}
      {pool.scheduled_slots > 0 && ` · ${t("pools.waiting", { count: pool.scheduled_slots })}`}
    </span>
  );
}
