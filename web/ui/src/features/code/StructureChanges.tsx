import { List, Code as Mono, Title, Text as Words } from "@mantine/core";
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
        {dag.length > 0 && <Changed name="DAG" fields={dag} />}
        {changed.map(({ task_id, fields }) => (
          <Changed key={task_id} name={task_id} fields={fields} />
        ))}
      </List>
    </section>
  );
}

function Names({ label, names }: { label: string; names: string[] }) {
  if (!names.length) return null;
  return (
    <List.Item>
      {label}: {names.map((name, index) => [index > 0 && ", ", <Mono key={name}>{name}</Mono>])}
    </List.Item>
  );
}

function Changed({ name, fields }: { name: string; fields: string[] }) {
  const t = useText();
  return (
    <List.Item>
      {t("code.diff.changed")}: <Mono>{name}</Mono> ({fields.join(", ")})
    </List.Item>
  );
}
