import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { InstanceRef } from "@/api/runTypes";
import { useText } from "@/i18n";
import { Facts } from "../runs/Facts";
import classes from "./TryLog.module.css";

/** The values that the task's templates became, where they were kept. */
export function RenderedFields({ target }: { target: InstanceRef }) {
  const t = useText();
  const { dagId, runId, taskId, mapIndex } = target;
  const { data } = useQuery({
    queryKey: keys.run(dagId, runId, "rendered", taskId, mapIndex),
    queryFn: ({ signal }) =>
      api.get<{ rendered_fields: Record<string, string> }>(
        path`/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}/${mapIndex}/renderedFields`,
        { signal },
      ),
  });
  const fields = Object.entries(data?.rendered_fields ?? {});
  if (fields.length === 0) return null;
  return (
    <section className={classes.fields}>
      <Title order={2} mt="md" mb={6}>
        {t("task.rendered")}
      </Title>
      <Facts facts={fields.map(([name, value]) => [name, <pre key={name}>{value}</pre>] as const)} />
    </section>
  );
}
