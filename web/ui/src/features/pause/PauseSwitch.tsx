import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import { useMay } from "@/api/session";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { toastDone, toastFailed } from "@/components/toasts";
import { useText } from "@/i18n";
import classes from "./PauseSwitch.module.css";

interface PauseSwitchProps {
  dagId: string;
  paused: boolean;
}

/** Pauses a DAG, or lets it run again; before that would create several runs at once it says how many. */
export function PauseSwitch({ dagId, paused }: PauseSwitchProps) {
  const t = useText();
  const may = useMay("operator");
  const pause = usePause(dagId);
  const [due, setDue] = useState(0);
  const [wanted, setWanted] = useState<boolean | null>(null);

  const change = async () => {
    setWanted(!paused);
    try {
      const count = paused ? await runsDue(dagId) : 0;
      if (count > 1) setDue(count);
      else await pause(!paused);
    } catch (error) {
      toastFailed(error, t);
    } finally {
      setWanted(null);
    }
  };

  const label = t(may ? (paused ? "dags.unpause" : "dags.pause") : "dags.pause.needs", { dag: dagId });
  return (
    <>
      <button
        type="button"
        role="switch"
        aria-checked={!(wanted ?? paused)}
        aria-label={label}
        title={label}
        className={classes.switch}
        disabled={!may || wanted !== null}
        onClick={() => void change()}
      >
        <span className={classes.knob} />
      </button>
      {due > 1 && (
        <ConfirmDialog
          opened
          title={t("dags.unpause.title", { dag: dagId })}
          confirm={t("dags.unpause.confirm", { count: due })}
          onConfirm={() => pause(false)}
          onClose={() => setDue(0)}
        >
          {t("dags.unpause.due", { count: due })}
        </ConfirmDialog>
      )}
    </>
  );
}

const runsDue = async (dagId: string) => (await api.get<{ count: number }>(path`/dags/${dagId}/runs-due`)).count;

/** Not a mutation of react-query: a list draws many of these, and each would be watched. */
function usePause(dagId: string) {
  const t = useText();
  const client = useQueryClient();
  return async (is_paused: boolean) => {
    await api.patch(path`/dags/${dagId}`, { is_paused });
    toastDone(t(is_paused ? "dags.pause.done" : "dags.unpause.done", { dag: dagId }));
    await Promise.all([
      client.invalidateQueries({ queryKey: keys.dags() }),
      client.invalidateQueries({ queryKey: keys.dag(dagId) }),
    ]);
  };
}
