import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import { AddNote, type NoteDraft, NoteText } from "../actions/NoteBox";
import classes from "./PageHead.module.css";

interface PageHeadProps {
  title: string;
  /** Beside the title: the state. */
  badge: ReactNode;
  /** Below it, in small. */
  facts: ReactNode;
  actions: ReactNode;
  /** What somebody noted on it; seen whichever tab is open. */
  note?: NoteDraft;
}

/** The head of a run's or a task's page. */
export function PageHead({ title, badge, facts, actions, note }: PageHeadProps) {
  return (
    <div className={classes.head}>
      <div className={classes.names}>
        <div className={classes.line}>
          <Title order={1} className={classes.title ?? ""}>
            {title}
          </Title>
          {badge}
        </div>
        <div className={classes.facts}>{facts}</div>
      </div>
      <div className={classes.actions}>
        {note && <AddNote note={note} />}
        {actions}
      </div>
      {note && (
        <div className={classes.note}>
          <NoteText note={note} />
        </div>
      )}
    </div>
  );
}
