import { Select } from "@mantine/core";
import { useStateName } from "./StateBadge";

interface StateSelectProps {
  label: string;
  states: readonly string[];
  /** "" for all of them. */
  value: string;
  onChange: (state: string) => void;
}

/** Chooses the state to which a list is narrowed. */
export function StateSelect({ label, states, value, onChange }: StateSelectProps) {
  const name = useStateName();
  return (
    <Select
      size="xs"
      w="9rem"
      clearable
      placeholder={label}
      aria-label={label}
      data={states.map((state) => ({ value: state, label: name(state) }))}
      value={value || null}
      onChange={(state) => onChange(state ?? "")}
    />
  );
}
