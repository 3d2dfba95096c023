import { Select } from "@mantine/core";
import { FileCode } from "lucide-react";
import { useMemo } from "react";
import { CopyButton } from "@/components/CopyButton";
import { QueryView } from "@/components/QueryView";
import { useText } from "@/i18n";
import classes from "./Code.module.css";
import { Listing } from "./Listing";
import { highlight } from "./python";
import { useSource } from "./queries";

interface OneVersionProps {
  dagId: string;
  version: number;
  /** A module that the DAG's file imported; null: that file itself. */
  file: string | null;
  onFile: (file: string | null) => void;
}

/** The file that defines a DAG in one version, or a module that it imported. */
export function OneVersion({ dagId, version, file, onFile }: OneVersionProps) {
  const t = useText();
  const source = useSource(dagId, version, file);
  const lines = useMemo(() => highlight(source.data?.content ?? ""), [source.data]);
  return (
    <QueryView query={source}>
      {({ file: shown, files, content }) => (
        <div className={classes.file}>
          <div className={classes.head}>
            <FileCode size={15} aria-hidden />
            {files.length > 1 ? (
              <Select
                size="xs"
                className={classes.files ?? ""}
                aria-label={t("code.files")}
                data={files}
                value={shown}
                onChange={(next) => onFile(next === files[0] ? null : next)}
                allowDeselect={false}
              />
            ) : (
              <span className={classes.name}>{shown}</span>
            )}
            <CopyButton value={content} label={t("code.copy")} />
          </div>
          <Listing lines={lines} label={t("code.file", { file: shown, version: String(version) })} />
        </div>
      )}
    </QueryView>
  );
}
