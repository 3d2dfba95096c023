import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";
import classes from "./Markdown.module.css";

const REMARK = [remarkGfm];
const LINK = {
  a: ({ href, children }: { href?: string; children?: React.ReactNode }) => (
    <a href={href} target="_blank" rel="noreferrer noopener nofollow">
      {children}
    </a>
  ),
};
/** Pictures would be fetched from anywhere: the CSP refuses them, so their text is shown. */
const REFUSED = ["img"];

/** Markdown as elements; HTML in it stays text, and addresses may only be http, https or mailto. */
export default function MarkdownText({ source }: { source: string }) {
  return (
    <div className={classes.prose}>
      <ReactMarkdown remarkPlugins={REMARK} components={LINK} disallowedElements={REFUSED}>
        {source}
      </ReactMarkdown>
    </div>
  );
}
