import { Checkbox, Group } from "@mantine/core";
import { type MessageKey, useText } from "@/i18n";
import type { Reach } from "./changes";

const BOXES: [keyof Reach, MessageKey][] = [
  ["include_upstream", "reach.upstream"],
  ["include_downstream", "reach.downstream"],
  ["include_past", "reach.past"],
  ["include_future", "reach.future"],
];

/** Which neighbours a change takes with it. */
export function ReachBoxes({ reach, onChange }: { reach: Reach; onChange: (part: Partial<Reach>) => void }) {
  const t = useText();
  return (
    <Group gap="lg">
      {BOXES.map(([name, label]) => (
        <Checkbox
          key={name}
          size="sm"
          label={t(label)}
          checked={reach[name]}
          onChange={(event) => onChange({ [name]: event.currentTarget.checked })}
        />
      ))}
    </Group>
  );
}
