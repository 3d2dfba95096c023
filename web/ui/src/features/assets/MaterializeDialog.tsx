import { Text as Words } from "@mantine/core";
import { useNavigate } from "react-router";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { toastDone } from "@/components/toasts";
import { runAddress } from "@/features/runs/addresses";
import { useText } from "@/i18n";
import { type Asset, useAssetActions } from "./queries";

interface DialogProps {
  asset: Asset;
  opened: boolean;
  onClose: () => void;
}

/** Starts a run of the DAG that makes the asset. */
export function MaterializeDialog({ asset, opened, onClose }: DialogProps) {
  const t = useText();
  const navigate = useNavigate();
  const { materialize } = useAssetActions(asset.id);
  const [producer, ...others] = asset.producers;
  const isOne = producer !== undefined && others.every((other) => other.dag_id === producer.dag_id);
  const act = async () => {
    const run = await materialize();
    toastDone(t("assets.materialize.done", { dag: run.dag_id }));
    void navigate(runAddress(run.dag_id, run.dag_run_id));
  };
  return (
    <ConfirmDialog
      opened={opened}
      title={t("assets.materialize")}
      confirm={t("assets.materialize.confirm")}
      disabled={!isOne}
      onConfirm={act}
      onClose={onClose}
    >
      <Words>
        {isOne
          ? t("assets.materialize.what", { dag: producer.dag_id, task: producer.task_id, asset: asset.name })
          : t(producer ? "assets.materialize.many" : "assets.materialize.none")}
      </Words>
    </ConfirmDialog>
  );
}
