import { SegmentedControl, Select } from "@mantine/core";
import { useSearchParams } from "react-router";
import type { InstanceRef, TaskInstance } from "@/api/runTypes";
import { EmptyState } from "@/components/EmptyState";
import { useText } from "@/i18n";
import { LogView } from "../logs/LogView";
import classes from "./TryLog.module.css";

const MOST_BUTTONS = 8;

/** The log of the newest try, or of the one that the address names (`?try=`). */
export function TryLog({ target, instance }: { target: InstanceRef; instance: TaskInstance }) {
  const t = useText();
  const [search, setSearch] = useSearchParams();
  const newest = instance.try_number;
  if (newest < 1) return <EmptyState title={t("logs.noTry")}>{instance.why}</EmptyState>;
  const named = Number(search.get("try"));
  const shown = Number.isInteger(named) && named >= 1 && named <= newest ? named : newest;
  const choose = (value: string | null) =>
    setSearch((old) => {
      const params = new URLSearchParams(old);
      if (value === null || Number(value) === newest) params.delete("try");
      else params.set("try", value);
      return params;
    });
  const tries = Array.from({ length: newest }, (_, at) => String(at + 1));
  return (
    <div className={classes.log}>
      {newest > 1 && (
        <div className={classes.tries}>
          <span>{t("logs.try")}</span>
          {newest <= MOST_BUTTONS ? (
            <SegmentedControl
              size="xs"
              aria-label={t("logs.try")}
              data={tries}
              value={String(shown)}
              onChange={choose}
            />
          ) : (
            <Select
              size="xs"
              w="6rem"
              aria-label={t("logs.try")}
              data={tries}
              value={String(shown)}
              onChange={choose}
            />
          )}
        </div>
      )}
      <LogView target={target} tryNumber={shown} state={shown === newest ? instance.state : "success"} />
    </div>
  );
}
