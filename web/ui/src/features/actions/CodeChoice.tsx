import { Anchor, Group, SegmentedControl, Stack, Text as Words } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import { useText } from "@/i18n";
import type { Source } from "../code/queries";
import { useDag } from "../frame/useDag";
import { dagAddress } from "../runs/addresses";
import { useRun } from "../runs/queries";
import type { CodeVersion, Target } from "./changes";

/** How the code of a run differs from what new runs use. */
interface CodeChange {
  /** Versions of the DAG; the same number when the structure is the same. */
  from: number;
  to: number;
  /** The DAG's own file differs; otherwise only other code of the DAG root does. */
  inFile: boolean;
}

/** Null while the code of the run is the newest, or it is not known yet. */
export function useCodeChange({ dagId, runId }: Pick<Target, "dagId" | "runId">): CodeChange | null {
  const run = useRun(dagId, runId).data;
  const dag = useDag(dagId).data;
  const differs = run !== undefined && dag !== undefined && run.bundle !== dag.bundle;
  const before = useFile(dagId, { dag_run_id: runId }, run?.bundle, differs);
  const now = useFile(dagId, {}, dag?.bundle, differs);
  if (!differs || before.isPending || now.isPending) return null;
  return { from: run.version, to: dag.version, inFile: before.data !== now.data };
}

/** The DAG's file in a bundle; no data when it was cleaned away. */
function useFile(dagId: string, query: { dag_run_id?: string }, bundle: string | undefined, enabled: boolean) {
  return useQuery({
    queryKey: keys.dag(dagId, "file", bundle),
    queryFn: async ({ signal }) => (await api.get<Source>(path`/dags/${dagId}/source`, { query, signal })).content,
    enabled,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

interface CodeChoiceProps {
  dagId: string;
  codeChange: CodeChange | null;
  value: CodeVersion;
  onChange: (version: CodeVersion) => void;
}

/** Chooses between the code that the run began with and the newest, and says what that means. */
export function CodeChoice({ dagId, codeChange, value, onChange }: CodeChoiceProps) {
  const t = useText();
  return (
    <Stack gap={4}>
      {codeChange && (
        <Words fz="sm">
          {t(codeChange.inFile ? "clear.changed" : "clear.changedBeside")}{" "}
          <Anchor component={Link} to={codeAddress(dagId, codeChange)} fz="sm">
            {t("clear.changed.show")}
          </Anchor>
        </Words>
      )}
      <Group gap="sm">
        <SegmentedControl
          size="xs"
          aria-label={t("clear.version")}
          value={value}
          onChange={(version) => onChange(version as CodeVersion)}
          data={[
            { value: "original", label: t("clear.original") },
            { value: "latest", label: t("clear.latest") },
          ]}
        />
        <Words fz="sm" c="dimmed">
          {t(`clear.${value}.words`)}
        </Words>
      </Group>
    </Stack>
  );
}

function codeAddress(dagId: string, { from, to }: CodeChange): string {
  return dagAddress(dagId, "code", { version: String(to), compare: from === to ? null : String(from) });
}
