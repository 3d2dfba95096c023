import { Title } from "@mantine/core";
import { RunList } from "@/features/dagRuns/RunList";
import { useText } from "@/i18n";
import classes from "./ListPage.module.css";

/** The runs of all DAGs, the newest first. */
export default function RunsPage() {
  const t = useText();
  return (
    <div className={classes.page}>
      <Title order={1}>{t("runs.title")}</Title>
      <RunList />
    </div>
  );
}
