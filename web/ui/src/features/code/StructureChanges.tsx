import { List, Code as Mono, Title, Text as Words } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import { useText } from "@/i18n";
import type { StructureDiff } from "./queries";

/** What changed in the DAG itself: tasks that came, went, or are set up otherwise. */
export function StructureChanges({ changes }: { changes: StructureDiff }) {
  const t = useText();
  const { added, removed, changed, dag } = changes;
  if (!added.length && !removed.length && !changed.length && !dag.length)
    return (
      <Words fz="sm" c="dimmed">
        {t("code.diff.structure.none")}
      </Words>
    );
  return (
    <section aria-label={t("code.diff.structure")}>
      <Title order={2} fz="sm" fw={600} mb={4}>
        {t("code.diff.structure")}
      </Title>
      <List size="sm" spacing={2}>
        <Names label={t("code.diff.added")} names={added} />
        <Names label={t("code.diff.removed")} names={removed} />
        {dag.length > 0 && <Changed fields={dag}>DAG</Changed>}
        {alike(changed).map(({ fields, names }) => (
          <Changed key={fields.join()} fields={fields}>
            <NameList names={names} />
          </Changed>
        ))}
      </List>
    </section>
  );
}

function Names({ label, names }: { label: string; names: string[] }) {
  if (!names.length) return null;
  return (
    <List.Item>
      {label}: <NameList names={names} />
    </List.Item>
  );
}

const SHOWN = 20;

function NameList({ names }: { names: string[] }) {
  const t = useText();
  const more = names.length - SHOWN;
  return (
    <>
      {names.slice(0, SHOWN).map((name, index) => (
        <Fragment key={name}>
          {index > 0 && ", "}
          <Mono>{name}</Mono>
        </Fragment>
      ))}
      {more > 0 && ` ${t("code.diff.more", { count: more })}`}
    </>
  );
}

function Changed({ fields, children }: { fields: string[]; children: ReactNode }) {
  const t = useText();
  return (
    <List.Item>
      {t("code.diff.changed")}: {fields.join(", ")} · {children}
    </List.Item>
  );
}

/** The changed tasks, those in which the same fields changed together. */
function alike(changed: StructureDiff["changed"]): { fields: string[]; names: string[] }[] {
  const found = new Map<string, { fields: string[]; names: string[] }>();
  for (const { task_id, fields } of changed) {
    const there = found.get(fields.join());
    if (there) there.names.push(task_id);
    else found.set(fields.join(), { fields, names: [task_id] });
  }
  return [...found.values()];
}
