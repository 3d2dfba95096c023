import { useQuery } from "@tanstack/react-query";
import type { Connection, ConnectionPage, ConnectionType } from "@/api/adminTypes";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import { useList } from "@/api/useList";
import type { Column } from "@/components/DataTable";
import { DebouncedSearch } from "@/components/DebouncedSearch";
import { EmptyState } from "@/components/EmptyState";
import { ListView } from "@/components/ListView";
import { useAddressText } from "@/components/useAddressText";
import { AdminPage } from "@/features/admin/AdminPage";
import classes from "@/features/admin/AdminPage.module.css";
import { DeleteDialog } from "@/features/admin/DeleteDialog";
import { RowActions } from "@/features/admin/RowActions";
import { useEditing } from "@/features/admin/useEditing";
import { ConnectionForm } from "@/features/connections/ConnectionForm";
import { TestButton } from "@/features/connections/TestButton";
import { useText } from "@/i18n";

const KEY = keys.admin("connections");
const rows = ({ connections }: ConnectionPage) => connections;

function useTypes(): ConnectionType[] {
  const { data } = useQuery({
    queryKey: keys.admin("connectionTypes"),
    queryFn: ({ signal }) => api.get<{ connection_types: ConnectionType[] }>("/connections/types", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.connection_types ?? [];
}

/** Connections: how tasks reach outside systems. Passwords go in and never come out. */
export default function ConnectionsPage() {
  const t = useText();
  const [q, setQ] = useAddressText("q");
  const list = useList<Connection, ConnectionPage>({
    queryKey: [...KEY, q],
    resource: "/connections",
    query: { q },
    rows,
  });
  const types = useTypes();
  const editing = useEditing<Connection>(KEY);
  const isTestable = (one: Connection) => types.find(({ conn_type }) => conn_type === one.conn_type)?.testable ?? false;
  const columns: Column<Connection>[] = [
    {
      id: "id",
      header: t("connections.id"),
      width: "minmax(9rem, 1.2fr)",
      cell: (one) => <NameCell connection={one} />,
    },
    { id: "type", header: t("connections.type"), width: "minmax(6rem, 0.6fr)", cell: (one) => one.conn_type },
    {
      id: "host",
      header: t("connections.where"),
      width: "minmax(9rem, 1.4fr)",
      wideOnly: true,
      cell: (one) => <span className={classes.mono}>{whereOf(one)}</span>,
    },
    {
      id: "login",
      header: t("connections.login"),
      width: "minmax(6rem, 0.7fr)",
      wideOnly: true,
      cell: (one) => one.login ?? <span className={classes.faint}>–</span>,
    },
    {
      id: "test",
      header: t("connections.test"),
      width: "minmax(7rem, 1.4fr)",
      wideOnly: true,
      cell: (one) =>
        isTestable(one) ? (
          <TestButton connectionId={one.connection_id} />
        ) : (
          <span className={classes.faint}>{t("connections.test.none")}</span>
        ),
    },
    {
      id: "actions",
      header: "",
      width: "5.5rem",
      align: "right",
      cell: (one) => (
        <RowActions name={one.connection_id} onEdit={() => editing.edit(one)} onDelete={() => editing.remove(one)} />
      ),
    },
  ];
  return (
    <AdminPage
      title={t("admin.connections")}
      hint={t("connections.hint")}
      tools={<DebouncedSearch label={t("admin.filter")} value={q} onChange={setQ} />}
      add={{ label: t("connections.add"), role: "admin", onClick: editing.add }}
    >
      <ListView
        list={list}
        columns={columns}
        rowKey={(one) => one.connection_id}
        label={t("admin.connections")}
        empty={
          <EmptyState title={t(q ? "empty.filtered" : "connections.empty")}>
            {q ? null : t("connections.empty.text")}
          </EmptyState>
        }
      />
      {(editing.adding || editing.edited) && (
        <ConnectionForm connection={editing.edited} types={types} onDone={editing.refresh} onClose={editing.close} />
      )}
      {editing.deleted && (
        <DeleteDialog
          name={editing.deleted.connection_id}
          resource={path`/connections/${editing.deleted.connection_id}`}
          onDone={editing.refresh}
          onClose={editing.close}
        >
          {t("connections.delete.text")}
        </DeleteDialog>
      )}
    </AdminPage>
  );
}

function NameCell({ connection }: { connection: Connection }) {
  return (
    <div>
      <div className={classes.strong}>{connection.connection_id}</div>
      {connection.description && <div className={`${classes.dim} ${classes.ellipsis}`}>{connection.description}</div>}
    </div>
  );
}

function whereOf({ host, port, schema }: Connection): string {
  return `${host ?? ""}${port === null ? "" : `:${port}`}${schema ? `/${schema}` : ""}` || "–";
}
