/** Reads a connection that is written as a URI, as `Connection` does on the server. */

export interface UriFields {
  conn_type: string;
  host: string;
  login: string;
  password: string;
  schema: string;
  port: string;
  /** JSON text; "" for none. */
  extra: string;
}

/** The name in a query that holds an extra which no list of plain texts can express. */
const WHOLE_EXTRA = "__extra__";
/** Schemes that stand for a type of another name. */
const TYPES: Record<string, string> = { postgresql: "postgres" };

/** `type://login:password@host:port/schema?name=value`; null for what is no URI. */
export function fromUri(uri: string): UriFields | null {
  const [, scheme, rest] = /^([^:/?#\s]+):\/\/(.*)$/s.exec(uri.trim()) ?? [];
  if (!scheme || rest === undefined) return null;
  const protocol = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(rest)?.[0] ?? "";
  const [, netloc = "", path = "", query = ""] =
    /^([^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?/.exec(rest.slice(protocol.length)) ?? [];
  const at = netloc.lastIndexOf("@");
  const [login = "", ...password] = netloc.slice(0, Math.max(at, 0)).split(":");
  const { host, port } = addressOf(netloc.slice(at + 1));
  return {
    conn_type: (TYPES[scheme] ?? scheme).replaceAll("-", "_"),
    host: protocol + decoded(host),
    login: decoded(login),
    password: decoded(password.join(":")),
    schema: decoded(path.slice(1)),
    port,
    extra: extraOf(query),
  };
}

function addressOf(address: string): { host: string; port: string } {
  const [, inBrackets, plain = "", port = ""] = /^(?:\[([^\]]*)\]|(.*?))(?::([^:]*))?$/.exec(address) ?? [];
  return { host: inBrackets ?? plain, port };
}

function extraOf(query: string): string {
  const values = Object.fromEntries(new URLSearchParams(query));
  if (Object.keys(values).length === 0) return "";
  return values[WHOLE_EXTRA] ?? JSON.stringify(values);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % that stands for itself
  }
}
