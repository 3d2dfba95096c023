import type { Handlers, LiveState } from "./EventStream";

/** What a page tells the hub: the address of the stream that it wants to hear, or that it goes. */
export type ToHub = { join: string } | { leave: true };

/** What the hub tells each page. */
export type FromHub = { state: LiveState } | { name: string; data: unknown };

interface Port {
  postMessage(message: FromHub): void;
}

interface Stream {
  start(): void;
  stop(): void;
}

type Open = (address: string, handlers: Handlers, onState: (state: LiveState) => void) => Stream;

/**
 * One stream for all pages of a browser, open as long as one of them listens: over HTTP/1.1 a browser gives a host six
 * connections in all, and a page that found them taken by other pages' streams would load nothing.
 */
export class Hub {
  private readonly ports = new Set<Port>();
  private stream: Stream | undefined;
  private state: LiveState = "connecting";

  constructor(
    private readonly names: readonly string[],
    private readonly open: Open,
  ) {}

  join(port: Port, address: string): void {
    this.ports.add(port);
    if (this.stream) port.postMessage({ state: this.state });
    else this.begin(address);
  }

  leave(port: Port): void {
    this.ports.delete(port);
    if (this.ports.size > 0) return;
    this.stream?.stop();
    this.stream = undefined;
  }

  private begin(address: string): void {
    const handlers = Object.fromEntries(this.names.map((name) => [name, (data: unknown) => this.tell({ name, data })]));
    this.stream = this.open(address, handlers, (state) => {
      this.state = state;
      this.tell({ state });
    });
    this.stream.start();
  }

  private tell(message: FromHub): void {
    for (const port of this.ports) port.postMessage(message);
  }
}
