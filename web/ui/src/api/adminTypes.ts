import type { components } from "./schema";

type Schemas = components["schemas"];

export type Config = Schemas["Config"];
export type ConfigOption = Schemas["ConfigOption"];
export type Connection = Schemas["Connection"];
export type ConnectionTested = Schemas["ConnectionTested"];
export type ConnectionType = Schemas["ConnectionType"];
export type EventLog = Schemas["EventLog"];
export type ExtraField = Schemas["ExtraField"];
export type ImportProblem = Schemas["ImportProblem"];
export type Pool = Schemas["Pool"];
export type Token = Schemas["Token"];
export type MadeToken = Schemas["MadeToken"];
export type User = Schemas["User"];
export type Variable = Schemas["Variable"];
export type ConnectionPage = Schemas["Connections"];
export type EventLogPage = Schemas["EventLogs"];
export type PoolPage = Schemas["Pools"];
export type TokenPage = Schemas["TokenPage"];
export type UserPage = Schemas["UserPage"];
export type VariablePage = Schemas["Variables"];
export type Scope = Token["scopes"][number];
