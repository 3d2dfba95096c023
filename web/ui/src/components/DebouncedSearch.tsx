import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { SearchField } from "./SearchField";

interface DebouncedSearchProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  width?: string | number;
}

/** Milliseconds without a key before the list is asked for anew. */
const PAUSE = 250;

/** A search field whose list comes from the server: it is asked when the typing pauses. */
export function DebouncedSearch({ value, onChange, ...rest }: DebouncedSearchProps) {
  const [text, setText] = useState(value);
  const tell = useDebouncedCallback(onChange, PAUSE);
  useEffect(() => setText(value), [value]);
  return (
    <SearchField
      {...rest}
      value={text}
      onChange={(next) => {
        setText(next);
        tell(next);
      }}
    />
  );
}
