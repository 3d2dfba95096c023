import { Title } from "@mantine/core";
import { TaskList } from "@/features/taskList/TaskList";
import { useText } from "@/i18n";
import classes from "./ListPage.module.css";

/** The task instances of all DAGs, those of the newest runs first. */
export default function TasksPage() {
  const t = useText();
  return (
    <div className={classes.page}>
      <Title order={1}>{t("tasks.title")}</Title>
      <TaskList />
    </div>
  );
}
