import { Button } from "@mantine/core";
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { CircleCheck, CircleX, PlugZap } from "lucide-react";
import type { ConnectionTested } from "@/api/adminTypes";
import { api, path } from "@/api/client";
import { wordsFor } from "@/components/ErrorBox";
import { Guarded } from "@/components/Guarded";
import { useText } from "@/i18n";
import classes from "./TestButton.module.css";

type Test = UseMutationResult<ConnectionTested, Error, void>;

/** A test that can be asked for, and what came of it. */
export const useTest = (ask: () => Promise<ConnectionTested>): Test => useMutation({ mutationFn: () => ask() });

/** Has a worker try a stored connection, and says what it found out. */
export function TestButton({ connectionId }: { connectionId: string }) {
  const test = useTest(() => api.post(path`/connections/${connectionId}/test`));
  return (
    <span className={classes.line}>
      <AskTest name={connectionId} test={test} />
      <TestResult test={test} isShort />
    </span>
  );
}

interface AskTestProps {
  name: string;
  test: Test;
  /** Why there is nothing to test; it stands beside the button. */
  unfit?: string | null;
}

/** The button that asks for a test. */
export function AskTest({ name, test, unfit = null }: AskTestProps) {
  const t = useText();
  return (
    <span className={classes.line}>
      <Guarded role="operator">
        {(disabled) => (
          <Button
            className={classes.ask ?? ""}
            size="compact-xs"
            variant="default"
            leftSection={<PlugZap size={13} />}
            disabled={disabled || unfit !== null}
            loading={test.isPending}
            aria-label={t("connections.test.of", { name })}
            onClick={() => test.mutate()}
          >
            {t("connections.test")}
          </Button>
        )}
      </Guarded>
      {unfit && <span className={classes.unfit}>{unfit}</span>}
    </span>
  );
}

/** What a test found out, by which worker; `isShort` cuts it to what a row of a list has room for. */
export function TestResult({ test, isShort }: { test: Pick<Test, "data" | "error">; isShort?: boolean }) {
  const t = useText();
  const failure = test.error && { ok: false, message: wordsFor(test.error, t).what, worker: null, seconds: 0 };
  const result = failure ?? test.data;
  return (
    <span role="status" className={classes.result} data-short={isShort}>
      {result && <Result result={result} />}
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
