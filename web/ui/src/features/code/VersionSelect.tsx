import { Select } from "@mantine/core";
import type { DagVersion } from "@/features/graph/queries";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { shortTime } from "@/time/format";

interface VersionSelectProps {
  label: "code.version" | "code.compare";
  versions: DagVersion[];
  value: number | null;
  onChange: (version: number | null) => void;
}

/** Which version is shown, or which one it is compared with. */
export function VersionSelect({ label, versions, value, onChange }: VersionSelectProps) {
  const t = useText();
  const { zone } = usePreferences();
  const name = ({ number, created_at, is_current, run_count }: DagVersion) =>
    t(is_current ? "code.version.present" : "code.version.option", {
      version: String(number),
      when: shortTime(new Date(created_at), zone),
      runs: t("code.version.runs", { count: run_count }),
    });
  const isOptional = label === "code.compare";
  return (
    <Select
      aria-label={t(label)}
      placeholder={isOptional ? t(versions.length ? "code.compare.none" : "code.diff.only") : undefined}
      disabled={isOptional && !versions.length}
      data={versions.map((version) => ({ value: String(version.number), label: name(version) }))}
      value={value === null ? null : String(value)}
      onChange={(next) => onChange(next === null ? null : Number(next))}
      allowDeselect={false}
      clearable={isOptional}
      w={{ base: "100%", xs: 320 }}
    />
  );
}
