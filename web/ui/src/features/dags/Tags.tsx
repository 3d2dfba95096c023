import classes from "./Tags.module.css";

interface TagsProps {
  tags: readonly string[];
  onPick?: (tag: string) => void;
}

/** The tags of a DAG; a click on one narrows the list to it. */
export function Tags({ tags, onPick }: TagsProps) {
  return tags.map((tag) =>
    onPick ? (
      <button key={tag} type="button" className={classes.tag} onClick={() => onPick(tag)}>
        {tag}
      </button>
    ) : (
      <span key={tag} className={classes.tag}>
        {tag}
      </span>
    ),
  );
}
