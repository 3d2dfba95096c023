import type { InstanceRef, TaskInstance } from "@/api/runTypes";
import { EmptyState } from "@/components/EmptyState";
import { useText } from "@/i18n";
import { WhyWaits } from "../holds/WhyWaits";
import { LogView } from "../logs/LogView";
import { TryChoice, useTry } from "./TryChoice";
import classes from "./TryLog.module.css";

/** The log of the newest try, or of the one that the address names (`?try=`). */
export function TryLog({ target, instance }: { target: InstanceRef; instance: TaskInstance }) {
  const t = useText();
  const newest = instance.try_number;
  const [shown, choose] = useTry(newest);
  if (newest < 1)
    return (
      <EmptyState title={t("logs.noTry")}>{instance.why && <WhyWaits why={instance.why} target={target} />}</EmptyState>
    );
  return (
    <div className={classes.log}>
      <TryChoice newest={newest} shown={shown} choose={choose} />
      <LogView target={target} tryNumber={shown} state={shown === newest ? instance.state : "success"} />
    </div>
  );
}
