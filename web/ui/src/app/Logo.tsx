/** The mark of Headway: an H whose bar goes forward. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" style={{ flex: "none" }}>
      <rect width="32" height="32" rx="7" fill="#2457c5" />
      <path d="M9 8v16M23 8v16M9 16h14" stroke="#fff" strokeWidth="3.6" strokeLinecap="round" fill="none" />
    </svg>
  );
}
