import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleX, PlugZap } from "lucide-react";
import type { ConnectionTested } from "@/api/adminTypes";
import { api, path } from "@/api/client";
import { wordsFor } from "@/components/ErrorBox";
import { Guarded } from "@/components/Guarded";
import { useText } from "@/i18n";
import classes from "./TestButton.module.css";

/** Has a worker try a stored connection, and says what it found out. */
export function TestButton({ connectionId }: { connectionId: string }) {
  return <Tester name={connectionId} ask={() => api.post(path`/connections/${connectionId}/test`)} />;
}

interface TesterProps {
  name: string;
  ask: () => Promise<ConnectionTested>;
}

/** Asks for a test and shows its result: what was found out, by which worker. */
export function Tester({ name, ask }: TesterProps) {
  const t = useText();
  const test = useMutation({ mutationFn: ask });
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
            aria-label={t("connections.test.of", { name })}
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
  const t = useText();
  const Icon = ok ? CircleCheck : CircleX;
  return (
    <span className={classes.words} data-ok={ok} title={message}>
      <Icon size={14} aria-hidden />
      <span>
        {message}
        {worker && <em className={classes.worker}> · {t("connections.test.by", { worker })}</em>}
      </span>
    </span>
  );
}
