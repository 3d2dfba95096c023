import { EventStream, type Handlers, type LiveState } from "./EventStream";
import type { FromHub, ToHub } from "./hub";
import { whileShown } from "./whileShown";

/** A stream that all pages of this browser share: the same to its page as an `EventStream`. */
class SharedStream {
  private port: MessagePort | undefined;

  constructor(
    private readonly address: string,
    private readonly handlers: Handlers,
    private readonly onState: (state: LiveState) => void,
  ) {}

  start(): void {
    const { port } = new SharedWorker(new URL("./hub.worker.ts", import.meta.url), { type: "module" });
    port.onmessage = ({ data }: MessageEvent<FromHub>) => {
      if ("state" in data) this.onState(data.state);
      else this.handlers[data.name]?.(data.data);
    };
    port.postMessage({ join: new URL(this.address, document.baseURI).href } satisfies ToHub);
    this.port = port;
  }

  stop(): void {
    this.port?.postMessage({ leave: true } satisfies ToHub);
    this.port?.close();
    this.port = undefined;
  }
}

/**
 * Follows a stream of notices until the returned function is called, on one connection for all pages where browsers can
 * do that (all but some on phones). `onMissed`: the page was away for a while and has missed notices.
 */
export function followNotices(
  address: string,
  handlers: Handlers,
  onState: (state: LiveState) => void,
  onMissed: () => void,
): () => void {
  return "SharedWorker" in globalThis
    ? whileShown(new SharedStream(address, handlers, onState), { alsoInBackground: true, onAgain: onMissed })
    : whileShown(new EventStream(address, handlers, onState), { onAgain: onMissed });
}
