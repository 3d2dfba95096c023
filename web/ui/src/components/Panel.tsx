import { Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Panel.module.css";

interface PanelProps {
  title: string;
  /** At the right of the title: a link, a count, a control. */
  aside?: ReactNode;
  children: ReactNode;
  /** Without inner padding, for tables and lists that have their own. */
  flush?: boolean;
}

/** A part of a page with a name. */
export function Panel({ title, aside, children, flush }: PanelProps) {
  return (
    <section className={classes.panel} aria-label={title}>
      <div className={classes.head}>
        <Title order={2} fz="sm" fw={600}>
          {title}
        </Title>
        {aside && <div className={classes.aside}>{aside}</div>}
      </div>
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  );
}
