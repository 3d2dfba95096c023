import { type QueryClient, useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { api, setCsrfToken } from "./client";
import { keys } from "./keys";
import type { Role, Session } from "./types";

const RANK: Record<Role, number> = { viewer: 0, operator: 1, admin: 2 };

/** Asks who is logged in, and remembers the token that changes must carry. */
async function fetchSession(): Promise<Session> {
  const session = await api.get<Session>("/session");
  setCsrfToken(session.csrf_token);
  return session;
}

/** Takes the session that a login answered with. */
export function enterSession(client: QueryClient, session: Session): void {
  setCsrfToken(session.csrf_token);
  client.setQueryData(keys.session, session);
}

/** The session as the server tells it. For the app shell, which hands it to all pages. */
export function useFetchedSession() {
  return useQuery({ queryKey: keys.session, queryFn: fetchSession, staleTime: Number.POSITIVE_INFINITY });
}

const Context = createContext<Session | null>(null);

export const SessionProvider = Context.Provider;

/** Who is logged in. Only below the app shell, which waits until it is known. */
export function useSession(): Session {
  const session = useContext(Context);
  if (!session) throw new Error("useSession outside the app shell");
  return session;
}

/** Whether the user may do what asks for `role`. Use with <Guarded> or to disable a button with its reason. */
export function useMay(role: Role): boolean {
  return RANK[useSession().user.role] >= RANK[role];
}
