import { Skeleton, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api } from "@/api/client";
import type { Dashboard } from "@/api/homeTypes";
import { keys } from "@/api/keys";
import { Panel } from "@/components/Panel";
import { QueryView } from "@/components/QueryView";
import { Figures } from "@/features/home/Figures";
import { FirstSteps } from "@/features/home/FirstSteps";
import { HourBars } from "@/features/home/HourBars";
import { FailedRuns, LateDags, NodesBrief } from "@/features/home/Lists";
import { QueuesBrief } from "@/features/home/QueuesBrief";
import { TasksNow } from "@/features/home/TasksNow";
import { useText } from "@/i18n";
import classes from "./HomePage.module.css";

/** What runs, what failed in the last day, what is late, queues and nodes at a glance. */
export default function HomePage() {
  const t = useText();
  const dashboard = useQuery({
    queryKey: keys.dashboard,
    queryFn: ({ signal }) => api.get<Dashboard>("/dashboard", { signal }),
  });
  return (
    <div className={classes.page}>
      <Title order={1}>{t("nav.home")}</Title>
      <QueryView query={dashboard} loading={<Waiting />}>
        {(data) => (
          <>
            <FirstSteps {...data} />
            <Figures {...data} />
            <div className={classes.columns} data-level>
              <Panel title={t("home.hours")}>
                <HourBars hours={data.hours} />
              </Panel>
              <TasksNow states={data.task_states} />
            </div>
            <div className={classes.columns}>
              <FailedRuns runs={data.failed_runs} total={data.runs.failed_24h} />
              <div className={classes.stack}>
                {data.late_dags.length > 0 && <LateDags dags={data.late_dags} />}
                <QueuesBrief queues={data.queues} />
                <NodesBrief nodes={data.nodes} />
                {data.late_dags.length === 0 && <LateDags dags={[]} />}
              </div>
            </div>
          </>
        )}
      </QueryView>
    </div>
  );
}

function Waiting() {
  return (
    <>
      <Skeleton height={72} />
      <Skeleton height={150} />
      <Skeleton height={300} />
    </>
  );
}
