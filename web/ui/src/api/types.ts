import type { components } from "./schema";

type Schemas = components["schemas"];

export type Problem = Schemas["Problem"];
export type Role = Schemas["User"]["role"];
export type SessionUser = Omit<Schemas["SessionUser"], "role"> & { role: Role };
export type Session = Omit<Schemas["Session"], "user"> & { user: SessionUser };
export type LoginOptions = Schemas["LoginOptions"];
