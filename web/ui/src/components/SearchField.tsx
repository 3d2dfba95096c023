import { TextInput } from "@mantine/core";
import { Search } from "lucide-react";

interface SearchFieldProps {
  /** What it looks for: shown while it is empty, and read aloud. */
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** The small field of a toolbar that narrows what is shown. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  return (
    <TextInput
      type="search"
      size="xs"
      w="13rem"
      leftSection={<Search size={14} />}
      placeholder={label}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
