import { Tabs } from "@mantine/core";
import { AdminPage } from "@/features/admin/AdminPage";
import { DagSelect } from "@/features/backfills/DagSelect";
import { useDagFilter } from "@/features/backfills/useDagFilter";
import { useTab } from "@/features/runs/useTab";
import { DeadlineList } from "@/features/waits/DeadlineList";
import { DEADLINE_STATES } from "@/features/waits/names";
import classes from "@/features/waits/Waits.module.css";
import { useText } from "@/i18n";

/** Deadlines of runs and SLAs of tasks: missed, still waiting, met. */
export default function DeadlinesPage() {
  const t = useText();
  const [dagId, setDagId] = useDagFilter();
  const [tab, setTab] = useTab(DEADLINE_STATES, "missed");
  return (
    <AdminPage
      title={t("nav.deadlines")}
      hint={t("deadlines.hint")}
      tools={<DagSelect asFilter value={dagId} onChange={setDagId} />}
    >
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List aria-label={t("deadlines.tabs")}>
          {DEADLINE_STATES.map((state) => (
            <Tabs.Tab key={state} value={state}>
              {t(`deadlines.${state}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {DEADLINE_STATES.map((state) => (
          <Tabs.Panel key={state} value={state} className={classes.panel ?? ""}>
            <DeadlineList state={state} dagId={dagId} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </AdminPage>
  );
}
