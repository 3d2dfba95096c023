import { type ReactNode, useEffect, useState } from "react";
import { loadCatalogue, type MessageKey, TextsProvider } from "../i18n";
import type { Catalogue } from "../i18n/format";
import { type Language, languageOf, usePreferences } from "../preferences/store";

interface Loaded {
  language: Language;
  catalogue: Catalogue<MessageKey>;
}

/** Fetches the texts of the user's language before anything is shown in another one. */
export function LanguageLoader({ children }: { children: ReactNode }) {
  const language = languageOf(usePreferences().language, navigator.language);
  const [loaded, setLoaded] = useState<Loaded | null>(null);

  useEffect(() => {
    let wanted = true;
    void loadCatalogue(language).then((catalogue) => {
      if (!wanted) return;
      document.documentElement.lang = language;
      setLoaded({ language, catalogue });
    });
    return () => {
      wanted = false;
    };
  }, [language]);

  return loaded && <TextsProvider {...loaded}>{children}</TextsProvider>;
}
