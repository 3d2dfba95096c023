/** The command that asks for an operation, with a placeholder for the token. */

import { bodyOf, type Operation, type Parameter } from "./document";
import { bodyExample, exampleOf, type Schemas } from "./schema";

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** `origin` is scheme, host and port of the web node; paths already say what it is mounted at. */
export function curlOf(operation: Operation, schemas: Schemas, origin: string): string {
  const { method, path, parameters = [] } = operation;
  const example = ({ schema }: Parameter) => encodeURIComponent(String(exampleOf(schema, schemas)));
  const where = parameters
    .filter((one) => one.in === "path")
    .reduce((text, one) => text.replace(`{${one.name}}`, example(one)), path);
  const asked = parameters.filter((one) => one.in === "query" && one.required);
  const query = asked.map((one) => `${one.name}=${example(one)}`).join("&");
  const body = bodyOf(operation.requestBody?.content);
  const parts = ["curl"];
  if (bodyOf(operation.responses["200"]?.content)?.type === "text/event-stream") parts.push("-N");
  if (method !== (body ? "POST" : "GET")) parts.push(`-X ${method}`);
  parts.push(quoted(`${origin}${where}${query && `?${query}`}`));
  const more = [];
  if (operation["x-role"] !== "public") more.push('-H "Authorization: Bearer $TOKEN"');
  if (body)
    more.push(`-H "Content-Type: ${body.type}"`, `-d ${quoted(JSON.stringify(bodyExample(body.schema, schemas)))}`);
  return [parts.join(" "), ...more].join(" \\\n  ");
}
