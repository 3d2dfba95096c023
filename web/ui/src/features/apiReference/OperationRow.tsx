import { ChevronRight } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { type MessageKey, useText } from "@/i18n";
import classes from "./ApiReference.module.css";
import type { Operation } from "./document";
import { OperationDetails } from "./OperationDetails";
import type { Schemas } from "./schema";

interface OperationRowProps {
  operation: Operation;
  schemas: Schemas;
  isOpen: boolean;
  onToggle: (id: string, isOpen: boolean) => void;
}

/** One operation: method, path, what it does, who may; open, all there is to know of it. */
export const OperationRow = memo(function OperationRow({ operation, schemas, isOpen, onToggle }: OperationRowProps) {
  const t = useText();
  const frame = useRef<HTMLElement>(null);
  const { operationId: id, method, path, description = "" } = operation;
  const role = operation["x-role"] ?? "viewer";
  useInSight(frame, isOpen);
  return (
    <article ref={frame} className={classes.operation} data-open={isOpen || undefined} aria-label={`${method} ${path}`}>
      <button type="button" className={classes.head} aria-expanded={isOpen} onClick={() => onToggle(id, !isOpen)}>
        <ChevronRight size={14} className={classes.chevron} aria-hidden />
        <span className={classes.method} data-method={method}>
          {method}
        </span>
        <span className={classes.path}>{path}</span>
        <span className={classes.what}>{description.split("\n")[0]}</span>
        <span className={classes.role}>{t(role === "public" ? "apiref.public" : (`role.${role}` as MessageKey))}</span>
      </button>
      {isOpen && <OperationDetails operation={operation} schemas={schemas} />}
    </article>
  );
});

/** Brings the operation into sight that the address names; one that was opened by hand is there already. */
function useInSight(frame: React.RefObject<HTMLElement | null>, isOpen: boolean): void {
  useEffect(() => {
    const top = frame.current?.getBoundingClientRect().top ?? 0;
    if (isOpen && (top < 0 || top > window.innerHeight)) frame.current?.scrollIntoView();
  }, [frame, isOpen]);
}
