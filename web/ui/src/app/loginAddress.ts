interface Place {
  pathname: string;
  search: string;
  hash: string;
}

/** The login page, told where to go on afterwards. */
export function loginAddress({ pathname, search, hash }: Place): string {
  const here = pathname + search + hash;
  return here === "/" ? "/login" : `/login?next=${encodeURIComponent(here)}`;
}

/** Where to go after the login: only to a page of this site, whatever the address says. */
export function placeAfterLogin(next: string | null): string {
  if (!next?.startsWith("/") || /^\/[/\\]/.test(next)) return "/";
  const target = new URL(next, "http://here.invalid");
  const leadsAway = target.host !== "here.invalid" || target.pathname.startsWith("//"); // "/.//other" becomes "//other"
  if (leadsAway || target.pathname === "/login") return "/";
  return target.pathname + target.search + target.hash;
}
