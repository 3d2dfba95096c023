import { Button, Title } from "@mantine/core";
import { BookOpen } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { DagDetails } from "@/api/dagTypes";
import { CopyButton } from "@/components/CopyButton";
import { Markdown } from "@/components/Markdown";
import { useLanguage, useText } from "@/i18n";
import { Flags } from "../dags/columns";
import { NextRun } from "../dags/NextRun";
import { scheduleWords } from "../dags/scheduleWords";
import { Tags } from "../dags/Tags";
import { PauseSwitch } from "../pause/PauseSwitch";
import { TriggerButton } from "../trigger/TriggerButton";
import classes from "./DagHeader.module.css";
import { DagMenu } from "./DagMenu";
import { DagWarnings } from "./DagWarnings";

/** The head of a DAG's pages: name, what may be done, schedule and next run, what is wrong with it. */
export function DagHeader({ dag }: { dag: DagDetails }) {
  const t = useText();
  const [docsShown, setDocsShown] = useState(false);
  return (
    <header className={classes.header}>
      <div className={classes.line}>
        <PauseSwitch dagId={dag.dag_id} paused={dag.is_paused} />
        <Title order={1} className={classes.name}>
          {dag.label || dag.dag_id}
        </Title>
        <CopyButton value={dag.dag_id} label={t("dag.copyId")} />
        <Flags dag={dag} />
        <div className={classes.actions}>
          {dag.doc_md && (
            <Button
              size="xs"
              variant="default"
              leftSection={<BookOpen size={14} />}
              aria-expanded={docsShown}
              onClick={() => setDocsShown(!docsShown)}
            >
              {t(docsShown ? "dag.docs.hide" : "dag.docs")}
            </Button>
          )}
          <TriggerButton dagId={dag.dag_id} />
          <DagMenu dag={dag} />
        </div>
      </div>
      <Facts dag={dag} />
      <DagWarnings dag={dag} />
      {docsShown && dag.doc_md && (
        <div className={classes.docs}>
          <Markdown>{dag.doc_md}</Markdown>
        </div>
      )}
    </header>
  );
}

function Facts({ dag }: { dag: DagDetails }) {
  const t = useText();
  const language = useLanguage();
  const words = scheduleWords(dag, t, language);
  return (
    <dl className={classes.facts}>
      <Fact name={t("dag.schedule")}>
        <span title={dag.schedule}>{words}</span>
      </Fact>
      <Fact name={t("dag.nextRun")}>
        <NextRun dag={dag} />
      </Fact>
      <Fact name={t("dag.owner")}>{dag.owners.join(", ")}</Fact>
      <Fact name={t("details.version")}>{dag.version}</Fact>
      {dag.tags.length > 0 && (
        <Fact name={t("details.tags")}>
          <Tags tags={dag.tags} />
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
