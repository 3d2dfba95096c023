import { useDeferredValue, useMemo, useState } from "react";
import { EmptyState } from "@/components/EmptyState";
import { SearchField } from "@/components/SearchField";
import { useText } from "@/i18n";
import classes from "./ApiReference.module.css";
import { type ApiDocument, matching, nameOf, sectionsOf } from "./document";
import { OperationRow } from "./OperationRow";
import { useOpened } from "./useOpened";

/** Every operation of the API, by what it is about; each opens to its parameters, bodies and command. */
export function ApiReference({ document: described }: { document: ApiDocument }) {
  const t = useText();
  const [text, setText] = useState("");
  const all = useMemo(() => sectionsOf(described), [described]);
  const wanted = useDeferredValue(text);
  const sections = useMemo(() => matching(all, wanted), [all, wanted]);
  const [opened, setOpened] = useOpened();
  return (
    <div className={classes.columns}>
      <nav className={classes.side} aria-label={t("apiref.sections")}>
        <SearchField label={t("apiref.search")} value={text} onChange={setText} width="100%" />
        <ul>
          {sections.map(({ tag, operations }) => (
            <li key={tag}>
              <button type="button" onClick={() => document.getElementById(anchorOf(tag))?.scrollIntoView()}>
                {nameOf(tag)}
                <span>{operations.length}</span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <div className={classes.sections}>
        {sections.length === 0 && <EmptyState title={t("empty.filtered")} />}
        {sections.map(({ tag, operations }) => (
          <section key={tag} className={classes.section} aria-labelledby={anchorOf(tag)}>
            <h2 id={anchorOf(tag)}>{nameOf(tag)}</h2>
            {operations.map((one) => (
              <OperationRow
                key={one.operationId}
                operation={one}
                schemas={described.components.schemas}
                isOpen={opened === one.operationId}
                onToggle={setOpened}
              />
            ))}
          </section>
        ))}
      </div>
    </div>
  );
}

const anchorOf = (tag: string): string => `section-${tag}`;
