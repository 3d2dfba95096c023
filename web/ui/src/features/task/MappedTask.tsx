import { Tabs } from "@mantine/core";
import type { InstanceRef } from "@/api/runTypes";
import { useText } from "@/i18n";
import { InstanceActions } from "../actions/InstanceActions";
import { useTaskHold } from "../holds/useHolds";
import { HeldBadge } from "../runs/HeldBadge";
import { InstanceList } from "../runs/InstanceList";
import { PageHead } from "../runs/PageHead";
import classes from "../runs/PageHead.module.css";
import { useTab } from "../runs/useTab";
import { TaskSetup } from "./TaskSetup";

const TABS = ["instances", "details"] as const;

/** All instances of a mapped task in a run, and how the task is set up. */
export function MappedTask({ target }: { target: InstanceRef }) {
  const t = useText();
  const [tab, setTab] = useTab(TABS, "instances");
  const hold = useTaskHold(target);
  return (
    <div className={classes.page}>
      <PageHead
        title={`${target.taskId} [ ]`}
        badge={<HeldBadge hold={hold} />}
        facts={null}
        actions={<InstanceActions target={target} instance={{ state: null, hold }} />}
      />
      <Tabs value={tab} onChange={setTab} keepMounted={false} className={classes.tabs ?? ""}>
        <Tabs.List aria-label={t("task.tabs")}>
          <Tabs.Tab value="instances">{t("task.instances")}</Tabs.Tab>
          <Tabs.Tab value="details">{t("task.details")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="instances" className={classes.panel ?? ""}>
          <InstanceList dagId={target.dagId} runId={target.runId} taskId={target.taskId} />
        </Tabs.Panel>
        <Tabs.Panel value="details" className={classes.panel ?? ""}>
          <div className={classes.details}>
            <TaskSetup dagId={target.dagId} runId={target.runId} taskId={target.taskId} />
          </div>
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
