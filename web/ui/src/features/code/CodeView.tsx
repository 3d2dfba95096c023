import { Anchor, Group, Text as Words } from "@mantine/core";
import { FileCode } from "lucide-react";
import { useSearchParams } from "react-router";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { type DagVersion, useNewestRuns, useVersions } from "@/features/graph/queries";
import { useRun } from "@/features/runs/queries";
import { useText } from "@/i18n";
import classes from "./Code.module.css";
import { Comparison } from "./Comparison";
import { OneVersion } from "./OneVersion";
import { asAddress, inOrder } from "./order";
import { VersionSelect } from "./VersionSelect";

/** The code of a DAG, in each of its versions, and what changed between two of them. */
export function CodeView({ dagId }: { dagId: string }) {
  const t = useText();
  const versions = useVersions(dagId);
  const [search] = useSearchParams();
  const named = search.get("run");
  return (
    <QueryView query={versions}>
      {(all) =>
        !all.length ? (
          <EmptyState icon={FileCode} title={t("code.none")}>
            {t("code.none.remedy")}
          </EmptyState>
        ) : named === null ? (
          <OfDag dagId={dagId} versions={all} />
        ) : (
          <OfRun dagId={dagId} runId={named} versions={all} />
        )
      }
    </QueryView>
  );
}

interface OfDagProps {
  dagId: string;
  versions: DagVersion[];
}

function OfDag({ dagId, versions }: OfDagProps) {
  const newest = useNewestRuns(dagId).data?.[0] ?? null;
  const present = versions.find((each) => each.is_current) ?? versions[0];
  return <Chosen dagId={dagId} versions={versions} first={present?.number ?? 1} run={newest} isNewest />;
}

function OfRun({ dagId, runId, versions }: OfDagProps & { runId: string }) {
  const run = useRun(dagId, runId);
  return (
    <QueryView query={run}>
      {(found) => (
        <Chosen
          dagId={dagId}
          versions={versions}
          first={found.version || (versions[0]?.number ?? 1)}
          run={found}
          isNewest={false}
        />
      )}
    </QueryView>
  );
}

interface ChosenProps extends OfDagProps {
  /** What is shown unless the address names a version. */
  first: number;
  run: { dag_run_id: string; version: number } | null;
  isNewest: boolean;
}

function Chosen({ dagId, versions, first, run, isNewest }: ChosenProps) {
  const [search, setSearch] = useSearchParams();
  const version = Number(search.get("version")) || first;
  const { left, right } = inOrder(version, Number(search.get("compare")) || null);
  const change = (next: Record<string, number | string | null>) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(next))
          value === null ? after.delete(name) : after.set(name, String(value));
        return after;
      },
      { replace: true },
    );

  return (
    <div className={classes.view}>
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          <VersionSelect
            label="code.version"
            versions={versions.filter((each) => each.number !== right)}
            value={left}
            onChange={(next) => change(next && right ? asAddress(next, right) : { version: next, file: null })}
          />
          <VersionSelect
            label="code.compare"
            versions={versions.filter((each) => each.number !== left)}
            value={right}
            onChange={(next) => change(next && right ? asAddress(left, next) : { compare: next })}
          />
        </Group>
        <RunHint
          run={run}
          isNewest={isNewest}
          version={version}
          onShow={(next) => change({ version: next, file: null })}
        />
      </Group>
      {right ? (
        <Comparison dagId={dagId} from={left} to={right} onStop={() => change({ compare: null })} />
      ) : (
        <OneVersion dagId={dagId} version={version} file={search.get("file")} onFile={(file) => change({ file })} />
      )}
    </div>
  );
}

interface RunHintProps {
  run: { dag_run_id: string; version: number } | null;
  isNewest: boolean;
  version: number;
  onShow: (version: number) => void;
}

/** Which version the chosen run (or the newest one) really ran. */
function RunHint({ run, isNewest, version, onShow }: RunHintProps) {
  const t = useText();
  if (!run?.version) return null;
  const used = run.version;
  const values = { version: String(used) };
  return (
    <Words fz="sm" c="dimmed">
      {isNewest ? t("code.run.newest", values) : t("code.run", { ...values, run: run.dag_run_id })}{" "}
      {used !== version && (
        <Anchor component="button" type="button" fz="sm" onClick={() => onShow(used)}>
          {t("code.run.show")}
        </Anchor>
      )}
    </Words>
  );
}
