import type { MantineColorScheme, MantineColorSchemeManager } from "@mantine/core";
import { preferences, setPreferences } from "../preferences/store";

/** Keeps Mantine's colour scheme where the other preferences are, so that theme.js finds it before the first paint. */
export const colorSchemeManager: MantineColorSchemeManager = {
  get: () => preferences().theme,
  set: (theme: MantineColorScheme) => setPreferences({ theme }),
  subscribe: () => {},
  unsubscribe: () => {},
  clear: () => setPreferences({ theme: "auto" }),
};
