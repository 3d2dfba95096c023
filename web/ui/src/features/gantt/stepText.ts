import type { Language } from "@/preferences/store";
import { timeSigns } from "@/time/format";

/** A moment on the axis as time since the run's begin: `0`, `0.5s`, `1:30`, `2:05:00`, `1d 3h`; `1일 3시간`. */
export function stepText(offset: number, step: number, language?: Language): string {
  const [d, h, , s] = timeSigns(language);
  const seconds = offset / 1000;
  if (offset === 0) return "0";
  if (step < 1000) return `${seconds.toFixed(1)}${s}`;
  if (seconds < 60) return `${Math.round(seconds)}${s}`;
  const two = (value: number) => String(value).padStart(2, "0");
  const [days, hours, minutes] = [
    Math.floor(seconds / 86400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return hours > 0 ? `${days}${d} ${hours}${h}` : `${days}${d}`;
  if (hours > 0) return `${hours}:${two(minutes)}:${two(Math.round(seconds % 60))}`;
  return `${minutes}:${two(Math.round(seconds % 60))}`;
}
