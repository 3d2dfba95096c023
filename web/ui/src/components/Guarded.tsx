import { Tooltip } from "@mantine/core";
import type { ReactElement } from "react";
import { useMay, useSession } from "../api/session";
import type { Role } from "../api/types";
import { type MessageKey, useText } from "../i18n";

interface GuardedProps {
  role: Role;
  /** Gets whether it must be disabled: (disabled) => <Button disabled={disabled}>…</Button> */
  children: (disabled: boolean) => ReactElement;
}

/** A control that only some may use: for the others it is disabled and says why. */
export function Guarded({ role, children }: GuardedProps) {
  const t = useText();
  const may = useMay(role);
  const mine = useSession().user.role;
  if (may) return children(false);
  const name = (one: Role) => t(`role.${one}` as MessageKey);
  return (
    <Tooltip label={t("error.needsRole", { role: name(role), mine: name(mine) })}>
      <span style={{ display: "inline-flex" }}>{children(true)}</span>
    </Tooltip>
  );
}
