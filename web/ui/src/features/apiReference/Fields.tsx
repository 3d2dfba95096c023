import { type ReactNode, useState } from "react";
import { Coded } from "@/components/Advised";
import { type Translate, useText } from "@/i18n";
import classes from "./ApiReference.module.css";
import type { Schema } from "./document";
import { objectOf, resolved, type Schemas, typeOf } from "./schema";

interface FieldsProps {
  object: Schema;
  schemas: Schemas;
  /** Of an answer all fields are there; of what is sent, those that must be say so. */
  isSent?: boolean;
}

/** The fields of an object; those that are objects themselves open to theirs. */
export function Fields({ object, schemas, isSent = false }: FieldsProps) {
  const t = useText();
  return (
    <FieldTable label={object.title ?? t("apiref.fields")}>
      {Object.entries(object.properties ?? {}).map(([name, schema]) => (
        <FieldRow
          key={name}
          name={name}
          schema={schema}
          schemas={schemas}
          isSent={isSent}
          isRequired={isSent && (object.required?.includes(name) ?? false)}
        />
      ))}
    </FieldTable>
  );
}

export function FieldTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    <table className={classes.fields} aria-label={label}>
      <tbody>{children}</tbody>
    </table>
  );
}

interface FieldRowProps {
  name: string;
  schema: Schema;
  schemas: Schemas;
  isRequired: boolean;
  isSent?: boolean;
  /** Of a parameter: where it stands. */
  place?: string;
}

/** A field or a parameter: name, type, what it means, what it may be. */
export function FieldRow({ name, schema, schemas, isRequired, isSent = false, place }: FieldRowProps) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  const object = objectOf(schema, schemas);
  const facts = [place, isRequired && t("field.required"), ...limits(schema, schemas, t)].filter(Boolean);
  return (
    <tr>
      <th scope="row">
        <code>{name}</code>
      </th>
      <td>
        <code className={classes.type}>{typeOf(schema)}</code>
        {facts.length > 0 && <span className={classes.facts}>{facts.join(" · ")}</span>}
        {schema.description && (
          <div>
            <Coded text={schema.description} />
          </div>
        )}
        {object && (
          <details className={classes.inner} onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>{t("apiref.fieldsOf", { name: object.title ?? name })}</summary>
            {isOpen && <Fields object={object} schemas={schemas} isSent={isSent} />}
          </details>
        )}
      </td>
    </tr>
  );
}

function limits(schema: Schema, schemas: Schemas, t: Translate): string[] {
  const { minimum, maximum, maxLength, maxItems } = resolved(schema, schemas);
  const told = [];
  if (schema.default !== undefined && schema.default !== null && schema.default !== "")
    told.push(t("apiref.default", { value: JSON.stringify(schema.default) }));
  if (minimum !== undefined && maximum !== undefined) told.push(`${minimum} – ${maximum}`);
  else if (minimum !== undefined) told.push(`≥ ${minimum}`);
  else if (maximum !== undefined) told.push(`≤ ${maximum}`);
  if (maxLength !== undefined) told.push(t("apiref.maxLength", { count: maxLength }));
  if (maxItems !== undefined) told.push(t("apiref.maxItems", { count: maxItems }));
  return told;
}
