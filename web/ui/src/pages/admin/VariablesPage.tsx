import { Badge, Textarea, TextInput } from "@mantine/core";
import type { Variable, VariablePage } from "@/api/adminTypes";
import { api, path } from "@/api/client";
import { keys } from "@/api/keys";
import { useList } from "@/api/useList";
import { CopyButton } from "@/components/CopyButton";
import type { Column } from "@/components/DataTable";
import { DebouncedSearch } from "@/components/DebouncedSearch";
import { EmptyState } from "@/components/EmptyState";
import { FormDialog } from "@/components/FormDialog";
import { ListView } from "@/components/ListView";
import { toastDone } from "@/components/toasts";
import { useAddressText } from "@/components/useAddressText";
import { useDraft } from "@/components/useDraft";
import { AdminPage } from "@/features/admin/AdminPage";
import classes from "@/features/admin/AdminPage.module.css";
import { DeleteDialog } from "@/features/admin/DeleteDialog";
import { RowActions } from "@/features/admin/RowActions";
import { useEditing } from "@/features/admin/useEditing";
import { useText } from "@/i18n";
import { Time } from "@/time/Time";

const KEY = keys.admin("variables");
const rows = ({ variables }: VariablePage) => variables;

/** Variables: values that DAGs read while they run. Those of secrets never come back. */
export default function VariablesPage() {
  const t = useText();
  const [q, setQ] = useAddressText("q");
  const list = useList<Variable, VariablePage>({ queryKey: [...KEY, q], resource: "/variables", query: { q }, rows });
  const editing = useEditing<Variable>(KEY);
  const columns: Column<Variable>[] = [
    {
      id: "key",
      header: t("variables.key"),
      width: "minmax(9rem, 1fr)",
      cell: (one) => <span className={classes.strong}>{one.key}</span>,
    },
    {
      id: "value",
      header: t("variables.value"),
      width: "minmax(9rem, 1.6fr)",
      cell: (one) => <ValueCell variable={one} />,
    },
    {
      id: "description",
      header: t("admin.description"),
      width: "minmax(8rem, 1.2fr)",
      wideOnly: true,
      cell: (one) => <span className={classes.dim}>{one.description}</span>,
    },
    {
      id: "changed",
      header: t("admin.changed"),
      width: "9rem",
      wideOnly: true,
      cell: (one) => <Time at={one.changed_at} as="relative" />,
    },
    {
      id: "actions",
      header: "",
      width: "5.5rem",
      align: "right",
      cell: (one) => (
        <RowActions name={one.key} onEdit={() => editing.edit(one)} onDelete={() => editing.remove(one)} />
      ),
    },
  ];
  return (
    <AdminPage
      title={t("admin.variables")}
      hint={t("variables.hint")}
      tools={<DebouncedSearch label={t("admin.filter")} value={q} onChange={setQ} />}
      add={{ label: t("variables.add"), role: "admin", onClick: editing.add }}
    >
      <ListView
        list={list}
        columns={columns}
        rowKey={(one) => one.key}
        label={t("admin.variables")}
        empty={
          <EmptyState title={t(q ? "empty.filtered" : "variables.empty")}>
            {q ? null : t("variables.empty.text")}
          </EmptyState>
        }
      />
      {(editing.adding || editing.edited) && (
        <VariableForm variable={editing.edited} onDone={editing.refresh} onClose={editing.close} />
      )}
      {editing.deleted && (
        <DeleteDialog
          name={editing.deleted.key}
          resource={path`/variables/${editing.deleted.key}`}
          onDone={editing.refresh}
          onClose={editing.close}
        >
          {t("variables.delete.text")}
        </DeleteDialog>
      )}
    </AdminPage>
  );
}

function ValueCell({ variable: { value, is_secret } }: { variable: Variable }) {
  const t = useText();
  if (is_secret || value === null)
    return (
      <Badge variant="default" size="sm" tt="none">
        {t("admin.secret")}
      </Badge>
    );
  return (
    <span className={classes.actions} style={{ maxWidth: "100%" }}>
      <span className={`${classes.mono} ${classes.ellipsis}`} title={value.slice(0, 500)}>
        {value}
      </span>
      <CopyButton value={value} />
    </span>
  );
}

interface VariableFormProps {
  variable: Variable | null;
  onDone: () => Promise<unknown>;
  onClose: () => void;
}

function VariableForm({ variable, onDone, onClose }: VariableFormProps) {
  const t = useText();
  const { draft, bind } = useDraft({
    key: variable?.key ?? "",
    value: variable?.value ?? "",
    description: variable?.description ?? "",
  });
  const isHidden = variable?.is_secret ?? false;
  const save = async () => {
    const { key, value, description } = draft;
    const change = isHidden && value === "" ? { description } : { value, description };
    await (variable
      ? api.patch(path`/variables/${variable.key}`, change)
      : api.post("/variables", { key, value, description }));
    toastDone(t("admin.saved", { name: key }));
    await onDone();
  };
  return (
    <FormDialog
      title={variable ? t("admin.edit", { name: variable.key }) : t("variables.add")}
      submit={t("action.save")}
      size="lg"
      onSubmit={save}
      onClose={onClose}
    >
      {(errorOf) => (
        <>
          <TextInput
            label={t("variables.key")}
            description={variable ? undefined : t("variables.key.hint")}
            required
            disabled={variable !== null}
            error={errorOf("key")}
            data-autofocus
            {...bind("key")}
          />
          <Textarea
            label={t("variables.value")}
            description={isHidden ? t("variables.value.secret") : undefined}
            autosize
            minRows={3}
            maxRows={16}
            error={errorOf("value")}
            classNames={{ input: classes.mono ?? "" }}
            {...bind("value")}
          />
          <TextInput label={t("admin.description")} error={errorOf("description")} {...bind("description")} />
        </>
      )}
    </FormDialog>
  );
}
