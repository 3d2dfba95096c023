import { Button, Group, Menu } from "@mantine/core";
import { Eraser, OctagonX, SquarePen } from "lucide-react";
import { useState } from "react";
import type { InstanceRef, TaskInstance } from "@/api/runTypes";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { Guarded } from "@/components/Guarded";
import { toastDone } from "@/components/toasts";
import { useText } from "@/i18n";
import { useStateName } from "@/states/StateBadge";
import { StateIcon } from "@/states/StateIcon";
import { ActionButton } from "./ActionButton";
import { ClearDialog } from "./ClearDialog";
import { holdInstance, holdTask, kill, type Mark, useRefresh, useRefreshDag } from "./changes";
import { HoldButton } from "./HoldButton";
import { MarkDialog } from "./MarkDialog";

type Open = { what: "clear" | "kill" } | { what: "mark"; state: Mark } | null;

const MARKS: Mark[] = ["success", "failed", "skipped"];

interface InstanceActionsProps {
  target: InstanceRef;
  /** What is known of it; a mapped task as a whole has no state of its own. */
  instance?: ({ state: string | null } & Pick<TaskInstance, "hold">) | undefined;
}

/** What can be done to a task instance. */
export function InstanceActions({ target, instance }: InstanceActionsProps) {
  const t = useText();
  const stateName = useStateName();
  const [open, setOpen] = useState<Open>(null);
  const refresh = useRefresh(target.dagId, target.runId);
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
        {instance && <InstanceHold target={target} hold={instance.hold} />}
      </Group>
      {open?.what === "clear" && <ClearDialog target={clearTarget(target)} onClose={() => setOpen(null)} />}
      {open?.what === "mark" && <MarkDialog target={target} state={open.state} onClose={() => setOpen(null)} />}
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

/** Holds its task in this run or in every run; releases it where it is held. */
function InstanceHold({ target, hold }: { target: InstanceRef; hold: TaskInstance["hold"] }) {
  const { dagId, taskId } = target;
  const refresh = useRefreshDag(dagId);
  return (
    <HoldButton
      hold={hold}
      onHold={(reason, everyRun) => (everyRun ? holdTask(dagId, taskId, reason) : holdInstance(target, reason))}
      onRelease={() => (hold?.every_run ? holdTask(dagId, taskId, null) : holdInstance(target, null))}
      onDone={refresh}
      labels={{ hold: "hold.action", release: hold?.every_run ? "hold.releaseEvery" : "hold.release" }}
      asksForEveryRun
    />
  );
}

function clearTarget({ dagId, runId, taskId, mapIndex }: InstanceRef) {
  return { dagId, runId, tasks: [mapIndex >= 0 ? ([taskId, mapIndex] as [string, number]) : taskId] };
}
