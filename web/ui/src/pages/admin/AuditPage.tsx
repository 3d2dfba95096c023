import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Link, useSearchParams } from "react-router";
import type { EventLog, EventLogPage } from "@/api/adminTypes";
import { keys } from "@/api/keys";
import { useList } from "@/api/useList";
import type { Column } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { ListView } from "@/components/ListView";
import { AdminPage } from "@/features/admin/AdminPage";
import classes from "@/features/admin/AdminPage.module.css";
import { subjectAddress } from "@/features/audit/subjects";
import { type MessageKey, useText } from "@/i18n";
import { Time } from "@/time/Time";

const rows = ({ event_logs }: EventLogPage) => event_logs;
const FILTERS = ["actor", "action", "subject"] as const;

/** Who changed what, and when; the filters are in the address. */
export default function AuditPage() {
  const t = useText();
  const [search, setSearch] = useSearchParams();
  const filters = Object.fromEntries(FILTERS.map((name) => [name, search.get(name) ?? ""]));
  const [query] = useDebouncedValue(filters, 250);
  const list = useList<EventLog, EventLogPage>({
    queryKey: keys.admin("audit", query),
    resource: "/eventLogs",
    query,
    rows,
  });
  const set = (name: string, value: string) =>
    setSearch(
      (before) => {
        if (value) before.set(name, value);
        else before.delete(name);
        return before;
      },
      { replace: true },
    );
  const columns: Column<EventLog>[] = [
    { id: "at", header: t("audit.at"), width: "11rem", cell: (one) => <Time at={one.timestamp} /> },
    { id: "actor", header: t("audit.actor"), width: "minmax(7rem, 0.8fr)", cell: (one) => <Line text={one.actor} /> },
    {
      id: "action",
      header: t("audit.action"),
      width: "minmax(8rem, 0.9fr)",
      cell: (one) => <span className={classes.strong}>{one.action}</span>,
    },
    { id: "subject", header: t("audit.subject"), width: "minmax(9rem, 1.5fr)", cell: (one) => <Subject entry={one} /> },
    {
      id: "detail",
      header: t("audit.detail"),
      width: "minmax(10rem, 2fr)",
      wideOnly: true,
      cell: (one) => <Detail detail={one.detail} />,
    },
  ];
  return (
    <AdminPage
      title={t("admin.audit")}
      hint={t("audit.hint")}
      tools={FILTERS.map((name) => (
        <TextInput
          key={name}
          size="xs"
          w={140}
          type="search"
          placeholder={t(`audit.${name}` as MessageKey)}
          aria-label={t(`audit.${name}` as MessageKey)}
          value={filters[name]}
          onChange={(event) => set(name, event.currentTarget.value)}
        />
      ))}
    >
      <ListView
        list={list}
        columns={columns}
        rowKey={(one) => String(one.id)}
        label={t("admin.audit")}
        empty={<EmptyState title={t("empty.filtered")} />}
      />
    </AdminPage>
  );
}

function Subject({ entry }: { entry: EventLog }) {
  const address = subjectAddress(entry);
  if (!address) return <Line text={entry.subject} />;
  return (
    <Link to={address} className={classes.ellipsis} style={{ display: "block" }} title={entry.subject}>
      {entry.subject}
    </Link>
  );
}

function Line({ text }: { text: string }) {
  return (
    <span className={classes.ellipsis} style={{ display: "block" }} title={text}>
      {text}
    </span>
  );
}

function Detail({ detail }: { detail: Record<string, unknown> | null }) {
  const shown = Object.entries(detail ?? {}).map(
    ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return (
    <span
      className={`${classes.mono} ${classes.dim} ${classes.ellipsis}`}
      style={{ display: "block" }}
      title={shown.join("\n")}
    >
      {shown.join(" · ")}
    </span>
  );
}
