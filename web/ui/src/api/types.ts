/** The shapes that the API answers with, under short names. */

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  remedy?: string | null;
  errors?: { field: string; message: string }[];
}

export type Role = "viewer" | "operator" | "admin";
export interface SessionUser {
  username: string;
  role: Role;
  display_name: string | null;
  must_change_password: boolean;
  /** Logs in by OpenID Connect: there is no password to change. */
  is_external: boolean;
}
export interface Session {
  user: SessionUser;
  csrf_token: string;
  version: string;
  features: { flower_url: string | null; oidc: boolean; timezone_default: string };
}
