// Makes src/api/schema.d.ts from the checked-in OpenAPI file; does nothing when it is newer than its source.
import { existsSync, statSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const source = new URL("../../openapi.json", import.meta.url);
const target = new URL("../src/api/schema.d.ts", import.meta.url);

if (!existsSync(source)) {
  writeFileSync(target, "export interface components { schemas: Record<string, never> }\n");
} else if (!existsSync(target) || statSync(target).mtimeMs < statSync(source).mtimeMs) {
  writeFileSync(target, astToString(await openapiTS(source, { alphabetize: true, defaultNonNullable: true })));
}
