import {
  Alert,
  Button,
  Checkbox,
  Collapse,
  Group,
  Stack,
  Tabs,
  Textarea,
  TextInput,
  UnstyledButton,
  Text as Words,
} from "@mantine/core";
import { ChevronDown, ChevronRight, CirclePause, Pause } from "lucide-react";
import { useState } from "react";
import type { DagDetails, DagRun } from "@/api/dagTypes";
import { ApiError } from "@/api/problem";
import type { Hold } from "@/api/runTypes";
import { ErrorBox } from "@/components/ErrorBox";
import { useFaultFocus } from "@/components/useFaultFocus";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { zoneName } from "@/time/format";
import { useHoldWords } from "../holds/useHoldWords";
import { sectionsOf } from "./fields";
import { ParamField } from "./ParamField";
import classes from "./ParamField.module.css";
import { type Trigger, useTrigger } from "./useTrigger";
import { inputMoment, momentOf, serverMessage } from "./values";

interface TriggerFormProps {
  dag: DagDetails;
  /** Values to start from, as of an earlier run; the DAG's own when null. */
  conf: Record<string, unknown> | null;
  onDone: (run: DagRun) => void;
  onCancel: () => void;
}

/** The form that makes a run: fields made from the parameters' schemas, or plain JSON. */
export function TriggerForm({ dag, conf, onDone, onCancel }: TriggerFormProps) {
  const t = useText();
  const trigger = useTrigger(dag, conf);
  const [form, refused] = useFaultFocus();
  const [tab, setTab] = useState<string | null>("form");
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    const run = await trigger.submit();
    if (run) return onDone(run);
    if (!trigger.jsonIsBroken) setTab("form"); // where each fault stands at its field
    refused();
  };
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        <Tabs value={tab} onChange={setTab} keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="form">{t("trigger.tab.form")}</Tabs.Tab>
            <Tabs.Tab value="json">{t("trigger.tab.json")}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="form">
            <Fields trigger={trigger} />
          </Tabs.Panel>
          <Tabs.Panel value="json">
            <JsonField trigger={trigger} />
          </Tabs.Panel>
        </Tabs>
        <MoreOptions trigger={trigger} />
        {dag.hold && <HeldNote hold={dag.hold} />}
        {dag.is_paused && <PausedNote trigger={trigger} />}
        <Refusal trigger={trigger} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" loading={trigger.call.isPending}>
            {t("trigger.submit")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Fields({ trigger }: { trigger: Trigger }) {
  const t = useText();
  if (trigger.fields.length === 0)
    return (
      <Words fz="sm" c="dimmed">
        {t("trigger.noParams")}
      </Words>
    );
  return (
    <Stack gap="lg">
      {sectionsOf(trigger.fields).map(({ title, fields }) => (
        <Stack key={title} gap="md" component="fieldset" className={classes.section}>
          {title && <legend className={classes.legend}>{title}</legend>}
          {fields.map((field) => (
            <ParamField
              key={field.name}
              field={field}
              value={trigger.values[field.name]}
              error={trigger.errorOf(field.name)}
              onChange={(value) => trigger.set(field.name, value)}
            />
          ))}
        </Stack>
      ))}
    </Stack>
  );
}

function JsonField({ trigger }: { trigger: Trigger }) {
  const t = useText();
  return (
    <Textarea
      label={t("trigger.conf")}
      classNames={{ input: classes.json ?? "" }}
      autosize
      minRows={8}
      maxRows={24}
      spellCheck={false}
      error={trigger.jsonIsBroken && t("trigger.conf.invalid")}
      value={trigger.json()}
      onChange={(event) => trigger.writeJson(event.currentTarget.value)}
    />
  );
}

function MoreOptions({ trigger }: { trigger: Trigger }) {
  const t = useText();
  const { zone } = usePreferences();
  const [opened, setOpened] = useState(false);
  const { options, option, messages } = trigger;
  const isShown = opened || ["dag_run_id", "logical_date", "note"].some((name) => serverMessage(messages, name));
  return (
    <div>
      <UnstyledButton className={classes.more} aria-expanded={isShown} onClick={() => setOpened(!opened)}>
        {isShown ? <ChevronDown size={15} /> : <ChevronRight size={15} />}
        {t("trigger.options")}
      </UnstyledButton>
      <Collapse expanded={isShown}>
        <Stack gap="sm" pt="sm">
          <TextInput
            label={t("trigger.runId")}
            description={t("trigger.runId.hint")}
            error={serverMessage(messages, "dag_run_id")}
            value={options.dag_run_id}
            onChange={(event) => option({ dag_run_id: event.currentTarget.value })}
          />
          <TextInput
            type="datetime-local"
            step={1}
            label={t("trigger.logicalDate")}
            description={t("trigger.logicalDate.hint", { zone: zoneName(zone) })}
            error={serverMessage(messages, "logical_date")}
            value={inputMoment(options.logical_date, zone)}
            onChange={(event) => option({ logical_date: momentOf(event.currentTarget.value, zone) })}
          />
          <Textarea
            label={t("trigger.note")}
            description={t("trigger.note.hint")}
            autosize
            minRows={2}
            value={options.note}
            onChange={(event) => option({ note: event.currentTarget.value })}
          />
        </Stack>
      </Collapse>
    </div>
  );
}

function HeldNote({ hold }: { hold: Hold }) {
  const t = useText();
  const words = useHoldWords();
  return (
    <Alert variant="light" color="gray" icon={<CirclePause size={16} />} title={t("trigger.held")}>
      {words(hold)}
    </Alert>
  );
}

function PausedNote({ trigger }: { trigger: Trigger }) {
  const t = useText();
  return (
    <Alert variant="light" color="gray" icon={<Pause size={16} />} title={t("trigger.paused")}>
      <Checkbox
        label={t("trigger.paused.unpause")}
        checked={trigger.options.unpause}
        onChange={(event) => trigger.option({ unpause: event.currentTarget.checked })}
      />
    </Alert>
  );
}

const OWN_FIELDS = ["dag_run_id", "logical_date", "note"];

/** What the server refused, unless each of its messages already stands at a field. */
function Refusal({ trigger }: { trigger: Trigger }) {
  const { error } = trigger.call;
  if (!error) return null;
  const names = [...OWN_FIELDS, ...trigger.fields.map(({ name }) => name)];
  const placed = names.filter((name) => serverMessage(trigger.messages, name)).length;
  if (error instanceof ApiError && placed > 0 && placed >= trigger.messages.size) return null;
  return <ErrorBox error={error} />;
}
