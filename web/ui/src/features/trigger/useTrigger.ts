import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, path } from "@/api/client";
import type { DagDetails, DagRun } from "@/api/dagTypes";
import { keys } from "@/api/keys";
import { ApiError } from "@/api/problem";
import { useText } from "@/i18n";
import { fieldsOf } from "./fields";
import { faultOf } from "./validate";
import { confOf, initialValues, parsedConf, serverMessage, type Values } from "./values";

export interface Options {
  dag_run_id: string;
  logical_date: string;
  note: string;
  unpause: boolean;
}

const NO_OPTIONS: Options = { dag_run_id: "", logical_date: "", note: "", unpause: false };

/** The state of the trigger form: values as fields and as JSON, what is wrong with them, and the call. */
export function useTrigger(dag: DagDetails, conf: Record<string, unknown> | null) {
  const t = useText();
  const fields = useMemo(() => fieldsOf(dag.params), [dag.params]);
  const [values, setValues] = useState<Values>(() => ({ ...initialValues(fields), ...conf }));
  const [json, setJson] = useState<string | null>(null);
  const [options, setOptions] = useState(NO_OPTIONS);
  const [asked, setAsked] = useState(false);
  const call = useCall(dag);

  const messages = call.error instanceof ApiError ? call.error.fields : new Map<string, string>();
  const faults = useMemo(
    () => new Map(fields.map((field) => [field.name, faultOf(field, values[field.name])])),
    [fields, values],
  );
  const jsonIsBroken = json !== null && parsedConf(json) === null;
  const isSound = !jsonIsBroken && [...faults.values()].every((fault) => fault === null);

  const errorOf = (name: string): string | null => {
    const fault = faults.get(name);
    if (fault && asked) return t(fault.key, fault.params);
    return serverMessage(messages, name);
  };
  const writeJson = (text: string) => {
    setJson(text);
    const parsed = parsedConf(text);
    if (parsed) setValues(parsed);
  };
  const submit = async (): Promise<DagRun | null> => {
    setAsked(true);
    return isSound ? call.mutateAsync({ conf: confOf(fields, values), options }).catch(() => null) : null;
  };
  const shownJson = () => json ?? JSON.stringify(confOf(fields, values), null, 2);
  const set = (name: string, value: unknown) => {
    setJson(null);
    setValues((before) => ({ ...before, [name]: value }));
  };
  const option = (change: Partial<Options>) => setOptions((before) => ({ ...before, ...change }));

  return {
    fields,
    values,
    set,
    options,
    option,
    errorOf,
    messages,
    json: shownJson,
    jsonIsBroken,
    writeJson,
    submit,
    call,
  };
}

export type Trigger = ReturnType<typeof useTrigger>;

interface Order {
  conf: Record<string, unknown>;
  options: Options;
}

function useCall(dag: DagDetails) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ conf, options }: Order) => {
      const { unpause, dag_run_id, logical_date, note } = options;
      const body = {
        conf,
        logical_date: logical_date || null,
        ...(dag_run_id && { dag_run_id }),
        ...(note && { note }),
      };
      const run = await api.post<DagRun>(path`/dags/${dag.dag_id}/dagRuns`, body);
      if (unpause) await api.patch(path`/dags/${dag.dag_id}`, { is_paused: false });
      return run;
    },
    onSuccess: () => {
      for (const queryKey of [keys.dags(), keys.runs(dag.dag_id), keys.dag(dag.dag_id), keys.dashboard])
        void client.invalidateQueries({ queryKey });
    },
  });
}
