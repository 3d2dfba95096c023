import { useText } from "@/i18n";
import classes from "./ApiReference.module.css";
import type { Schema } from "./document";
import { Fields } from "./Fields";
import { Pre } from "./Pre";
import { bodyExample, exampleOf, objectOf, type Schemas, typeOf } from "./schema";

interface BodyProps {
  type: string;
  schema: Schema;
  schemas: Schemas;
  /** Then its example comes first, and which fields must be there is told. */
  isSent?: boolean;
}

/** A body that is sent or answered: its type, its fields, and an example beside them. */
export function Body({ type, schema, schemas, isSent = false }: BodyProps) {
  const t = useText();
  const isJson = type.endsWith("json");
  const fields = objectOf(schema, schemas);
  const example = isSent ? bodyExample : exampleOf;
  return (
    <>
      <p className={classes.type}>
        <code>{type}</code> {isJson && <code>{typeOf(schema)}</code>}
      </p>
      {fields && <Fields object={fields} schemas={schemas} isSent={isSent} />}
      {isJson && (
        <details className={classes.example} open={isSent}>
          <summary>{t("apiref.example")}</summary>
          <Pre text={JSON.stringify(example(schema, schemas), null, 2)} />
        </details>
      )}
    </>
  );
}
