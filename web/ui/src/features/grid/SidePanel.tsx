import { ActionIcon, CloseButton, Drawer, Group, Stack, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Maximize2 } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { useText } from "@/i18n";
import classes from "./SidePanel.module.css";

interface SidePanelProps {
  title: ReactNode;
  /** Below the title: state, run. */
  subtitle: ReactNode;
  /** The page that shows the same with more room. */
  address: string | null;
  children: ReactNode;
  onClose: () => void;
}

/** Stands beside the Grid; on narrow screens over it. */
export function SidePanel({ title, subtitle, address, children, onClose }: SidePanelProps) {
  const t = useText();
  const isNarrow = useMediaQuery("(max-width: 62em)", false, { getInitialValueInEffect: false });
  const content = (
    <Stack gap="sm" className={classes.content}>
      <Group gap={4} wrap="nowrap" align="flex-start">
        <div className={classes.titles}>
          <h2 className={classes.title}>{title}</h2>
          <div className={classes.subtitle}>{subtitle}</div>
        </div>
        {address && (
          <Tooltip label={t("grid.openPage")}>
            <ActionIcon
              component={Link}
              to={address}
              variant="subtle"
              color="gray"
              size="md"
              aria-label={t("grid.openPage")}
            >
              <Maximize2 size={15} />
            </ActionIcon>
          </Tooltip>
        )}
        {!isNarrow && <CloseButton size="md" onClick={onClose} aria-label={t("grid.closePanel")} />}
      </Group>
      {children}
    </Stack>
  );
  if (isNarrow) {
    return (
      <Drawer
        opened
        onClose={onClose}
        position="right"
        size="min(30rem, 100vw)"
        closeButtonProps={{ "aria-label": t("grid.closePanel") }}
      >
        {content}
      </Drawer>
    );
  }
  return (
    <aside className={classes.panel} aria-label={t("grid.panel")}>
      {content}
    </aside>
  );
}
