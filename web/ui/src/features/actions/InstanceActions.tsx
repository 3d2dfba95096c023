import { Button, Group, Menu } from "@mantine/core";
import { Ban, CirclePause, CirclePlay, Eraser, OctagonX, SquarePen } from "lucide-react";
import { useState } from "react";
import type { InstanceRef, TaskInstance } from "@/api/runTypes";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Guarded } from "@/components/Guarded";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { StateIcon } from "@/states/StateIcon";
import { ClearDialog } from "./ClearDialog";
import { holdInstance, kill, type Mark, useRefresh } from "./changes";
import { HoldDialog } from "./HoldDialog";
import { MarkDialog } from "./MarkDialog";

type Open = { what: "clear" | "kill" | "hold" } | { what: "mark"; state: Mark } | null;

const MARKS: Mark[] = ["success", "failed", "skipped"];

interface InstanceActionsProps {
  target: InstanceRef;
  /** What is known of it; nothing for a mapped task as a whole. */
  instance?: Pick<TaskInstance, "state" | "hold"> | undefined;
}

/** What can be done to a task instance. */
export function InstanceActions({ target, instance }: InstanceActionsProps) {
  const t = useText();
  const stateName = useStateName();
  const [open, setOpen] = useState<Open>(null);
  const refresh = useRefresh(target.dagId, target.runId);
  const isHeld = instance?.hold != null;
  const release = async () => {
    await holdInstance(target, null);
    toastDone(t("hold.released"));
    refresh();
  };
  return (
    <>
      <Group gap={6}>
        <Guarded role="operator">
          {(disabled) => (
            <Button
              size="xs"
              variant="light"
              leftSection={<Eraser size={14} />}
              disabled={disabled}
              onClick={() => setOpen({ what: "clear" })}
            >
              {t("clear.action")}
            </Button>
          )}
        </Guarded>
        <Guarded role="operator">
          {(disabled) => (
            <Menu position="bottom-start">
              <Menu.Target>
                <Button size="xs" variant="default" leftSection={<SquarePen size={14} />} disabled={disabled}>
                  {t("mark.action")}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {MARKS.map((state) => (
                  <Menu.Item
                    key={state}
                    leftSection={<StateIcon state={state} />}
                    disabled={instance?.state === state}
                    onClick={() => setOpen({ what: "mark", state })}
                  >
                    {stateName(state)}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </Guarded>
        {instance?.state === "running" && (
          <ActionButton
            label={t("kill.action")}
            icon={<OctagonX size={14} />}
            onClick={() => setOpen({ what: "kill" })}
          />
        )}
        {instance && !isHeld && (
          <ActionButton
            label={t("hold.action")}
            icon={<CirclePause size={14} />}
            onClick={() => setOpen({ what: "hold" })}
          />
        )}
        {isHeld && (
          <ActionButton label={t("hold.release")} icon={<CirclePlay size={14} />} onClick={() => void release()} />
        )}
      </Group>
      {open?.what === "clear" && <ClearDialog target={clearTarget(target)} onClose={() => setOpen(null)} />}
      {open?.what === "mark" && <MarkDialog target={target} state={open.state} onClose={() => setOpen(null)} />}
      {open?.what === "hold" && (
        <HoldDialog hold={(reason) => holdInstance(target, reason)} onDone={refresh} onClose={() => setOpen(null)} />
      )}
      <ConfirmDialog
        opened={open?.what === "kill"}
        title={t("kill.title", { task: target.taskId })}
        confirm={t("kill.action")}
        danger
        onConfirm={async () => {
          await kill(target);
          toastDone(t("kill.done"));
          refresh();
        }}
        onClose={() => setOpen(null)}
      >
        {t("kill.words")}
      </ConfirmDialog>
    </>
  );
}

/** A small button that needs the role operator. */
export function ActionButton({ label, icon, onClick }: { label: string; icon?: React.ReactNode; onClick: () => void }) {
  return (
    <Guarded role="operator">
      {(disabled) => (
        <Button
          size="xs"
          variant="default"
          leftSection={icon ?? <Ban size={14} />}
          disabled={disabled}
          onClick={onClick}
        >
          {label}
        </Button>
      )}
    </Guarded>
  );
}

function clearTarget({ dagId, runId, taskId, mapIndex }: InstanceRef) {
  return { dagId, runId, tasks: [mapIndex >= 0 ? ([taskId, mapIndex] as [string, number]) : taskId] };
}
