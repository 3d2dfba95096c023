import { Select } from "@mantine/core";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { useStateName } from "@/states/StateBadge";
import { shortTime } from "@/time/format";
import { useNewestRuns } from "../graph/queries";

interface RunSelectProps {
  dagId: string;
  /** The run that is shown. */
  runId: string | null;
  onChoose: (runId: string) => void;
}

/** Chooses one of the newest runs; one that is older is listed while it is shown. */
export function RunSelect({ dagId, runId, onChoose }: RunSelectProps) {
  const t = useText();
  const name = useStateName();
  const { zone } = usePreferences();
  const { data } = useNewestRuns(dagId);
  const options = (data ?? []).map((run) => ({
    value: run.dag_run_id,
    label: `${shortTime(new Date(run.logical_date ?? run.run_after), zone)} · ${name(run.state)}`,
  }));
  const isListed = runId === null || options.some(({ value }) => value === runId);
  return (
    <Select
      size="xs"
      w="17rem"
      aria-label={t("run.choose")}
      allowDeselect={false}
      value={runId}
      onChange={(value) => value !== null && onChoose(value)}
      data={isListed ? options : [...options, { value: runId, label: runId }]}
    />
  );
}
