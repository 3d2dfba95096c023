import { Tabs } from "@mantine/core";
import type { InstanceRef, TaskInstance } from "@/api/runTypes";
import { useText } from "@/i18n";
import { StateBadge } from "@/states/StateBadge";
import { Duration, Time } from "@/time/Time";
import { noteInstance, useRefresh } from "../actions/changes";
import { InstanceActions } from "../actions/InstanceActions";
import { useNote } from "../actions/NoteBox";
import { HeldBadge } from "../runs/HeldBadge";
import { InstanceSummary } from "../runs/InstanceSummary";
import { PageHead } from "../runs/PageHead";
import classes from "../runs/PageHead.module.css";
import { TriesTable } from "../runs/TriesTable";
import { useTab } from "../runs/useTab";
import { XComView } from "../xcom/XComView";
import { RenderedFields } from "./RenderedFields";
import { TaskSetup } from "./TaskSetup";
import { TryLog } from "./TryLog";

const TABS = ["logs", "rendered", "xcom", "tries", "details"] as const;

/** One task instance: log, rendered fields, XComs, tries, details. */
export function OneInstance({ target, instance }: { target: InstanceRef; instance: TaskInstance }) {
  const t = useText();
  const [tab, setTab] = useTab(TABS, instance.try_number > 0 ? "logs" : "details");
  const refresh = useRefresh(target.dagId, target.runId);
  const note = useNote({ on: instance, save: (text) => noteInstance(target, text), onSaved: refresh });
  const exact = { ...target, mapIndex: instance.map_index };
  const isRunning = instance.state === "running";
  const index = instance.rendered_map_index ?? String(target.mapIndex);
  return (
    <div className={classes.page}>
      <PageHead
        title={target.mapIndex >= 0 ? `${target.taskId} [${index}]` : target.taskId}
        badge={
          <>
            <StateBadge state={instance.state} />
            <HeldBadge hold={instance.hold} />
          </>
        }
        facts={
          <>
            <span>{instance.operator}</span>
            <span>
              {t("task.duration")}{" "}
              <Duration seconds={isRunning ? null : instance.duration} since={isRunning ? instance.start_date : null} />
            </span>
            {instance.start_date && (
              <span>
                {t("task.startedAt")} <Time at={instance.start_date} as="short" />
              </span>
            )}
            {instance.hostname && (
              <span>
                {t("task.worker")} {instance.hostname}
              </span>
            )}
          </>
        }
        actions={<InstanceActions target={target} instance={instance} />}
        note={note}
      />
      <Tabs value={tab} onChange={setTab} keepMounted={false} className={classes.tabs ?? ""}>
        <Tabs.List aria-label={t("task.tabs")}>
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(each === "rendered" ? "rendered.tab" : `task.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="logs" className={classes.panel ?? ""}>
          <TryLog target={exact} instance={instance} />
        </Tabs.Panel>
        <Tabs.Panel value="rendered" className={classes.panel ?? ""}>
          <RenderedFields target={exact} instance={instance} />
        </Tabs.Panel>
        <Tabs.Panel value="xcom" className={classes.panel ?? ""}>
          <XComView target={exact} />
        </Tabs.Panel>
        <Tabs.Panel value="tries" className={classes.panel ?? ""}>
          <TriesTable target={exact} />
        </Tabs.Panel>
        <Tabs.Panel value="details" className={classes.panel ?? ""}>
          <div className={classes.details}>
            <InstanceSummary instance={instance} />
            <TaskSetup dagId={target.dagId} runId={target.runId} taskId={target.taskId} isBeside />
          </div>
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
