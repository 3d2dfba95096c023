import { useQuery } from "@tanstack/react-query";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import type { InstanceRef, TaskInstance } from "@/api/runTypes";
import type { components } from "@/api/schema";
import { CopyButton } from "@/components/CopyButton";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { useText } from "@/i18n";
import classes from "./RenderedFields.module.css";
import { TryChoice, useTry } from "./TryChoice";

type Rendered = components["schemas"]["RenderedFields"];

/** What the task's template fields became in a try: the newest one, or the one that the address names (`?try=`). */
export function RenderedFields({ target, instance }: { target: InstanceRef; instance: TaskInstance }) {
  const [shown, choose] = useTry(instance.try_number);
  const { dagId, runId, taskId, mapIndex } = target;
  const query = useQuery({
    queryKey: keys.run(dagId, runId, "rendered", taskId, mapIndex, shown),
    queryFn: ({ signal }) =>
      api.get<Rendered>(path`/dags/${dagId}/dagRuns/${runId}/taskInstances/${taskId}/${mapIndex}/renderedFields`, {
        query: { try_number: shown || null },
        signal,
      }),
  });
  return (
    <div className={classes.view}>
      <TryChoice newest={instance.try_number} shown={shown} choose={choose} />
      <QueryView query={query}>{(found) => <Fields found={found} />}</QueryView>
    </div>
  );
}

function Fields({ found }: { found: Rendered }) {
  const t = useText();
  const fields = Object.entries(found.rendered_fields);
  if (fields.length === 0)
    return (
      <EmptyState title={t("rendered.none")}>
        {found.template_fields.length
          ? t("rendered.none.words", { fields: found.template_fields.join(", ") })
          : t("rendered.none.fields")}
      </EmptyState>
    );
  return fields.map(([name, value]) => (
    <section key={name} className={classes.field} aria-label={name}>
      <div className={classes.head}>
        <code>{name}</code>
        <CopyButton value={value} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={classes.value} tabIndex={0}>
        {value}
      </pre>
    </section>
  ));
}
