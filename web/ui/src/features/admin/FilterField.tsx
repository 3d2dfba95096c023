import { TextInput } from "@mantine/core";
import { Search } from "lucide-react";
import { useText } from "@/i18n";

interface FilterFieldProps {
  value: string;
  onChange: (value: string) => void;
  label?: string;
}

/** A small search field above a list. */
export function FilterField({ value, onChange, label }: FilterFieldProps) {
  const t = useText();
  const words = label ?? t("admin.filter");
  return (
    <TextInput
      type="search"
      size="xs"
      w={200}
      leftSection={<Search size={14} />}
      placeholder={words}
      aria-label={words}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
