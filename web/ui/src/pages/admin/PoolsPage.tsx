import { Checkbox, NumberInput, Textarea, TextInput } from "@mantine/core";
import type { Pool, PoolPage } from "@/api/adminTypes";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import { useList } from "@/api/useList";
import type { Column } from "@/components/DataTable";
import { EmptyState } from "@/components/EmptyState";
import { FormDialog } from "@/components/FormDialog";
import { ListView } from "@/components/ListView";
import { toastDone } from "@/components/toasts";
import { useDraft } from "@/components/useDraft";
import { AdminPage } from "@/features/admin/AdminPage";
import classes from "@/features/admin/AdminPage.module.css";
import { DeleteDialog } from "@/features/admin/DeleteDialog";
import { RowActions } from "@/features/admin/RowActions";
import { SlotBar } from "@/features/admin/SlotBar";
import { useEditing } from "@/features/admin/useEditing";
import { useText } from "@/i18n";

const KEY = keys.admin("pools");
const rows = ({ pools }: PoolPage) => pools;
/** Cannot be deleted: tasks that name no pool are in it. */
const DEFAULT = "default_pool";

/** Pools: how many tasks of a kind run at once, over all DAGs. */
export default function PoolsPage() {
  const t = useText();
  const list = useList<Pool, PoolPage>({ queryKey: KEY, resource: "/pools", rows });
  const editing = useEditing<Pool>(KEY);
  const columns: Column<Pool>[] = [
    {
      id: "name",
      header: t("pools.name"),
      width: "minmax(9rem, 1fr)",
      cell: (pool) => <span className={classes.strong}>{pool.name}</span>,
    },
    { id: "use", header: t("pools.use"), width: "minmax(10rem, 1.4fr)", cell: (pool) => <SlotBar pool={pool} /> },
    {
      id: "slots",
      header: t("pools.slots"),
      width: "6rem",
      align: "right",
      cell: (pool) => (pool.slots < 0 ? "∞" : pool.slots),
    },
    {
      id: "open",
      header: t("pools.open"),
      width: "6rem",
      align: "right",
      wideOnly: true,
      cell: (pool) => (pool.open_slots < 0 ? "∞" : pool.open_slots),
    },
    {
      id: "description",
      header: t("admin.description"),
      width: "minmax(10rem, 1.6fr)",
      wideOnly: true,
      cell: (pool) => (
        <span className={classes.dim}>
          {pool.description}
          {pool.include_deferred && ` · ${t("pools.deferred.short")}`}
        </span>
      ),
    },
    {
      id: "actions",
      header: "",
      width: "5.5rem",
      align: "right",
      cell: (pool) => (
        <RowActions
          name={pool.name}
          onEdit={() => editing.edit(pool)}
          onDelete={pool.name === DEFAULT ? undefined : () => editing.remove(pool)}
        />
      ),
    },
  ];
  return (
    <AdminPage
      title={t("admin.pools")}
      hint={t("pools.hint")}
      add={{ label: t("pools.add"), role: "admin", onClick: editing.add }}
    >
      <ListView
        list={list}
        columns={columns}
        rowKey={(pool) => pool.name}
        label={t("admin.pools")}
        empty={<EmptyState title={t("pools.empty")} />}
      />
      {(editing.adding || editing.edited) && (
        <PoolForm pool={editing.edited} onDone={editing.refresh} onClose={editing.close} />
      )}
      {editing.deleted && (
        <DeleteDialog
          name={editing.deleted.name}
          resource={path`/pools/${editing.deleted.name}`}
          onDone={editing.refresh}
          onClose={editing.close}
        >
          {t("pools.delete.text")}
        </DeleteDialog>
      )}
    </AdminPage>
  );
}

interface PoolFormProps {
  pool: Pool | null;
  onDone: () => Promise<unknown>;
  onClose: () => void;
}

function PoolForm({ pool, onDone, onClose }: PoolFormProps) {
  const t = useText();
  const { draft, set, bind } = useDraft({
    name: pool?.name ?? "",
    slots: pool?.slots ?? 16,
    description: pool?.description ?? "",
    include_deferred: pool?.include_deferred ?? false,
  });
  const save = async () => {
    const { name, ...rest } = draft;
    await (pool ? api.patch(path`/pools/${pool.name}`, rest) : api.post("/pools", { name, ...rest }));
    toastDone(t("admin.saved", { name }));
    await onDone();
  };
  return (
    <FormDialog
      title={pool ? t("admin.edit", { name: pool.name }) : t("pools.add")}
      submit={t("action.save")}
      onSubmit={save}
      onClose={onClose}
    >
      {(errorOf) => (
        <>
          <TextInput
            label={t("pools.name")}
            required
            disabled={pool !== null}
            error={errorOf("name")}
            {...bind("name")}
            data-autofocus
          />
          <NumberInput
            label={t("pools.slots")}
            description={t("pools.slots.hint")}
            min={-1}
            allowDecimal={false}
            required
            error={errorOf("slots")}
            value={draft.slots}
            onChange={(slots) => set({ slots: Number(slots) })}
          />
          <Textarea
            label={t("admin.description")}
            autosize
            minRows={2}
            error={errorOf("description")}
            {...bind("description")}
          />
          <Checkbox
            label={t("pools.deferred")}
            checked={draft.include_deferred}
            onChange={(event) => set({ include_deferred: event.currentTarget.checked })}
          />
        </>
      )}
    </FormDialog>
  );
}
