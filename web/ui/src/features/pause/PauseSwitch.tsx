import { useMutation, useQueryClient } from "@tanstack/react-query";
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
  const [due, setDue] = useState(0);
  const pause = usePause(dagId);
  const looking = useMutation({ mutationFn: () => api.get<{ count: number }>(path`/dags/${dagId}/runs-due`) });
  const shown = pause.isPending ? !pause.variables : !paused;

  const set = (value: boolean) => pause.mutateAsync(value).catch((error: unknown) => toastFailed(error, t));
  const toggle = async () => {
    if (!paused) return set(true);
    const count = await looking.mutateAsync().then(
      (answer) => answer.count,
      () => 0, // only the warning is lost: the change itself says what is wrong
    );
    if (count > 1) setDue(count);
    else await set(false);
  };

  const label = t(may ? (paused ? "dags.unpause" : "dags.pause") : "dags.pause.needs", { dag: dagId });
  return (
    <>
      <button
        type="button"
        role="switch"
        aria-checked={shown}
        aria-label={label}
        title={label}
        className={classes.switch}
        disabled={!may || pause.isPending || looking.isPending}
        onClick={() => void toggle()}
      >
        <span className={classes.knob} />
      </button>
      {due > 1 && (
        <ConfirmDialog
          opened
          title={t("dags.unpause.title", { dag: dagId })}
          confirm={t("dags.unpause.confirm", { count: due })}
          onConfirm={() => pause.mutateAsync(false)}
          onClose={() => setDue(0)}
        >
          {t("dags.unpause.due", { count: due })}
        </ConfirmDialog>
      )}
    </>
  );
}

function usePause(dagId: string) {
  const t = useText();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (is_paused: boolean) => api.patch(path`/dags/${dagId}`, { is_paused }),
    onSuccess: async (_, is_paused) => {
      toastDone(t(is_paused ? "dags.pause.done" : "dags.unpause.done", { dag: dagId }));
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.dags() }),
        client.invalidateQueries({ queryKey: keys.dag(dagId) }),
      ]);
    },
  });
}
