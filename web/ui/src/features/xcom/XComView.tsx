import { NavLink, Stack, Text as Words } from "@mantine/core";
import { Package } from "lucide-react";
import { useState } from "react";
import type { InstanceRef } from "@/api/runTypes";
import { EmptyState } from "@/components/EmptyState";
import { QueryView } from "@/components/QueryView";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";
import { bytesText } from "./bytes";
import { JsonView } from "./JsonView";
import { useXCom, useXComs, type XComEntry } from "./queries";
import classes from "./XCom.module.css";

/** What a task instance has left for others: keys on the left, the chosen one's value on the right. */
export function XComView({ target }: { target: InstanceRef }) {
  const t = useText();
  const entries = useXComs(target);
  return (
    <QueryView query={entries}>
      {(all) =>
        all.length ? (
          <Entries target={target} entries={all} />
        ) : (
          <EmptyState icon={Package} title={t("xcom.none")}>
            {t("xcom.none.remedy")}
          </EmptyState>
        )
      }
    </QueryView>
  );
}

function Entries({ target, entries }: { target: InstanceRef; entries: XComEntry[] }) {
  const t = useText();
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = entries.find((entry) => entry.key === chosen) ?? entries[0];
  return (
    <div className={classes.view}>
      <nav className={classes.keys} aria-label={t("xcom.keys")}>
        {entries.map((entry) => (
          <NavLink
            key={entry.key}
            component="button"
            type="button"
            active={entry === shown}
            aria-current={entry === shown || undefined}
            label={<span className={classes.key}>{entry.key}</span>}
            description={bytesText(entry.size)}
            onClick={() => setChosen(entry.key)}
          />
        ))}
      </nav>
      {shown && <Value key={shown.key} target={target} name={shown.key} />}
    </div>
  );
}

function Value({ target, name }: { target: InstanceRef; name: string }) {
  const t = useText();
  const value = useXCom(target, name);
  return (
    <div className={classes.value}>
      <QueryView query={value}>
        {(data) => (
          <Stack gap="xs">
            <Words fz="sm" c="dimmed">
              <b className={classes.key}>{data.key}</b> · {data.type} · {bytesText(data.size)} · {t("xcom.stored")}{" "}
              <Time at={data.timestamp} as="short" />
            </Words>
            {data.truncated && (
              <Words fz="sm" role="note">
                {t("xcom.truncated")}
              </Words>
            )}
            <JsonView value={data.value} />
          </Stack>
        )}
      </QueryView>
    </div>
  );
}
