import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./PageHead.module.css";

interface PageHeadProps {
  title: string;
  /** Beside the title: the state. */
  badge: ReactNode;
  /** Below it, in small. */
  facts: ReactNode;
  actions: ReactNode;
}

/** The head of a run's or a task's page. */
export function PageHead({ title, badge, facts, actions }: PageHeadProps) {
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
      {actions}
    </div>
  );
}
