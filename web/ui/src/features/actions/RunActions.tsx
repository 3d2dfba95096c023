import { Button, Group, Menu } from "@mantine/core";
import { ChevronDown, Eraser, SquarePen, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useNavigate } from "react-router";
import type { DagRun } from "@/api/runTypes";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Guarded } from "@/components/Guarded";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { StateIcon } from "@/states/StateIcon";
import { dagAddress } from "../runs/addresses";
import { ClearDialog } from "./ClearDialog";
import { type ClearOptions, deleteRun, holdRun, markRun, useRefresh } from "./changes";
import { HoldButton } from "./HoldButton";

type Open =
  | { what: "clear"; initial: Partial<ClearOptions> }
  | { what: "mark"; state: "success" | "failed" }
  | { what: "delete" }
  | null;

/** What can be done to a whole run. */
export function RunActions({ run }: { run: Pick<DagRun, "dag_id" | "dag_run_id" | "state" | "hold"> }) {
  const t = useText();
  const [open, setOpen] = useState<Open>(null);
  const navigate = useNavigate();
  const { dag_id: dagId, dag_run_id: runId } = run;
  const refresh = useRefresh(dagId, runId);
  const close = () => setOpen(null);
  return (
    <>
      <Group gap={6}>
        <ClearMenu onChoose={(initial) => setOpen({ what: "clear", initial })} />
        <MarkMenu state={run.state} onChoose={(state) => setOpen({ what: "mark", state })} />
        <HoldButton
          hold={run.hold}
          onHold={(reason) => holdRun(dagId, runId, reason)}
          onRelease={() => holdRun(dagId, runId, null)}
          onDone={refresh}
        />
        <Guarded role="admin">
          {(disabled) => (
            <Button
              size="xs"
              variant="subtle"
              color="red"
              leftSection={<Trash2 size={14} />}
              disabled={disabled}
              onClick={() => setOpen({ what: "delete" })}
            >
              {t("action.delete")}
            </Button>
          )}
        </Guarded>
      </Group>
      {open?.what === "clear" && (
        <ClearDialog target={{ dagId, runId, tasks: null }} initial={open.initial} onClose={close} />
      )}
      <MarkRun open={open?.what === "mark" ? open.state : null} {...{ dagId, runId, refresh, close }} />
      <ConfirmDialog
        opened={open?.what === "delete"}
        title={t("run.deleteTitle")}
        confirm={t("run.deleteConfirm")}
        danger
        onConfirm={async () => {
          await deleteRun(dagId, runId);
          toastDone(t("run.deleted"));
          refresh();
          void navigate(dagAddress(dagId, "grid"));
        }}
        onClose={close}
      >
        {t("run.deleteWords", { run: runId })}
      </ConfirmDialog>
    </>
  );
}

interface ActionMenuProps {
  label: string;
  icon: ReactNode;
  variant: "light" | "default";
  children: ReactNode;
}

/** A button of an operator's that offers several ways to do one thing. */
function ActionMenu({ label, icon, variant, children }: ActionMenuProps) {
  return (
    <Guarded role="operator">
      {(disabled) => (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button
              size="xs"
              variant={variant}
              leftSection={icon}
              rightSection={<ChevronDown size={13} />}
              disabled={disabled}
            >
              {label}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>{children}</Menu.Dropdown>
        </Menu>
      )}
    </Guarded>
  );
}

function ClearMenu({ onChoose }: { onChoose: (initial: Partial<ClearOptions>) => void }) {
  const t = useText();
  return (
    <ActionMenu label={t("clear.action")} icon={<Eraser size={14} />} variant="light">
      <Menu.Item onClick={() => onChoose({ only_failed: true })}>{t("clear.failedTasks")}</Menu.Item>
      <Menu.Item onClick={() => onChoose({})}>{t("clear.wholeRun")}</Menu.Item>
      <Menu.Item onClick={() => onChoose({ version: "latest" })}>{t("clear.wholeRunLatest")}</Menu.Item>
    </ActionMenu>
  );
}

function MarkMenu({ state, onChoose }: { state: string; onChoose: (state: "success" | "failed") => void }) {
  const t = useText();
  const name = useStateName();
  return (
    <ActionMenu label={t("mark.action")} icon={<SquarePen size={14} />} variant="default">
      {(["success", "failed"] as const).map((each) => (
        <Menu.Item
          key={each}
          leftSection={<StateIcon state={each} />}
          disabled={each === state}
          onClick={() => onChoose(each)}
        >
          {name(each)}
        </Menu.Item>
      ))}
    </ActionMenu>
  );
}

interface MarkRunProps {
  open: "success" | "failed" | null;
  dagId: string;
  runId: string;
  refresh: () => void;
  close: () => void;
}

function MarkRun({ open, dagId, runId, refresh, close }: MarkRunProps) {
  const t = useText();
  const name = useStateName();
  const state = open ?? "success";
  return (
    <ConfirmDialog
      opened={open !== null}
      title={t("run.markTitle", { state: name(state) })}
      confirm={t("run.markConfirm", { state: name(state) })}
      danger={open === "failed"}
      onConfirm={async () => {
        await markRun(dagId, runId, state);
        toastDone(t("run.marked", { state: name(state) }));
        refresh();
      }}
      onClose={close}
    >
      {t(open === "failed" ? "run.markFailedWords" : "run.markSuccessWords", { run: runId })}
    </ConfirmDialog>
  );
}
