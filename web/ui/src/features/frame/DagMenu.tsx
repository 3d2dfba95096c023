import { ActionIcon, Menu } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { CirclePause, CirclePlay, EllipsisVertical, History, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { api, path } from "@/api/client";
import type { DagDetails } from "@/api/dagTypes";
import { keys } from "@/api/keys";
import { useMay } from "@/api/session";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import { holdDag, useRefreshDag } from "../actions/changes";
import { HoldDialog } from "../actions/HoldDialog";

/** What is seldom done to a DAG: filling past dates, holding it back, deleting it. */
export function DagMenu({ dag }: { dag: DagDetails }) {
  const t = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const [holding, setHolding] = useState(false);
  const mayDelete = useMay("admin");
  const mayHold = useMay("operator");
  const refresh = useRefreshDag(dag.dag_id);
  const release = async () => {
    await holdDag(dag.dag_id, null);
    toastDone(t("hold.released"));
    refresh();
  };
  const remove = async () => {
    await api.delete(path`/dags/${dag.dag_id}`);
    toastDone(t("dag.delete.done", { dag: dag.dag_id }));
    void navigate("/dags");
    await client.invalidateQueries({ queryKey: keys.dags() });
  };
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label={t("dag.actions")}>
            <EllipsisVertical size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component={Link}
            to={`/backfills/new?dag_id=${encodeURIComponent(dag.dag_id)}`}
            leftSection={<History size={14} />}
          >
            {t("backfills.ofDag")}
          </Menu.Item>
          <Menu.Item
            leftSection={dag.hold ? <CirclePlay size={14} /> : <CirclePause size={14} />}
            disabled={!mayHold}
            onClick={() => (dag.hold ? void release() : setHolding(true))}
          >
            {t(dag.hold ? "hold.release" : "hold.action")}
          </Menu.Item>
          <Menu.Item
            color="red"
            leftSection={<Trash2 size={14} />}
            disabled={!mayDelete}
            onClick={() => setDeleting(true)}
          >
            {t("dag.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {holding && (
        <HoldDialog hold={(reason) => holdDag(dag.dag_id, reason)} onDone={refresh} onClose={() => setHolding(false)} />
      )}
      <ConfirmDialog
        opened={deleting}
        danger
        title={t("dag.delete.title", { dag: dag.dag_id })}
        confirm={t("dag.delete")}
        onConfirm={remove}
        onClose={() => setDeleting(false)}
      >
        {t("dag.delete.text")}
      </ConfirmDialog>
    </>
  );
}
