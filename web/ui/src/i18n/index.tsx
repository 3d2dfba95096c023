import { createContext, Fragment, type ReactNode, useContext, useMemo } from "react";
import type { Language } from "../preferences/store";
import en from "./en";
import { type Catalogue, fill, formOf, type Params, pieces } from "./format";

export type MessageKey = keyof typeof en;
export type Translate = (key: MessageKey, params?: Params) => string;
interface Texts {
  language: Language;
  catalogue: Catalogue<MessageKey>;
}

const Context = createContext<Texts>({ language: "en", catalogue: en });

/** Fetches the texts of a language; English is always there. */
export async function loadCatalogue(language: Language): Promise<Catalogue<MessageKey>> {
  return language === "ko" ? (await import("./ko")).default : en;
}

export function TextsProvider({ language, catalogue, children }: Texts & { children: ReactNode }) {
  const value = useMemo(() => ({ language, catalogue }), [language, catalogue]);
  return <Context value={value}>{children}</Context>;
}

export const useLanguage = (): Language => useContext(Context).language;

/** `t("dags.count", { count })`: the text in the user's language. */
export function useText(): Translate {
  const { language, catalogue } = useContext(Context);
  return useMemo<Translate>(() => (key, params) => fill(catalogue[key], params, language), [language, catalogue]);
}

/** A text with elements in its gaps: <Text k="run.startedBy" values={{ who: <b>{name}</b> }} />. */
export function Text({ k, values }: { k: MessageKey; values: Record<string, ReactNode> }) {
  const { catalogue } = useContext(Context);
  const parts = pieces(formOf(catalogue[k], values as { count?: unknown }));
  return parts.map((part, i) => <Fragment key={i}>{part.gap ? values[part.gap] : part.text}</Fragment>);
}
