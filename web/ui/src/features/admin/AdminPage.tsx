import { Button, Title, Text as Words } from "@mantine/core";
import { Plus } from "lucide-react";
import type { ReactNode } from "react";
import type { Role } from "@/api/types";
import { Guarded } from "@/components/Guarded";
import classes from "./AdminPage.module.css";

interface AdminPageProps {
  title: string;
  /** What this is for, in a sentence. */
  hint: string;
  /** The button that adds one. */
  add?: { label: string; role: Role; onClick: () => void };
  /** Filters, at the left of the button. */
  tools?: ReactNode;
  children: ReactNode;
}

/** The frame of a page of the administration: title, what it is for, filters, and the button that adds one. */
export function AdminPage({ title, hint, add, tools, children }: AdminPageProps) {
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <div>
          <Title order={1}>{title}</Title>
          <Words c="dimmed" fz="sm">
            {hint}
          </Words>
        </div>
        <div className={classes.tools}>
          {tools}
          {add && (
            <Guarded role={add.role}>
              {(disabled) => (
                <Button size="xs" leftSection={<Plus size={14} />} disabled={disabled} onClick={add.onClick}>
                  {add.label}
                </Button>
              )}
            </Guarded>
          )}
        </div>
      </div>
      {children}
    </div>
  );
}
