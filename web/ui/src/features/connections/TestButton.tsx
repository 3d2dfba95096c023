import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleX, PlugZap } from "lucide-react";
import type { ConnectionTested } from "@/api/adminTypes";
import { api, path } from "@/api/client";
import { wordsFor } from "@/components/ErrorBox";
import { Guarded } from "@/components/Guarded";
import { useText } from "@/i18n";
import classes from "./TestButton.module.css";

/** Has a worker try a connection, and says what it found out. */
export function TestButton({ connectionId }: { connectionId: string }) {
  const t = useText();
  const test = useMutation({ mutationFn: () => api.post<ConnectionTested>(path`/connections/${connectionId}/test`) });
  return (
    <span className={classes.line}>
      <Guarded role="operator">
        {(disabled) => (
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<PlugZap size={13} />}
            disabled={disabled}
            loading={test.isPending}
            aria-label={t("connections.test.of", { name: connectionId })}
            onClick={() => test.mutate()}
          >
            {t("connections.test")}
          </Button>
        )}
      </Guarded>
      <span role="status" className={classes.result}>
        {test.data && <Result result={test.data} />}
        {test.isError && (
          <Result result={{ ok: false, message: wordsFor(test.error, t).what, worker: null, seconds: 0 }} />
        )}
      </span>
    </span>
  );
}

function Result({ result: { ok, message, worker } }: { result: ConnectionTested }) {
  const Icon = ok ? CircleCheck : CircleX;
  return (
    <span className={classes.words} data-ok={ok} title={worker ? `${message}\n${worker}` : message}>
      <Icon size={14} aria-hidden />
      <span>{message}</span>
    </span>
  );
}
