import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Guarded } from "@/components/Guarded";

/** A small button that needs the role operator. */
export function ActionButton({ label, icon, onClick }: { label: string; icon: ReactNode; onClick: () => void }) {
  return (
    <Guarded role="operator">
      {(disabled) => (
        <Button size="xs" variant="default" leftSection={icon} disabled={disabled} onClick={onClick}>
          {label}
        </Button>
      )}
    </Guarded>
  );
}
