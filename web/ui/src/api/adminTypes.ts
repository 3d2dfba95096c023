import type { Role } from "./types";

export interface Pool {
  name: string;
  slots: number;
  description: string;
  include_deferred: boolean;
  occupied_slots: number;
  running_slots: number;
  queued_slots: number;
  scheduled_slots: number;
  deferred_slots: number;
  open_slots: number;
}

export interface Variable {
  key: string;
  /** null for a secret. */
  value: string | null;
  description: string;
  is_secret: boolean;
  changed_at: string;
}

export interface Connection {
  connection_id: string;
  conn_type: string;
  description: string;
  host: string | null;
  schema: string | null;
  login: string | null;
  port: number | null;
  /** JSON text; secrets in it are `***`. */
  extra: string | null;
  has_password: boolean;
  changed_at: string;
}

export interface ExtraField {
  name: string;
  label: string;
  kind: "text" | "secret" | "number" | "boolean" | "json";
  help: string;
}

export interface ConnectionType {
  conn_type: string;
  label: string;
  /** The fields that it uses, with their labels. */
  fields: Record<string, string>;
  extras: ExtraField[];
  placeholders: Record<string, string>;
  testable: boolean;
  built_in: boolean;
}

export interface ConnectionTested {
  ok: boolean;
  message: string;
  worker: string | null;
  seconds: number;
}

export interface User {
  username: string;
  display_name: string;
  role: Role;
  must_change_password: boolean;
  is_external: boolean;
  created_at: string;
  last_login_at: string | null;
}

export type Scope = "read" | "operate" | "admin";

export interface Token {
  id: number;
  name: string;
  username: string;
  scopes: Scope[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

export interface ImportProblem {
  filename: string;
  line: number;
  message: string;
  remedy: string;
  timestamp: string;
}

export interface EventLog {
  id: number;
  timestamp: string;
  actor: string;
  action: string;
  subject: string;
  detail: Record<string, unknown> | null;
}

export interface ConfigOption {
  key: string;
  value: unknown;
  source: string;
  description: string;
  variable: string;
}

export interface Config {
  sections: { name: string; options: ConfigOption[] }[];
}
