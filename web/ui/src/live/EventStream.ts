export type LiveState = "connecting" | "live" | "lost";
/** What to do with each kind of event, by its name. */
export type Handlers = Record<string, (data: unknown) => void>;

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * One EventSource, kept open. A stream that ends is taken up again by the browser, from the last notice on; when that
 * fails, too, it is opened anew, later each time (with chance, so that many browsers do not come back at once).
 */
export class EventStream {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wait = FIRST_WAIT;
  private failures = 0;

  constructor(
    private readonly address: string,
    private readonly handlers: Handlers,
    private readonly onState: (state: LiveState) => void,
  ) {}

  start(): void {
    this.onState("connecting");
    const source = new EventSource(this.address);
    this.source = source;
    source.onopen = () => this.opened();
    source.onerror = () => this.failed(source);
    for (const [name, handler] of Object.entries(this.handlers)) {
      source.addEventListener(name, ({ data }: MessageEvent<string>) => handler(data ? JSON.parse(data) : {}));
    }
  }

  stop(): void {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  private opened(): void {
    this.failures = 0;
    this.wait = FIRST_WAIT;
    this.onState("live");
  }

  private failed(source: EventSource): void {
    if (this.source !== source) return;
    this.failures += 1;
    if (source.readyState === EventSource.CONNECTING && this.failures === 1) {
      this.onState("connecting");
      return;
    }
    this.stop();
    this.onState("lost");
    this.timer = setTimeout(() => this.start(), this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }
}
