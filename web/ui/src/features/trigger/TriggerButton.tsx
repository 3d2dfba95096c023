import { Button, Modal } from "@mantine/core";
import { Play } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import type { DagRun } from "@/api/dagTypes";
import { useMay } from "@/api/session";
import { Guarded } from "@/components/Guarded";
import { QueryView, SkeletonLines } from "@/components/QueryView";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import { useDag } from "../frame/useDag";
import { runAddress } from "../runs/addresses";
import classes from "./TriggerButton.module.css";

const TriggerForm = lazy(() => import("./TriggerForm").then((module) => ({ default: module.TriggerForm })));

interface TriggerButtonProps {
  dagId: string;
  /** An icon alone, for lists; otherwise a button with words. */
  compact?: boolean;
  /** Values that the form starts with. */
  conf?: Record<string, unknown> | null;
  label?: string;
}

/** Opens the form that makes a run; after it, shows the run. */
export function TriggerButton({ dagId, compact, conf = null, label }: TriggerButtonProps) {
  const [opened, setOpened] = useState(false);
  const open = () => setOpened(true);
  return (
    <>
      {compact ? <TriggerIcon dagId={dagId} onClick={open} /> : <TriggerWords onClick={open} label={label} />}
      {opened && <TriggerDialog dagId={dagId} conf={conf} onClose={() => setOpened(false)} />}
    </>
  );
}

function TriggerWords({ onClick, label }: { onClick: () => void; label: string | undefined }) {
  const t = useText();
  return (
    <Guarded role="operator">
      {(disabled) => (
        <Button size="xs" leftSection={<Play size={14} />} disabled={disabled} onClick={onClick}>
          {label ?? t("trigger.action")}
        </Button>
      )}
    </Guarded>
  );
}

/** Kept light: a list draws one in each row. */
function TriggerIcon({ dagId, onClick }: { dagId: string; onClick: () => void }) {
  const t = useText();
  const may = useMay("operator");
  const words = t("trigger.of", { dag: dagId });
  return (
    <button type="button" className={classes.icon} disabled={!may} aria-label={words} title={words} onClick={onClick}>
      <Play size={15} aria-hidden />
    </button>
  );
}

interface TriggerDialogProps {
  dagId: string;
  conf: Record<string, unknown> | null;
  onClose: () => void;
}

/** The trigger form in a dialog, for the DAG as it is now. */
export function TriggerDialog({ dagId, conf, onClose }: TriggerDialogProps) {
  const t = useText();
  const navigate = useNavigate();
  const dag = useDag(dagId);
  const done = (run: DagRun) => {
    onClose();
    const address = runAddress(dagId, run.dag_run_id);
    toastDone(t("trigger.done", { run: run.dag_run_id }), address);
    void navigate(address);
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("trigger.title", { dag: dagId })}
      size="lg"
      closeButtonProps={{ "aria-label": t("action.close") }}
    >
      <QueryView query={dag}>
        {(data) => (
          <Suspense fallback={<SkeletonLines />}>
            <TriggerForm dag={data} conf={conf} onDone={done} onCancel={onClose} />
          </Suspense>
        )}
      </QueryView>
    </Modal>
  );
}
