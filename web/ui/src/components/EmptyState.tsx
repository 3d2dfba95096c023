import { Stack, Title, Text as Words } from "@mantine/core";
import { Inbox, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  title: string;
  /** What to do next, in a sentence or two. */
  children?: ReactNode;
  action?: ReactNode;
  icon?: LucideIcon;
}

/** Stands where a list or view has nothing to show, and says what to do next. */
export function EmptyState({ title, children, action, icon: Icon = Inbox }: EmptyStateProps) {
  return (
    <Stack align="center" gap={6} py={48} px="md" ta="center" maw={520} mx="auto">
      <Icon size={28} strokeWidth={1.5} color="var(--hw-faint)" aria-hidden />
      <Title order={3} fz="md" fw={600}>
        {title}
      </Title>
      {children && (
        <Words component="div" c="dimmed" fz="sm">
          {children}
        </Words>
      )}
      {action && <div style={{ marginTop: 8 }}>{action}</div>}
    </Stack>
  );
}
