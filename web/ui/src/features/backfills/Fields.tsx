import { Checkbox, NumberInput, Select, Stack, Textarea, TextInput } from "@mantine/core";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { zoneName } from "@/time/format";
import { inputMoment, momentOf } from "../trigger/values";
import classes from "./Backfills.module.css";
import { DagSelect } from "./DagSelect";
import { type Draft, type Fault, faultsOf } from "./request";

interface FieldsProps {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
}

const REPROCESS = ["none", "failed", "completed"] as const;

/** The fields of the form that makes a backfill. */
export function Fields({ draft, set }: FieldsProps) {
  const t = useText();
  const faults = faultsOf(draft);
  const told = (fault: Fault) => (faults.includes(fault) ? t(`backfills.fault.${fault}`) : null);
  return (
    <Stack gap="md">
      <DagSelect value={draft.dagId} onChange={(dagId) => set({ dagId })} />
      <Range draft={draft} set={set} error={told("range")} />
      <Select
        label={t("backfills.reprocess")}
        allowDeselect={false}
        data={REPROCESS.map((value) => ({ value, label: t(`backfills.reprocess.${value}`) }))}
        value={draft.reprocess}
        onChange={(chosen) => set({ reprocess: REPROCESS.find((one) => one === chosen) ?? "none" })}
      />
      <NumberInput
        label={t("backfills.maxActive")}
        min={1}
        max={10_000}
        allowDecimal={false}
        error={told("runs")}
        value={draft.maxActiveRuns}
        onChange={(maxActiveRuns) => set({ maxActiveRuns })}
      />
      <Checkbox
        label={t("backfills.backwards")}
        checked={draft.backwards}
        onChange={(event) => set({ backwards: event.currentTarget.checked })}
      />
      <Textarea
        label={t("backfills.conf")}
        classNames={{ input: classes.conf ?? "" }}
        placeholder="{}"
        autosize
        minRows={2}
        maxRows={14}
        spellCheck={false}
        error={told("conf")}
        value={draft.conf}
        onChange={(event) => set({ conf: event.currentTarget.value })}
      />
    </Stack>
  );
}

function Range({ draft, set, error }: FieldsProps & { error: string | null }) {
  const t = useText();
  const { zone } = usePreferences();
  const moment = (name: "from" | "to") => ({
    type: "datetime-local",
    withAsterisk: true,
    label: t(`backfills.${name}`),
    value: inputMoment(draft[name], zone),
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      set({ [name]: momentOf(event.currentTarget.value, zone) }),
  });
  return (
    <div>
      <div className={classes.pair}>
        <TextInput {...moment("from")} />
        <TextInput {...moment("to")} error={error} />
      </div>
      <div className={classes.dim} style={{ marginTop: 4 }}>
        {t("backfills.range.hint", { zone: zoneName(zone) })}
      </div>
    </div>
  );
}
