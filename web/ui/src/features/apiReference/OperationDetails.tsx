import type { ReactNode } from "react";
import { Coded } from "@/components/Advised";
import { CopyButton } from "@/components/CopyButton";
import { useText } from "@/i18n";
import classes from "./ApiReference.module.css";
import { Body } from "./Body";
import { curlOf } from "./curl";
import { bodyOf, type Operation, type Parameter } from "./document";
import { FieldRow, FieldTable } from "./Fields";
import { Pre } from "./Pre";
import { resolved, type Schemas } from "./schema";

/** Everything about one operation: description, parameters, body, responses, and the command that asks for it. */
export function OperationDetails({ operation, schemas }: { operation: Operation; schemas: Schemas }) {
  const t = useText();
  const { description = "", parameters = [], requestBody, responses } = operation;
  const body = bodyOf(requestBody?.content);
  const curl = curlOf(operation, schemas, window.location.origin);
  return (
    <div className={classes.details}>
      {description.split("\n\n").map((paragraph) => (
        <p key={paragraph}>
          <Coded text={paragraph} />
        </p>
      ))}
      <Part title={t("apiref.curl")}>
        <div className={classes.code}>
          <Pre text={curl} />
          <CopyButton value={curl} />
        </div>
      </Part>
      {parameters.length > 0 && (
        <Part title={t("apiref.parameters")}>
          <FieldTable label={t("apiref.parameters")}>
            {parameters.map((one) => (
              <ParameterRow key={`${one.in} ${one.name}`} parameter={one} schemas={schemas} />
            ))}
          </FieldTable>
        </Part>
      )}
      {body && (
        <Part title={t("apiref.body")}>
          <Body {...body} schemas={schemas} isSent />
        </Part>
      )}
      {Object.entries(responses).map(([status, { content, description: words = "" }]) => {
        const answer = bodyOf(content);
        const isFault = status === "default";
        return (
          <Part key={status} title={isFault ? t("apiref.errors") : t("apiref.response", { status })}>
            {isFault && <p>{words}</p>}
            {answer ? <Body {...answer} schemas={schemas} /> : <p>{t("apiref.noBody")}</p>}
          </Part>
        );
      })}
    </div>
  );
}

function ParameterRow({ parameter, schemas }: { parameter: Parameter; schemas: Schemas }) {
  const t = useText();
  const { name, in: place, required = false, description = "", schema } = parameter;
  return (
    <FieldRow
      name={name}
      schema={{ ...resolved(schema, schemas), default: schema.default, description }}
      schemas={schemas}
      isRequired={required}
      place={t(`apiref.in.${place}`)}
    />
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part} aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
