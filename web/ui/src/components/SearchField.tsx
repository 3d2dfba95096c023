import { TextInput } from "@mantine/core";
import { Search } from "lucide-react";

interface SearchFieldProps {
  /** What it looks for: shown while it is empty, and read aloud. */
  label: string;
  value: string;
  onChange: (value: string) => void;
  width?: string | number;
}

/** The small field of a toolbar that narrows what is shown. */
export function SearchField({ label, value, onChange, width = "13rem" }: SearchFieldProps) {
  return (
    <TextInput
      type="search"
      size="xs"
      w={width}
      leftSection={<Search size={14} />}
      placeholder={label}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
