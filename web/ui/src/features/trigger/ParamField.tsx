import {
  Autocomplete,
  Checkbox,
  MultiSelect,
  NumberInput,
  Select,
  TagsInput,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useState } from "react";
import { Markdown } from "@/components/Markdown";
import { useText } from "@/i18n";
import { usePreferences } from "@/preferences/store";
import { type Field, typesOf } from "./fields";
import classes from "./ParamField.module.css";
import { INVALID_JSON, isNeeded, limitsOf } from "./validate";
import { inputMoment, momentOf } from "./values";

interface ParamFieldProps {
  field: Field;
  value: unknown;
  error: string | null;
  onChange: (value: unknown) => void;
}

/** One parameter of a DAG in the trigger form: the control that fits its schema. */
export function ParamField(props: ParamFieldProps) {
  const { field } = props;
  const t = useText();
  const Control = CONTROLS[field.kind] ?? JsonControl;
  const limits = limitsOf(field).map(({ key, params }) => t(key, params));
  return (
    <div>
      <Control {...props} limits={limits.join(" ") || null} />
      {field.description && (
        <div className={classes.description}>
          <Markdown>{field.description}</Markdown>
        </div>
      )}
    </div>
  );
}

interface ControlProps extends ParamFieldProps {
  /** What its schema allows, in words; null when it says nothing. */
  limits: string | null;
}
type Control = (props: ControlProps) => React.ReactElement;

/** What every control of Mantine is given. */
function common({ field, limits, error }: ControlProps) {
  return { label: field.label, description: limits, error, required: isNeeded(field) };
}

const text = (value: unknown) => (value === null || value === undefined ? "" : String(value));

/** Choices keep their types: their place in the list stands for them in the control. */
function choices({ schema }: Field, values: readonly unknown[], none: string) {
  return values.map((value, i) => ({
    value: String(i),
    label: schema.values_display?.[String(value)] ?? (value === null ? none : String(value)),
  }));
}

const TextControl: Control = (props) => (
  <TextInput
    {...common(props)}
    value={text(props.value)}
    onChange={(event) => props.onChange(event.currentTarget.value)}
  />
);

const MultilineControl: Control = (props) => (
  <Textarea
    {...common(props)}
    autosize
    minRows={3}
    maxRows={12}
    value={text(props.value)}
    onChange={(event) => props.onChange(event.currentTarget.value)}
  />
);

const NumberControl: Control = (props) => {
  const { schema } = props.field;
  const whole = typesOf(schema).includes("integer");
  return (
    <NumberInput
      {...common(props)}
      allowDecimal={!whole}
      min={schema.minimum}
      max={schema.maximum}
      clampBehavior="none"
      value={typeof props.value === "number" ? props.value : ""}
      onChange={(value) => props.onChange(value === "" ? null : Number(value))}
    />
  );
};

const BooleanControl: Control = (props) => {
  const { label, error } = common(props);
  return (
    <Checkbox
      label={label}
      error={error}
      checked={props.value === true}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  );
};

const ChoiceControl: Control = (props) => {
  const t = useText();
  const values = props.field.schema.enum ?? [];
  const at = values.indexOf(props.value);
  return (
    <Select
      {...common(props)}
      data={choices(props.field, values, t("trigger.none"))}
      value={at < 0 ? null : String(at)}
      onChange={(chosen) => props.onChange(chosen === null ? null : values[Number(chosen)])}
      clearable={props.field.nullable}
      searchable={values.length > 8}
    />
  );
};

const ChoicesControl: Control = (props) => {
  const t = useText();
  const { schema } = props.field;
  const values = schema.items?.enum ?? schema.examples ?? [];
  const chosen = Array.isArray(props.value) ? props.value : [];
  return (
    <MultiSelect
      {...common(props)}
      data={choices(props.field, values, t("trigger.none"))}
      value={chosen
        .map((value) => values.indexOf(value))
        .filter((at) => at >= 0)
        .map(String)}
      onChange={(places) => props.onChange(places.map((at) => values[Number(at)]))}
      searchable
      clearable
    />
  );
};

const SuggestionsControl: Control = (props) => (
  <Autocomplete
    {...common(props)}
    data={[...new Set((props.field.schema.examples ?? []).map(String))]}
    value={text(props.value)}
    onChange={props.onChange}
  />
);

const ListControl: Control = (props) => (
  <TagsInput
    {...common(props)}
    value={Array.isArray(props.value) ? props.value.map(String) : []}
    onChange={props.onChange}
    allowDuplicates
  />
);

const DateControl: Control = (props) => (
  <TextInput
    {...common(props)}
    type="date"
    value={text(props.value)}
    onChange={(event) => props.onChange(event.currentTarget.value)}
  />
);

const TimeControl: Control = (props) => (
  <TextInput
    {...common(props)}
    type="time"
    step={1}
    value={text(props.value)}
    onChange={(event) => props.onChange(event.currentTarget.value)}
  />
);

const MomentControl: Control = (props) => {
  const { zone } = usePreferences();
  return (
    <TextInput
      {...common(props)}
      type="datetime-local"
      step={1}
      value={inputMoment(props.value, zone)}
      onChange={(event) => props.onChange(momentOf(event.currentTarget.value, zone))}
    />
  );
};

const JsonControl: Control = (props) => {
  const t = useText();
  const [written, setWritten] = useState(() => (props.value === undefined ? "" : JSON.stringify(props.value, null, 2)));
  const write = (next: string) => {
    setWritten(next);
    props.onChange(parsed(next));
  };
  return (
    <Textarea
      {...common(props)}
      placeholder={t("trigger.json.hint")}
      classNames={{ input: classes.json ?? "" }}
      autosize
      minRows={2}
      maxRows={14}
      spellCheck={false}
      value={written}
      onChange={(event) => write(event.currentTarget.value)}
    />
  );
};

function parsed(json: string): unknown {
  if (!json.trim()) return null;
  try {
    return JSON.parse(json);
  } catch {
    return INVALID_JSON;
  }
}

const ConstantControl: Control = (props) => {
  const t = useText();
  const { schema } = props.field;
  const words = typeof schema.const === "string" ? schema.const : JSON.stringify(schema.const);
  return (
    <TextInput label={props.field.label} description={t("trigger.constant")} value={words} readOnly variant="filled" />
  );
};

const CONTROLS: Partial<Record<Field["kind"], Control>> = {
  text: TextControl,
  multiline: MultilineControl,
  number: NumberControl,
  boolean: BooleanControl,
  choice: ChoiceControl,
  choices: ChoicesControl,
  suggestions: SuggestionsControl,
  list: ListControl,
  date: DateControl,
  time: TimeControl,
  datetime: MomentControl,
  constant: ConstantControl,
};
