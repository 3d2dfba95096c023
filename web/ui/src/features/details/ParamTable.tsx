import type { Param } from "@/api/dagTypes";
import { DataTable } from "@/components/DataTable";
import { Markdown } from "@/components/Markdown";
import { useText } from "@/i18n";
import { fieldsOf } from "../trigger/fields";
import classes from "./ParamTable.module.css";

/** The parameters of a DAG: what a run may be given. */
export function ParamTable({ params }: { params: Record<string, Param> }) {
  const t = useText();
  const fields = fieldsOf(params);
  if (fields.length === 0) return <div className={classes.none}>{t("details.noParams")}</div>;
  const columns = [
    {
      id: "name",
      header: t("details.param.name"),
      width: "minmax(7rem, 1fr)",
      cell: (field: Row) => <b>{field.name}</b>,
    },
    { id: "type", header: t("details.param.type"), width: "minmax(6rem, 1fr)", cell: (field: Row) => typeWords(field) },
    {
      id: "value",
      header: t("details.param.value"),
      width: "minmax(7rem, 1.4fr)",
      cell: (field: Row) => <code>{valueWords(field, t("field.required"))}</code>,
    },
    {
      id: "description",
      header: t("details.param.description"),
      width: "minmax(8rem, 2fr)",
      wideOnly: true,
      cell: (field: Row) => field.description && <Markdown>{field.description}</Markdown>,
    },
  ];
  return (
    <div className={classes.table}>
      <DataTable rows={fields} columns={columns} rowKey={(field) => field.name} label={t("details.params")} />
    </div>
  );
}

type Row = ReturnType<typeof fieldsOf>[number];

function typeWords({ schema }: Row): string {
  if (schema.enum) return schema.enum.map(String).join(" | ");
  const types = Array.isArray(schema.type) ? schema.type.join(" | ") : (schema.type ?? "");
  return schema.format ? `${types} (${schema.format})` : types;
}

function valueWords({ initial, isRequired }: Row, required: string): string {
  return isRequired ? required : JSON.stringify(initial ?? null);
}
