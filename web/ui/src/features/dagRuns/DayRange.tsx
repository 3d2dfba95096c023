import { TextInput } from "@mantine/core";
import { useText } from "@/i18n";
import classes from "./RunFilterBar.module.css";

interface DayRangeProps {
  from: string;
  to: string;
  onChange: (change: { from?: string; to?: string }) => void;
}

/** Narrows a list to logical dates from one day to another. */
export function DayRange({ from, to, onChange }: DayRangeProps) {
  const t = useText();
  return (
    <div className={classes.days}>
      <Day label={t("runs.filter.from")} value={from} onChange={(day) => onChange({ from: day })} />
      <Day label={t("runs.filter.to")} value={to} onChange={(day) => onChange({ to: day })} />
    </div>
  );
}

interface DayProps {
  label: string;
  value: string;
  onChange: (day: string) => void;
}

function Day({ label, value, onChange }: DayProps) {
  return (
    <TextInput
      size="xs"
      type="date"
      label={label}
      classNames={{ root: classes.day ?? "", label: classes.dayLabel ?? "" }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
