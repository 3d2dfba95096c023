import { Title } from "@mantine/core";
import { Outlet, useParams } from "react-router";
import { LinkTabs } from "@/components/LinkTabs";
import { useText } from "@/i18n";
import classes from "./DagFrame.module.css";

/** What all pages of a DAG share: its name, its actions and the tabs. */
export default function DagFrame() {
  const t = useText();
  const { dagId = "" } = useParams();
  const base = `/dags/${encodeURIComponent(dagId)}`;
  const tabs = ["grid", "graph", "duration", "gantt", "code", "runs", "details"].map((tab) => ({
    to: `${base}/${tab}`,
    label: tab,
  }));
  return (
    <div className={classes.frame}>
      <Title order={1}>{dagId}</Title>
      <LinkTabs tabs={tabs} label={t("nav.dags")} />
      <div className={classes.page}>
        <Outlet />
      </div>
    </div>
  );
}
