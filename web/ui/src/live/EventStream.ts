export type LiveState = "connecting" | "live" | "lost";
type Handler = (data: unknown) => void;

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

/**
 * One EventSource, kept open: after a loss it is opened again, later each time (with chance, so that many browsers
 * do not come back at once), and from the last notice that was read.
 */
export class EventStream {
  private source: EventSource | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wait = FIRST_WAIT;
  private lastId = "";
  private stopped = false;

  constructor(
    private readonly address: string,
    private readonly handlers: Record<string, Handler>,
    private readonly onState: (state: LiveState) => void,
  ) {}

  start(): void {
    this.stopped = false;
    this.open();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.source?.close();
    this.source = undefined;
  }

  private open(): void {
    this.onState("connecting");
    const resume = this.lastId ? `${this.address.includes("?") ? "&" : "?"}last_event_id=${this.lastId}` : "";
    const source = new EventSource(this.address + resume);
    this.source = source;
    source.onopen = () => {
      this.wait = FIRST_WAIT;
      this.onState("live");
    };
    source.onerror = () => this.lost(source);
    for (const [name, handler] of Object.entries(this.handlers)) {
      source.addEventListener(name, (event) => this.take(event as MessageEvent<string>, handler));
    }
  }

  private take(event: MessageEvent<string>, handler: Handler): void {
    if (event.lastEventId) this.lastId = event.lastEventId;
    handler(event.data ? JSON.parse(event.data) : {});
  }

  private lost(source: EventSource): void {
    source.close();
    if (this.stopped || this.source !== source) return;
    this.onState("lost");
    this.timer = setTimeout(() => this.open(), this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }
}
