import { Checkbox, NumberInput, PasswordInput, Select, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Connection, ConnectionTested, ConnectionType, ExtraField } from "@/api/adminTypes";
import { api, path } from "@/api/client";
import { FormDialog } from "@/components/FormDialog";
import { toastDone } from "@/components/toasts";
import classes from "@/features/admin/AdminPage.module.css";
import { type MessageKey, useText } from "@/i18n";
import form from "./ConnectionForm.module.css";
import {
  bodyOf,
  type ConnectionDraft,
  draftOf,
  HIDDEN,
  joinExtra,
  parsedObject,
  unfitForTest,
  withType,
  withUri,
} from "./model";
import { AskTest, TestResult, useTest } from "./TestButton";
import { UriField } from "./UriField";

interface ConnectionFormProps {
  connection: Connection | null;
  types: ConnectionType[];
  onDone: () => Promise<unknown>;
  onClose: () => void;
}

type ErrorOf = (field: string) => string | null;
interface PartProps {
  draft: ConnectionDraft;
  set: (change: Partial<ConnectionDraft>) => void;
  errorOf: ErrorOf;
  type: ConnectionType | undefined;
}

/** What a connection is called while it has no id yet. */
const UNNAMED = "new";

const PLAIN = ["host", "port", "schema", "login"] as const;

/** Makes or changes a connection; which fields there are depends on its type. */
export function ConnectionForm({ connection, types, onDone, onClose }: ConnectionFormProps) {
  const t = useText();
  const typeOf = (name: string) => types.find(({ conn_type }) => conn_type === name);
  const [draft, setDraft] = useState(() => draftOf(connection, connection ? typeOf(connection.conn_type) : undefined));
  const set = (change: Partial<ConnectionDraft>) => setDraft((before) => ({ ...before, ...change }));
  const type = typeOf(draft.conn_type);
  const checkedBody = () => {
    if (joinExtra(draft) === null) throw new Error(t("connections.extra.invalid"));
    return bodyOf(draft);
  };
  const name = draft.connection_id || UNNAMED;
  const test = useTest(async () =>
    api.post<ConnectionTested>("/connections/test", { connection_id: name, ...checkedBody() }),
  );
  const unfit = unfitForTest(draft, type);
  const save = async () => {
    const body = checkedBody();
    const { connection_id } = draft;
    await (connection
      ? api.patch(path`/connections/${connection_id}`, body)
      : api.post("/connections", { connection_id, ...body }));
    toastDone(t("admin.saved", { name: connection_id }));
    await onDone();
  };
  const title = connection ? t("admin.edit", { name: connection.connection_id }) : t("connections.add");
  return (
    <FormDialog
      title={title}
      submit={t("action.save")}
      size="lg"
      aside={<AskTest name={name} test={test} unfit={unfit && t(unfit)} />}
      onSubmit={save}
      onClose={onClose}
    >
      {(errorOf) => (
        <>
          {connection === null && (
            <UriField onRead={(read) => setDraft(withUri(draft, typeOf(read.conn_type), read))} />
          )}
          <div className={form.two}>
            <TextInput
              label={t("connections.id")}
              required
              disabled={connection !== null}
              error={errorOf("connection_id")}
              value={draft.connection_id}
              onChange={(event) => set({ connection_id: event.currentTarget.value })}
              data-autofocus
            />
            <Select
              label={t("connections.type")}
              required
              searchable
              error={errorOf("conn_type")}
              data={typeChoices(types, draft.conn_type)}
              value={draft.conn_type || null}
              onChange={(chosen) => setDraft(withType(draft, typeOf(chosen ?? ""), chosen ?? ""))}
            />
          </div>
          <PlainFields draft={draft} set={set} errorOf={errorOf} type={type} />
          <ExtraFields draft={draft} set={set} errorOf={errorOf} type={type} />
          <TextInput
            label={t("admin.description")}
            error={errorOf("description")}
            value={draft.description}
            onChange={(event) => set({ description: event.currentTarget.value })}
          />
          <TestResult test={test} />
        </>
      )}
    </FormDialog>
  );
}

function typeChoices(types: ConnectionType[], present: string) {
  const known = types.map(({ conn_type, label }) => ({
    value: conn_type,
    label: label === conn_type ? label : `${label} (${conn_type})`,
  }));
  const isKnown = present === "" || types.some(({ conn_type }) => conn_type === present);
  return isKnown ? known : [...known, { value: present, label: present }];
}

function PlainFields({ draft, set, errorOf, type }: PartProps) {
  const t = useText();
  const isShown = (name: string) => !type || name in type.fields || Boolean(draft[name as "host"]);
  return (
    <div className={form.two}>
      {PLAIN.filter(isShown).map((name) => (
        <TextInput
          key={name}
          label={type?.fields[name] ?? t(`connections.${name}` as MessageKey)}
          placeholder={type?.placeholders[name]}
          inputMode={name === "port" ? "numeric" : "text"}
          autoComplete="off"
          error={errorOf(name)}
          value={draft[name]}
          onChange={(event) => set({ [name]: event.currentTarget.value })}
        />
      ))}
      {(!type || "password" in type.fields || draft.password !== "") && (
        <SecretField
          label={type?.fields.password ?? t("login.password")}
          value={draft.password}
          error={errorOf("password")}
          onChange={(password) => set({ password })}
        />
      )}
    </div>
  );
}

interface SecretFieldProps {
  label: string;
  /** null: stored, and not shown. */
  value: string | null;
  error: string | null;
  onChange: (value: string) => void;
}

function SecretField({ label, value, error, onChange }: SecretFieldProps) {
  const t = useText();
  return (
    <PasswordInput
      label={label}
      placeholder={value === null ? t("connections.secret.stored") : undefined}
      autoComplete="new-password"
      error={error}
      value={value ?? ""}
      visibilityToggleButtonProps={{ "aria-label": t("login.showPassword") }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function ExtraFields({ draft, set, errorOf, type }: PartProps) {
  const t = useText();
  const change = (name: string, value: unknown) => set({ known: { ...draft.known, [name]: value } });
  const isBroken = parsedObject(draft.rest) === null;
  return (
    <>
      {type && type.extras.length > 0 && (
        <div className={form.two}>
          {type.extras.map((field) => (
            <ExtraControl
              key={field.name}
              field={field}
              value={draft.known[field.name]}
              onChange={(value) => change(field.name, value)}
            />
          ))}
        </div>
      )}
      <Textarea
        label={t("connections.extra")}
        description={t("connections.extra.hint")}
        placeholder={type?.placeholders.extra}
        autosize
        minRows={2}
        maxRows={12}
        spellCheck={false}
        classNames={{ input: classes.mono ?? "" }}
        error={isBroken ? t("connections.extra.invalid") : errorOf("extra")}
        value={draft.rest}
        onChange={(event) => set({ rest: event.currentTarget.value })}
      />
    </>
  );
}

interface ExtraControlProps {
  field: ExtraField;
  value: unknown;
  onChange: (value: unknown) => void;
}

function ExtraControl({ field, value, onChange }: ExtraControlProps) {
  const { label, help, kind } = field;
  const text = value === undefined || value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  switch (kind) {
    case "boolean":
      return (
        <Checkbox
          className={form.check ?? ""}
          label={label}
          description={help}
          checked={value === true || value === "true"}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "number":
      return (
        <NumberInput
          label={label}
          description={help}
          value={text === "" ? "" : Number(text)}
          onChange={(next) => onChange(next === "" ? "" : Number(next))}
        />
      );
    case "secret":
      return <SecretField label={label} error={null} value={text === HIDDEN ? null : text} onChange={onChange} />;
    case "json":
      return (
        <TextInput
          label={label}
          description={help}
          value={text}
          onChange={(event) => onChange(jsonOrText(event.currentTarget.value))}
        />
      );
    default:
      return (
        <TextInput
          label={label}
          description={help}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function jsonOrText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? value : text;
  } catch {
    return text;
  }
}
